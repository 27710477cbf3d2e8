"""The background parts say in Redis that they are alive; containers and doctor ask there."""

import os
import socket
import threading
from typing import Any, Self

import redis
import structlog
from celery.beat import Scheduler

from service.jobs import HEARTBEAT_SECONDS, alive_key

log = structlog.get_logger()


class Heartbeat:
    """A thread that renews this worker's key until it is stopped, also during a long batch."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.key = alive_key("worker", socket.gethostname(), os.getpid())
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and take the key away."""
        self.stopped.set()
        self.thread.join(timeout=5)
        say_gone(self.client, self.key)

    def _beat(self) -> None:
        while not self.stopped.is_set():
            say_alive(self.client, self.key)
            self.stopped.wait(HEARTBEAT_SECONDS)


class TellingScheduler(Scheduler):
    """Beat's scheduler, which says with every look at the clock that it still looks."""

    def __init__(self, *args: Any, client: redis.Redis, **kwargs: Any) -> None:
        self.client = client
        self.key = alive_key("beat", socket.gethostname(), os.getpid())
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; answers the seconds until the next look."""
        pause: float = super().tick(*args, **kwargs)
        say_alive(self.client, self.key)
        return pause

    def close(self) -> None:
        """Take the key away."""
        say_gone(self.client, self.key)
        super().close()


def say_alive(client: redis.Redis, key: str) -> None:
    """Keep the key for three beats; a Redis that is away must stop nobody's work."""
    try:
        client.set(key, 1, ex=3 * HEARTBEAT_SECONDS)
    except redis.RedisError as error:
        log.warning("heartbeat not written", error=type(error).__name__)


def say_gone(client: redis.Redis, key: str) -> None:
    """Drop the key at once, rather than let it run out."""
    try:
        client.delete(key)
    except redis.RedisError as error:
        log.info("heartbeat not taken back", error=type(error).__name__)
