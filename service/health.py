"""Whether the parts work, as load balancers, people and `glimpse doctor` ask."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine

from service import sample_collection
from service.at_work import AtWork
from service.cache import Cache
from service.db import encoders, images, migrate
from service.db.engine import connection, ping
from service.domain import Check, Counts, Health, SampleProgress
from service.errors import GlimpseError

T = TypeVar("T")


def health(*, engine: Engine, cache: Cache, encoder: AtWork) -> Health:
    """What is needed to answer a search, each part on its own."""
    checks = {
        "database": attempt(lambda: on(engine, database)),
        "migrations": attempt(lambda: on(engine, migrations)),
        "redis": redis_check(cache),
        "encoder": encoder_check(engine, encoder),
    }
    counted = on_or(engine, images.counts, Counts(0, 0, 0))
    return Health(
        ready=all(check.ok for check in checks.values()),
        checks=checks,
        pending=counted.pending,
        loading=on_or(engine, sample_collection.progress, SampleProgress()).state == "loading",
    )


def attempt(check: Callable[[], Check]) -> Check:
    """A check whose error is its answer."""
    try:
        return check()
    except GlimpseError as error:
        return Check(ok=False, detail=error.message)


def on(engine: Engine, question: Callable[[Connection], T]) -> T:
    """Ask the database."""
    with connection(engine) as conn:
        return question(conn)


def on_or(engine: Engine, question: Callable[[Connection], T], default: T) -> T:
    """Ask the database, if it can answer."""
    try:
        return on(engine, question)
    except Exception:  # noqa: BLE001 - without tables or without a server the checks say so already
        return default


def database(conn: Connection) -> Check:
    """The server's version."""
    return Check(ok=True, detail=f"PostgreSQL {ping(conn)}")


def migrations(conn: Connection) -> Check:
    """Whether the schema is this version's."""
    at, head = migrate.current(conn), migrate.head()
    if at == head:
        return Check(ok=True, detail=f"at {at}")
    return Check(
        ok=False, detail=f"at {at or 'nothing'}, this version needs {head}: run glimpse db upgrade"
    )


def redis_check(cache: Cache) -> Check:
    """Whether Redis answers."""
    if cache.ping():
        return Check(ok=True, detail="answers")
    return Check(ok=False, detail="does not answer: start it, or check GLIMPSE_REDIS_URL")


def encoder_check(engine: Engine, encoder: AtWork) -> Check:
    """Whether texts can be encoded, and vectors of that encoder be searched."""
    why_not = encoder.state()
    if why_not is None and on_or(engine, encoders.serving, None) is None:
        why_not = "It is loaded and about to be registered."
    return Check(ok=why_not is None, detail=why_not or encoder.why_not_yet() or encoder.name)
