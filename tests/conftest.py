"""What tests stand on: one real PostgreSQL and Redis a process, a fresh database a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
import redis
import structlog
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, make_url

from service.config import Settings
from service.db import migrate
from service.db.engine import make_engine
from service.jobs import NoNudger
from service.law.book import PolicyBook
from service.services import Services
from service.stack.endpoints import Endpoints
from service.transaction import Transactions
from tests.servers import throwaway_servers
from tests.snapshots import Snapshot, Snapshots, services_on

NUMBERS = count()

for name in [name for name in os.environ if name.startswith("GLIMPSE_") and "REQUIRE" not in name]:
    # A developer's own settings must not reach the tests.
    if name not in {"GLIMPSE_FLICKR8K", "GLIMPSE_TEST_WEIGHTS"}:
        del os.environ[name]

# As the product logs: reading local variables asks the database for who is signed in.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


class RememberedTemplates(BytecodeCache):
    """Each page is compiled once, however many apps the tests make."""

    def __init__(self) -> None:
        """Nothing is remembered yet."""
        self.known: dict[str, object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the page as it was compiled before."""
        bucket.code = self.known.get(bucket.key + bucket.checksum)  # type: ignore[assignment]

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.known[bucket.key + bucket.checksum] = bucket.code


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": RememberedTemplates()}


@pytest.fixture(scope="session")
def servers() -> Iterator[Endpoints]:
    """A PostgreSQL and a Redis of this test process."""
    with throwaway_servers() as endpoints:
        yield endpoints


@pytest.fixture(scope="session")
def template(servers: Endpoints) -> str:
    """The name of a migrated database with the shipped rules, to be cloned."""
    with new_database(servers.database_url, "template_glimpse", keep=True) as url:
        migrate.upgrade(url)
        engine = make_engine(url)
        PolicyBook(engine, Transactions(engine, NoNudger())).adopt_shipped()
        engine.dispose()
    return "template_glimpse"


@contextmanager
def new_database(
    server_url: str, name: str, *, template: str = "template1", keep: bool = False
) -> Iterator[str]:
    """A new database beside the given one, dropped at the end unless kept."""
    with psycopg.connect(libpq_url(server_url), autocommit=True) as conn:
        # Not logged and not flushed: a third quicker than the usual way, in a small database too.
        conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        try:
            yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        finally:
            if not keep:
                conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def libpq_url(url: str) -> str:
    """A SQLAlchemy URL as psycopg itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def empty_database(servers: Endpoints) -> Iterator[str]:
    """The URL of a database without tables."""
    with new_database(servers.database_url, f"empty_{next(NUMBERS)}") as url:
        yield url


@pytest.fixture(scope="session")
def snapshots(
    servers: Endpoints, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Snapshots:
    """Databases and homes that tests may begin with."""
    database = partial(new_database, servers.database_url, template=template, keep=True)
    return Snapshots(database, servers.redis_url, tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> Snapshot | None:
    """What the test wants to begin with."""
    marker = request.node.get_closest_marker("begins_with")
    if marker is None or marker.kwargs["fill"] is None:
        return None
    snapshots: Snapshots = request.getfixturevalue("snapshots")
    return snapshots.of(marker.kwargs["fill"])


@pytest.fixture
def endpoints(servers: Endpoints, template: str, beginning: Snapshot | None) -> Iterator[Endpoints]:
    """A migrated database and an empty Redis, for one test."""
    redis.Redis.from_url(servers.redis_url).flushall()
    name = f"test_{next(NUMBERS)}"
    start = beginning.database if beginning else template
    with new_database(servers.database_url, name, template=start) as url:
        yield Endpoints(database_url=url, redis_url=servers.redis_url)


@pytest.fixture
def engine(endpoints: Endpoints) -> Iterator[Engine]:
    """A pool on the test's database."""
    engine = make_engine(endpoints.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, beginning: Snapshot | None) -> Settings:
    """Settings with a home of the test's own."""
    return beginning.settings(tmp_path) if beginning else Settings(home=tmp_path / "home")


@pytest.fixture
def services(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Every use case, on real servers, with encoders that know eight colours by name."""
    with services_on(settings, endpoints) as services:
        yield services
