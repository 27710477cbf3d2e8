"""The background parts say in Redis that they are alive; containers and doctor ask there."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import time
from typing import Any, Self

import redis
import structlog
from celery.beat import Scheduler

from service.jobs import HEARTBEAT_SECONDS, alive_key
from service.operations.roll_call import beat, note_run

log = structlog.get_logger()


class Heartbeat:
    """A thread that renews this worker's key until it is stopped, also during a long batch.

    The key tells what the worker does, and each job's end is kept, for whoever watches over it.
    """

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.key = alive_key("worker", socket.gethostname(), os.getpid())
        self.job: str | None = None
        self.since = 0.0
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

    @contextmanager
    def doing(self, job: str) -> Iterator[Callable[[str], None]]:
        """Tell of a job while it lasts, and of its end; takes what stopped it, if anything did."""
        problems: list[str] = []
        self.job, self.since = job, time()
        self._say()
        try:
            yield problems.append
        except Exception as error:
            problems.append(type(error).__name__)
            raise
        finally:
            note_run(self.client, job, began=self.since, problem=problems[0] if problems else None)
            self.job = None
            self._say()

    def _say(self) -> None:
        beat(self.client, self.key, job=self.job, since=self.since)

    def _beat(self) -> None:
        while not self.stopped.is_set():
            self._say()
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
        beat(self.client, self.key, job=None, since=0.0)
        return pause

    def close(self) -> None:
        """Take the key away."""
        say_gone(self.client, self.key)
        super().close()


def say_gone(client: redis.Redis, key: str) -> None:
    """Drop the key at once, rather than let it run out."""
    try:
        client.delete(key)
    except redis.RedisError as error:
        log.info("heartbeat not taken back", error=type(error).__name__)
