"""What tests stand on: one real PostgreSQL and Redis a process, a fresh database a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
import redis
import structlog
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import Engine, make_url

from service.config import Settings
from service.db import migrate
from service.db.engine import make_engine
from service.encoder.holder import EncoderHolder
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder, load_stand_in
from tests.servers import throwaway_servers

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


@pytest.fixture(scope="session")
def servers() -> Iterator[Endpoints]:
    """A PostgreSQL and a Redis of this test process."""
    with throwaway_servers() as endpoints:
        yield endpoints


@pytest.fixture(scope="session")
def template(servers: Endpoints) -> str:
    """The name of a migrated database, to be cloned."""
    with new_database(servers.database_url, "template_glimpse", keep=True) as url:
        migrate.upgrade(url)
    return "template_glimpse"


@contextmanager
def new_database(
    server_url: str, name: str, *, template: str = "template1", keep: bool = False
) -> Iterator[str]:
    """A new database beside the given one, dropped at the end unless kept."""
    with psycopg.connect(libpq_url(server_url), autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
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


@pytest.fixture
def endpoints(servers: Endpoints, template: str) -> Iterator[Endpoints]:
    """A migrated database and an empty Redis, for one test."""
    redis.Redis.from_url(servers.redis_url).flushall()
    name = f"test_{next(NUMBERS)}"
    with new_database(servers.database_url, name, template=template) as url:
        yield Endpoints(database_url=url, redis_url=servers.redis_url)


@pytest.fixture
def engine(endpoints: Endpoints) -> Iterator[Engine]:
    """A pool on the test's database."""
    engine = make_engine(endpoints.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home of the test's own."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def services(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Every use case, on real servers, with encoders that know eight colours by name."""
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    with wired(
        settings,
        endpoints,
        secret_key="a test's secret",
        encoder=holder,
        load=load_stand_in,
        hasher=PasswordHasher.from_parameters(CHEAPEST),
    ) as services:
        yield services
