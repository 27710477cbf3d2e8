"""The cache does not keep anybody waiting for a Redis that is away."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from service.cache import SECONDS_LEFT_ALONE, Cache, client_of


class Deaf:
    """Takes connections, counts them, and hangs up at once."""

    def __init__(self) -> None:
        """Listen somewhere."""
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.calls = 0
        self.thread = Thread(target=self.take)
        self.thread.start()

    def take(self) -> None:
        """Until nobody listens any more."""
        while True:
            try:
                call, _ = self.listening.accept()
            except OSError:
                return
            self.calls += 1
            call.close()

    def close(self) -> None:
        """Stop listening."""
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()


@pytest.fixture
def deaf() -> Iterator[Deaf]:
    """A port behind which no Redis is."""
    one = Deaf()
    yield one
    one.close()


def test_a_redis_that_is_away_is_asked_once_in_a_while(deaf: Deaf) -> None:
    """A call that fails is given up soon; Redis is left alone for a moment, and asked again."""
    now = 0.0
    cache = Cache(client_of(f"redis://127.0.0.1:{deaf.listening.getsockname()[1]}"), lambda: now)
    assert cache.get("anything") is None
    first = deaf.calls
    # By itself a client would call more than ten times.
    assert 0 < first < 8
    cache.set("anything", b"here", seconds=9)
    assert cache.get("anything") is None
    assert deaf.calls == first
    now += SECONDS_LEFT_ALONE
    cache.set("anything", b"here", seconds=9)
    assert deaf.calls > first
