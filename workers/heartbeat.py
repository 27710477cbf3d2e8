"""A worker says in Redis that it is alive, also while it is busy with a batch."""

import os
import socket
import threading
from typing import Self

import redis
import structlog

from service.jobs import HEARTBEAT_SECONDS, worker_key

log = structlog.get_logger()


class Heartbeat:
    """A thread that renews this worker's key until it is stopped."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.key = worker_key(socket.gethostname(), os.getpid())
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
        try:
            self.client.delete(self.key)
        except redis.RedisError as error:
            log.info("heartbeat not taken back", error=type(error).__name__)

    def _beat(self) -> None:
        while not self.stopped.is_set():
            try:
                self.client.set(self.key, 1, ex=3 * HEARTBEAT_SECONDS)
            except redis.RedisError as error:
                log.warning("heartbeat not written", error=type(error).__name__)
            self.stopped.wait(HEARTBEAT_SECONDS)
