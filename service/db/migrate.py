"""Migrations, run once however many instances start together."""

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from service.db import locks
from service.db.analytics import roles
from service.db.engine import connection, make_engine, translated
from service.errors import Conflict

log = structlog.get_logger()

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class DatabaseNewer(Conflict):
    """The database was made by a newer Glimpse (its revision {revision} is unknown here).

    Install that version, or restore a backup from before the upgrade.
    """


class DatabaseNotMigrated(Conflict):
    """The database is at revision {current}, this version needs {head}. Run: glimpse db upgrade"""


def configuration(conn: Connection | None = None) -> Config:
    """Alembic's configuration, bound to a connection where one is given."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config


def head() -> str:
    """The newest revision this version knows."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    return revision or ""


def current(conn: Connection) -> str | None:
    """The revision the database is at, or None before the first migration."""
    return MigrationContext.configure(conn).get_current_revision()


def known(revision: str) -> bool:
    """Whether this version has the migration."""
    scripts = ScriptDirectory.from_config(configuration())
    return revision in {script.revision for script in scripts.walk_revisions()}


def require_head(url: str) -> None:
    """Go on only with this version's schema: a database of one's own is migrated on purpose."""
    engine = make_engine(url, application="glimpse-migrate")
    try:
        with connection(engine) as conn:
            revision = current(conn)
    finally:
        engine.dispose()
    if revision is not None and not known(revision):
        raise DatabaseNewer(revision=revision)
    if revision != head():
        raise DatabaseNotMigrated(current=revision or "none", head=head())


def upgrade(url: str) -> str:
    """Bring the database to the newest revision and return it; waits for a twin that does so."""
    engine = make_engine(url, application="glimpse-migrate")
    try:
        with translated(), engine.connect() as guard:
            locks.hold_for_session(guard, locks.Lock.MIGRATE)
            guard.commit()
            apply(engine)
            let_analysts_in(engine)
    finally:
        engine.dispose()
    return head()


def rebuild(url: str, revision: str) -> None:
    """Bring an empty database to exactly this revision, which may be an older one."""
    engine = make_engine(url, application="glimpse-migrate")
    try:
        with translated(), engine.connect() as guard:
            locks.hold_for_session(guard, locks.Lock.MIGRATE)
            guard.commit()
            with engine.connect() as conn:
                at = current(conn)
                conn.rollback()
                if at not in {None, revision}:
                    command.downgrade(configuration(conn), "base")
                command.upgrade(configuration(conn), revision)
    finally:
        engine.dispose()


def apply(engine: Engine) -> None:
    """Run what is missing, on a connection of its own; a database up to date is left alone."""
    with engine.connect() as conn:
        revision = current(conn)
        if revision is not None and not known(revision):
            raise DatabaseNewer(revision=revision)
        conn.rollback()
        if revision != head():
            command.upgrade(configuration(conn), "head")


def let_analysts_in(engine: Engine) -> None:
    """Make the role of analysts: roles belong to the server, so a copied database may lack it."""
    try:
        with engine.begin() as conn:
            if not roles.are_ready(conn):
                roles.make(conn)
    except roles.RolesNotMade as error:
        log.warning("no role for analysts", reason=error.message)
