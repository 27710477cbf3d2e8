"""Short-lived things in Redis; whoever asks must be able to do without."""

from collections.abc import Callable
from time import monotonic

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger()

SECONDS_LEFT_ALONE = 1.0


def client_of(url: str) -> redis.Redis:
    """A client that says soon that Redis is away.

    By itself it would try ten times with growing pauses, and a visitor would sit through them.
    """
    return redis.Redis.from_url(
        url,
        socket_timeout=2,
        socket_connect_timeout=2,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )


class Cache:
    """A Redis that may be away: then everything is a miss and nothing is kept.

    One that has just failed is left alone for a moment, so that a search waits for it once at most.
    """

    def __init__(self, client: redis.Redis, clock: Callable[[], float] = monotonic) -> None:
        self.client = client
        self._clock = clock
        self._away_until = float("-inf")

    def get(self, key: str) -> bytes | None:
        """What was kept under the key, if it is still there."""
        if self._clock() < self._away_until:
            return None
        try:
            value = self.client.get(f"glimpse:{key}")
        except redis.RedisError as error:
            self._failed("cache not read", error)
            return None
        return value if isinstance(value, bytes) else None

    def set(self, key: str, value: bytes, *, seconds: int) -> None:
        """Keep something for a while."""
        if self._clock() < self._away_until:
            return
        try:
            self.client.set(f"glimpse:{key}", value, ex=seconds)
        except redis.RedisError as error:
            self._failed("cache not written", error)

    def ping(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def _failed(self, what: str, error: redis.RedisError) -> None:
        """Tell of it, and leave Redis alone for a moment."""
        log.warning(what, error=type(error).__name__)
        self._away_until = self._clock() + SECONDS_LEFT_ALONE
