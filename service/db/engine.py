"""The connection pool, and the driver's errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import Format
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import Invalid, Unavailable

# Bytes take twice their room as text, and time to be read.
BINARY = "glimpse_binary"


class UnusableValue(Invalid):
    """Something that was sent holds what no text may hold, such as a NUL character. Remove it."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer ({reason}). Start it, or check GLIMPSE_DATABASE_URL."""


class DatabaseBusy(Unavailable):
    """Too much is asked of the database at once. Try again in a moment."""


def driver_url(url: str) -> str:
    """Any PostgreSQL URL as SQLAlchemy wants it, with psycopg 3 as the driver."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def make_engine(url: str, *, pool_size: int = 5, application: str = "glimpse") -> Engine:
    """A pool that survives a restarted server and never waits for ever."""
    engine = create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        pool_timeout=10,
        # A statement's parameters may hold what a person wrote: they stay out of errors.
        hide_parameters=True,
        connect_args={"application_name": application, "connect_timeout": 10},
    )
    event.listen(engine, "before_cursor_execute", as_bytes)
    return engine


def as_bytes(*told: Any) -> None:
    """Have a statement's rows sent as the server holds them, where it is executed with BINARY."""
    _conn, cursor, _statement, _values, context, _many = told
    if context is not None and context.execution_options.get(BINARY):
        cursor.format = Format.BINARY


@contextmanager
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection for reading, in a transaction that is never committed."""
    with translated(), engine.connect() as conn:
        yield conn


@contextmanager
def translated() -> Iterator[None]:
    """Turn a lost or refused connection, and values no column takes, into clear errors."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy from error
    except DataError as error:
        raise UnusableValue from error
    except (OperationalError, InterfaceError) as error:
        if is_disconnect(error):
            raise DatabaseUnavailable(reason=first_line(error)) from error
        raise


def is_disconnect(error: OperationalError | InterfaceError) -> bool:
    """Whether the server is gone, rather than unhappy with one statement."""
    state = getattr(error.orig, "sqlstate", None)
    # 57P0x: the server is going down or coming up; 08xxx and None: no connection at all;
    # 53300: too many connections.
    return state is None or state.startswith(("08", "57P")) or state == "53300"


def first_line(error: OperationalError | InterfaceError) -> str:
    """The driver's own words, shortened to one line."""
    return str(error.orig).strip().split("\n", 1)[0]


def ping(conn: Connection) -> str:
    """The server's version, as proof that it answers."""
    return str(conn.scalar(text("SHOW server_version")))


def extension_version(conn: Connection) -> str | None:
    """The installed version of pgvector, or None."""
    version = conn.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
    return None if version is None else str(version)
