"""The schema: forwards, back, the same as the tables, and once however many start."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from service.db import encoders, migrate
from service.db.engine import make_engine
from service.db.likeness_tables import metadata


def tables_of(url: str) -> set[str]:
    """The names of the tables in a database."""
    engine = make_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_knows(empty_database: str) -> None:
    """What Alembic leaves differs in nothing from tables.py, also with partitions made since."""
    migrate.upgrade(empty_database)
    engine = make_engine(empty_database)
    with engine.begin() as conn:
        encoders.register_first(conn, spec="a", fingerprint="a", dimension=3)
    with engine.connect() as conn:
        context = MigrationContext.configure(
            conn,
            opts={
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and str(name).startswith("image_vectors_"))
                )
            },
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_every_migration_can_be_undone(empty_database: str) -> None:
    """Down to nothing and up again leaves the same tables."""
    migrate.upgrade(empty_database)
    before = tables_of(empty_database)
    engine = make_engine(empty_database)
    with engine.connect() as conn:
        command.downgrade(migrate.configuration(conn), "base")
    engine.dispose()
    assert tables_of(empty_database) == {"alembic_version"}
    migrate.upgrade(empty_database)
    assert tables_of(empty_database) == before


def test_instances_that_start_together_migrate_once(empty_database: str) -> None:
    """Four upgrades at the same moment all succeed, on one set of tables."""
    with ThreadPoolExecutor(4) as pool:
        revisions = list(pool.map(migrate.upgrade, [empty_database] * 4))
    assert set(revisions) == {migrate.head()}
    assert "images" in tables_of(empty_database)


def test_a_newer_database_is_refused(empty_database: str) -> None:
    """A revision that this version does not know is named, and nothing is touched."""
    migrate.upgrade(empty_database)
    engine = make_engine(empty_database)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(migrate.DatabaseNewer, match="9999"):
        migrate.upgrade(empty_database)


def test_a_busy_table_stops_a_migration_soon(empty_database: str) -> None:
    """A migration that cannot get its lock gives up instead of queueing everybody behind it."""
    migrate.upgrade(empty_database)
    engine = make_engine(empty_database)
    with engine.connect() as busy, engine.connect() as conn:
        busy.execute(text("LOCK TABLE captions IN ACCESS SHARE MODE"))
        with pytest.raises(Exception, match="lock timeout"):
            command.downgrade(migrate.configuration(conn), "base")
    engine.dispose()
