"""Short-lived things in Redis; whoever asks must be able to do without."""

from dataclasses import dataclass

import redis
import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cache:
    """A Redis that may be away: then everything is a miss and nothing is kept."""

    client: redis.Redis

    def get(self, key: str) -> bytes | None:
        """What was kept under the key, if it is still there."""
        try:
            value = self.client.get(f"glimpse:{key}")
        except redis.RedisError as error:
            log.warning("cache not read", error=type(error).__name__)
            return None
        return value if isinstance(value, bytes) else None

    def set(self, key: str, value: bytes, *, seconds: int) -> None:
        """Keep something for a while."""
        try:
            self.client.set(f"glimpse:{key}", value, ex=seconds)
        except redis.RedisError as error:
            log.warning("cache not written", error=type(error).__name__)

    def ping(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False
