"""The servers of a home: there while anybody uses them, gone when nobody does."""

import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from service.config import Settings
from service.stack.endpoints import Endpoints
from service.stack.home import open_home
from service.stack.servers import servers, tenancy
from service.stack.tenancy import ServersDidNotStart
from tests.stack.processes import kill, kill_all, processes_of, wait_until

USER = """
import sys
from service.config import Settings
from service.stack.servers import servers
with servers(Settings()) as endpoints:
    print(endpoints.database_url, flush=True)
    sys.stdin.read()
"""


def connect(endpoints: Endpoints) -> psycopg.Connection:
    """As any client connects."""
    return psycopg.connect(endpoints.database_url.replace("+psycopg", ""), autocommit=True)


def another_user(home: Path) -> subprocess.Popen[str]:
    """A process that uses the servers until its standard input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", USER],
        env=os.environ | {"GLIMPSE_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_both_answer_and_both_end(settings: Settings, home: Path) -> None:
    """Inside the block both servers answer; after it no process is left."""
    with servers(settings) as endpoints:
        assert redis.Redis.from_url(endpoints.redis_url).ping()
        with connect(endpoints) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    wait_until(lambda: not processes_of(home))
    with servers(settings) as endpoints, connect(endpoints) as connection:
        assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)


def test_the_first_may_leave_first(settings: Settings, home: Path) -> None:
    """A second user keeps the servers that the first one started."""
    first = another_user(home)
    assert first.stdout is not None
    assert first.stdout.readline()
    with servers(settings) as endpoints, connect(endpoints) as connection:
        first.communicate("")
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert redis.Redis.from_url(endpoints.redis_url).ping()
        assert len(processes_of(home, "service.stack.keeper")) == 1


def test_a_killed_user_leaves_nothing(home: Path) -> None:
    """After kill -9 of the only user the servers end too."""
    with another_user(home) as user:
        assert user.stdout is not None
        assert user.stdout.readline()
        user.kill()
        user.wait()
    wait_until(lambda: not processes_of(home))


@pytest.mark.long
def test_coming_while_others_leave(settings: Settings) -> None:
    """Users that come and go at the same time each find servers that answer."""
    failures: list[Exception] = []

    def come_and_go() -> None:
        try:
            for _ in range(4):
                with servers(settings) as endpoints, connect(endpoints) as connection:
                    connection.execute("SELECT 1")
                    with closing(redis.Redis.from_url(endpoints.redis_url)) as client:
                        client.ping()
        except Exception as failure:  # noqa: BLE001 - told by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("victim", ["postgres", "redis-server"])
def test_a_killed_server_is_started_again(settings: Settings, home: Path, victim: str) -> None:
    """After kill -9 of a server the same URL answers again, with the data."""
    with servers(settings) as endpoints:
        with connect(endpoints) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
        kill(home, victim)
        wait_until(lambda: answers(endpoints))
        with connect(endpoints) as connection:
            assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)


def test_a_killed_keeper_takes_the_servers_along(settings: Settings, home: Path) -> None:
    """After kill -9 of the keeper its servers end, and a new keeper serves the same URLs."""
    with tenancy(settings, open_home(home)) as use:
        urls = use.urls()
        kill(home, "service.stack.keeper")
        wait_until(lambda: not processes_of(home))
        use.ensure_keeper()
        assert use.urls() == urls


def test_everything_killed(settings: Settings, home: Path) -> None:
    """After kill -9 of every process the next start recovers by itself."""
    with servers(settings) as endpoints:
        with connect(endpoints) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
        kill_all(home)
    with servers(settings) as endpoints, connect(endpoints) as connection:
        assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)


def test_a_long_home(settings: Settings, home: Path) -> None:
    """A home whose path is too long for sockets works, and leaves no folder elsewhere."""
    long = home / ("long" * 40)
    with servers(settings.model_copy(update={"home": long})) as endpoints:
        short = Path((long / "run" / "sockets-folder").read_text())
        assert short.stat().st_mode & 0o777 == 0o700
        with connect(endpoints) as connection:
            connection.execute("SELECT 1")
    wait_until(lambda: not short.exists())


@pytest.mark.parametrize("name", ["with space", "Ёлка", "per%41cent", "quo'te"])
def test_odd_names(settings: Settings, home: Path, name: str) -> None:
    """A home may have any name."""
    with servers(settings.model_copy(update={"home": home / name})) as endpoints:
        assert answers(endpoints)


def test_a_closed_parent(settings: Settings, home: Path) -> None:
    """A home inside a folder that only its owner enters works, for root too."""
    home.mkdir(mode=0o700)
    with servers(settings.model_copy(update={"home": home / "inner"})) as endpoints:
        assert answers(endpoints)


def test_external_servers(settings: Settings, home: Path) -> None:
    """Servers of one's own are passed through, and nothing is started for them."""
    given = {"database_url": "postgresql+psycopg://elsewhere/x", "redis_url": "redis://elsewhere"}
    with servers(settings.model_copy(update=given)) as endpoints:
        assert endpoints == Endpoints(**given)
    assert not home.exists()


def test_one_external_server(settings: Settings, home: Path) -> None:
    """With a Redis of one's own only PostgreSQL is started; another user may add Redis."""
    with servers(settings.model_copy(update={"redis_url": "redis://elsewhere"})) as endpoints:
        assert endpoints.redis_url == "redis://elsewhere"
        assert not processes_of(home, "redis-server")
        with servers(settings) as both:
            assert both.database_url == endpoints.database_url
            assert answers(both)


def test_a_server_that_cannot_start(settings: Settings, home: Path) -> None:
    """Damaged data is one clear error for the user, and the keeper ends."""
    with servers(settings):
        pass
    wait_until(lambda: not processes_of(home))
    (home / "postgres" / "PG_VERSION").write_text("19\n")
    with pytest.raises(ServersDidNotStart, match="belongs to PostgreSQL 19"), servers(settings):
        pass


def answers(endpoints: Endpoints) -> bool:
    """Whether both servers answer."""
    try:
        with (
            connect(endpoints) as connection,
            closing(redis.Redis.from_url(endpoints.redis_url)) as c,
        ):
            return bool(connection.execute("SELECT 1") and c.ping())
    except (psycopg.OperationalError, redis.ConnectionError):
        return False
