"""Everything that is stored, table by table: read in one snapshot, and put into empty tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, text

from service.db.engine import translated
from service.errors import Conflict

PIECE = 2**20


class TablesDiffer(Conflict):
    """The backup does not fit the tables of its own revision: {difference}.

    It was not made by Glimpse, or its database was changed by hand.
    """


@dataclass(frozen=True, slots=True)
class Shape:
    """A table and the columns that hold something of their own, in order."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter behind a column, so that no key is ever given twice."""

    table: str
    column: str
    last: int


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of the database, however long it takes to read and whatever is written since."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated(), engine.connect().execution_options(**options) as conn:
        yield conn


def shapes(conn: Connection) -> list[Shape]:
    """Every table of ours, those that others point to first; partitions belong to their table."""
    rows = conn.execute(
        text(
            """
            SELECT c.relname AS name,
                   array_agg(a.attname::text ORDER BY a.attnum)
                       FILTER (WHERE a.attgenerated = '') AS columns,
                   ARRAY(SELECT f.confrelid::regclass::text FROM pg_constraint f
                          WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0
                            AND f.confrelid <> c.oid) AS before
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
               AND NOT c.relispartition AND c.relname <> 'alembic_version'
               AND NOT EXISTS (SELECT FROM pg_depend d
                                WHERE d.objid = c.oid AND d.deptype = 'e')
             GROUP BY c.oid, c.relname ORDER BY c.relname
            """
        )
    ).all()
    known = {row.name: Shape(row.name, tuple(row.columns)) for row in rows}
    order = TopologicalSorter({row.name: row.before for row in rows})
    return [known[name] for name in order.static_order() if name in known]


def counters(conn: Connection) -> list[Counter]:
    """How far every counter is."""
    owned = conn.execute(
        text(
            """
            SELECT s.oid::regclass::text AS name, t.relname AS of_table, a.attname AS of_column
              FROM pg_class s
              JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('i', 'a') AND d.refobjsubid > 0
              JOIN pg_class t ON t.oid = d.refobjid AND t.relnamespace = 'public'::regnamespace
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
             WHERE s.relkind = 'S' ORDER BY t.relname, a.attname
            """
        )
    ).all()
    found = []
    for one in owned:
        last = conn.scalar(text(f"SELECT last_value FROM {one.name} WHERE is_called"))
        if last is not None:
            found.append(Counter(one.of_table, one.of_column, int(last)))
    return found


def copy_out(conn: Connection, shape: Shape) -> Iterator[bytes]:
    """The rows of a table as PostgreSQL writes them, a line each, in pieces."""
    statement = sql.SQL("COPY (SELECT {columns} FROM {table}) TO STDOUT").format(
        columns=_names(shape.columns), table=sql.Identifier("public", shape.name)
    )
    with _driver(conn).cursor().copy(statement) as rows:
        for piece in rows:
            yield bytes(piece)


def copy_in(conn: Connection, shape: Shape, pieces: Iterable[bytes]) -> int:
    """Fill a table with what copy_out gave; answers how many rows."""
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        columns=_names(shape.columns), table=sql.Identifier("public", shape.name)
    )
    with translated(), _driver(conn).cursor() as cursor:
        with cursor.copy(statement) as rows:
            for piece in pieces:
                rows.write(piece)
        return cursor.rowcount


def check_shapes(conn: Connection, wanted: Sequence[Shape]) -> None:
    """Refuse tables or columns that the schema at this revision does not have."""
    present = {shape.name: set(shape.columns) for shape in shapes(conn)}
    for shape in wanted:
        if shape.name not in present:
            raise TablesDiffer(difference=f"there is no table {shape.name}")
        if unknown := set(shape.columns) - present[shape.name]:
            raise TablesDiffer(difference=f"{shape.name} has no column {min(unknown)}")
    if left := set(present) - {shape.name for shape in wanted}:
        raise TablesDiffer(difference=f"it lacks the table {min(left)}")


def empty(conn: Connection) -> None:
    """Take out the rows that the migrations themselves put in, before the real ones come."""
    tables = sql.SQL(", ").join(sql.Identifier("public", shape.name) for shape in shapes(conn))
    _driver(conn).execute(sql.SQL("TRUNCATE {tables}").format(tables=tables))


def without_triggers(conn: Connection, *, enabled: bool) -> None:
    """Switch our own triggers off, which would answer to rows that only come back; or on again."""
    word = sql.SQL("ENABLE" if enabled else "DISABLE")
    for shape in shapes(conn):
        _driver(conn).execute(
            sql.SQL("ALTER TABLE {table} {word} TRIGGER USER").format(
                table=sql.Identifier("public", shape.name), word=word
            )
        )


def set_counters(conn: Connection, found: Sequence[Counter]) -> None:
    """Let every counter go on where it was."""
    for one in found:
        conn.execute(
            text("SELECT setval(pg_get_serial_sequence(:of_table, :of_column), :last)"),
            {"of_table": f"public.{one.table}", "of_column": one.column, "last": one.last},
        )


HELD = ("images", "users", "encoders", "queries", "datasets", "scorers")


def held(conn: Connection) -> Mapping[str, int]:
    """How much of what people gave is here, by table; nothing in an empty database."""
    present = {shape.name for shape in shapes(conn)}
    counted = {
        name: int(conn.scalar(text(f"SELECT count(*) FROM public.{name}")) or 0)
        for name in HELD
        if name in present
    }
    return {name: count for name, count in counted.items() if count}


def size(conn: Connection) -> int:
    """How many bytes the database has on its disk."""
    return int(conn.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def refresh_statistics(engine: Engine) -> None:
    """Tell the planner what came in all at once."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("ANALYZE"))


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _driver(conn: Connection) -> "psycopg.Connection[tuple[object, ...]]":
    raw = conn.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver there is
    return raw
