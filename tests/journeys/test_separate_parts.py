"""Web, worker and beat as separate processes on a PostgreSQL and a Redis of one's own."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from service.stack.port import check_port
from tests.command import glimpse
from tests.journeys.own_servers import LOOPBACK, OwnServers, own_servers
from tests.journeys.program import Running, environment, run, running
from tests.journeys.visitor import Visitor, picture, until

# Whole services start here, which takes long where the processor is busy with other things.
pytestmark = pytest.mark.timeout(900)

ALIVE = [sys.executable, "-m", "workers", "alive"]


@pytest.fixture(scope="module")
def servers() -> Iterator[OwnServers]:
    """One pair of servers for the module."""
    with own_servers() as servers:
        yield servers


def settings_for(servers: OwnServers, **more: object) -> dict[str, str]:
    """The environment that a deployment gives to each part."""
    urls = {"database_url": servers.database_url, "redis_url": servers.redis_url}
    return environment(servers.folder / "home", **(urls | more))


def test_from_upload_to_found_on_servers_of_ones_own(servers: OwnServers, tmp_path: Path) -> None:
    """Migrated by hand, the three parts find what was uploaded, and end cleanly on SIGTERM."""
    port = check_port(LOOPBACK, 0)
    env = settings_for(servers, port=port)
    assert glimpse("db", "upgrade", env=env).returncode == 0
    glimpse("users", "add", "ada", "--role", "admin", env=env)
    visitor = Visitor(
        f"http://{LOOPBACK}:{port}", glimpse("tokens", "create", "ada", env=env).stdout.strip()
    )
    with ExitStack() as stack:
        web, worker, beat = (
            stack.enter_context(running(part, env=env, words=tmp_path))
            for part in ("web", "worker", "beat")
        )
        until(visitor.is_ready, web.check)
        (sent,) = visitor.upload(picture(1))
        until(lambda: visitor.state(sent["image_id"]) == "ready", worker.check)
        assert visitor.search("green")[0]["image_id"] == sent["image_id"]
        for part in ("worker", "beat"):
            until(partial(is_alive, part, env), beat.check)
        ended_cleanly(beat, worker, web)
    assert not is_alive("worker", env)
    assert not is_alive("beat", env)


def is_alive(part: str, env: dict[str, str]) -> bool:
    """What the part's container would be told about its health."""
    return run(part, env=env, program=ALIVE).returncode == 0


def ended_cleanly(*parts: Running) -> None:
    """Each ends with status 0 on SIGTERM, and none had anything to complain about."""
    for part in parts:
        assert part.stop() == 0, part.err
        assert "Traceback" not in part.err
        assert '"level": "error"' not in part.err


@pytest.mark.long
def test_a_stopped_worker_holds_nothing_back(servers: OwnServers, tmp_path: Path) -> None:
    """A worker that is stopped in the middle of its work leaves no lease, and the next goes on."""
    env = settings_for(servers, batch=2)
    assert glimpse("db", "upgrade", env=env).returncode == 0
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, data in map(picture, range(100, 160)):
        (folder / name).write_bytes(data)
    imported = glimpse("import", "images", str(folder), "--no-wait", "--json", env=env)
    assert json.loads(imported.stdout)["pictures"]["added"] == 60
    before = counted(servers, "state = 'done'")
    with running("worker", env=env, words=tmp_path) as worker:
        until(lambda: counted(servers, "state = 'done'") > before, worker.check)
        ended_cleanly(worker)
    assert counted(servers, "state <> 'done'") > 0
    assert counted(servers, "lease_token IS NOT NULL") == 0
    assert counted(servers, "attempts > 0") == 0
    with running("worker", env=env, words=tmp_path) as worker:
        until(lambda: counted(servers, "state = 'done'") == before + 60, worker.check)
        ended_cleanly(worker)


def counted(servers: OwnServers, condition: LiteralString) -> int:
    """How many encodings are so."""
    with psycopg.connect(servers.database_url) as connection:
        found = connection.execute(
            sql.SQL("SELECT count(*) FROM encodings WHERE {}").format(sql.SQL(condition))
        )
        (count,) = found.fetchone() or (0,)
    return int(count)


WRONG_PASSWORD = "wrong database password"
NO_DATABASE = "database down"
WRONG_REDIS = "wrong Redis password"
NO_REDIS = "Redis down"
NO_TABLES = "not migrated"


def broken(servers: OwnServers, how: str) -> dict[str, str]:
    """Settings with one thing wrong."""
    nowhere = f"{LOOPBACK}:{check_port(LOOPBACK, 0)}"
    return {
        WRONG_PASSWORD: {"database_url": re.sub(":[^:]+@", ":wrong@", servers.database_url)},
        NO_DATABASE: {"database_url": re.sub("@[^/]+", f"@{nowhere}", servers.database_url)},
        NO_TABLES: {"database_url": servers.database_url.removesuffix("glimpse") + "postgres"},
        WRONG_REDIS: {"redis_url": re.sub(":[^:]+@", ":wrong@", servers.redis_url)},
        NO_REDIS: {"redis_url": re.sub("@[^/]+", f"@{nowhere}", servers.redis_url)},
    }[how]


@pytest.mark.parametrize(
    ("command", "how", "words"),
    [
        ("db upgrade", WRONG_PASSWORD, "password authentication failed"),
        ("db upgrade", NO_DATABASE, "The database does not answer"),
        ("web", WRONG_PASSWORD, "password authentication failed"),
        ("web", NO_DATABASE, "The database does not answer"),
        ("web", NO_TABLES, "Run: glimpse db upgrade"),
        ("worker", WRONG_PASSWORD, "password authentication failed"),
        ("worker", NO_TABLES, "Run: glimpse db upgrade"),
        ("worker", WRONG_REDIS, "check GLIMPSE_REDIS_URL"),
        ("worker", NO_REDIS, "check GLIMPSE_REDIS_URL"),
        ("beat", WRONG_REDIS, "check GLIMPSE_REDIS_URL"),
        ("search red", NO_DATABASE, "The database does not answer"),
        ("search red", NO_TABLES, "Run: glimpse db upgrade"),
    ],
)
def test_a_start_that_cannot_succeed(
    servers: OwnServers, command: str, how: str, words: str
) -> None:
    """It ends with status 1 and one line that says what to mend."""
    env = settings_for(servers, port=0, **broken(servers, how))
    done = glimpse(*command.split(), env=env)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert words in line
    assert "wrong@" not in line


def test_doctor_names_what_is_down(servers: OwnServers) -> None:
    """The check-up of a broken installation is one JSON document and status 1."""
    env = settings_for(servers, **broken(servers, NO_DATABASE))
    done = glimpse("doctor", "--json", env=env)
    assert done.returncode == 1
    (check,) = json.loads(done.stdout).values()
    assert not check["ok"]
    assert "GLIMPSE_DATABASE_URL" in check["detail"]
