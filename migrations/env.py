"""How Alembic reaches the database; lock waits are short so that a busy table stops nobody."""

import re

from alembic import context
from sqlalchemy import Connection, text

from service.config import Settings
from service.db.engine import make_engine
from service.db.likeness_tables import metadata

PARTITION = re.compile(r"image_vectors_\d+")


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the partitions that are made at run time."""
    return not (kind == "table" and PARTITION.fullmatch(name or ""))


def migrate(conn: Connection) -> None:
    """Run each migration in a transaction of its own.

    An index on a table that may be large is built concurrently, which a
    transaction forbids: inside `with op.get_context().autocommit_block():`.
    """
    conn.execute(text("SET lock_timeout = '5s'"))
    conn.commit()
    context.configure(
        connection=conn,
        target_metadata=metadata,
        include_name=include_name,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Use the caller's connection, or one of our own when run by the alembic command."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with make_engine(Settings().database_url).connect() as conn:
        migrate(conn)


main()
