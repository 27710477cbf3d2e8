"""How a statement of somebody else's is analysed, bounded and explained without being trusted."""

from dataclasses import dataclass

import psycopg
from psycopg import pq, sql
from sqlalchemy import Connection, text

NUMBERS = frozenset({20, 21, 23, 700, 701, 1700})
BOOLEAN = 16
# Longer cells are cut, so that one row cannot fill the memory.
LONGEST_CELL = 4_000


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column that analysts may read."""

    name: str
    type: str
    says: str


def described(conn: psycopg.Connection, statement: str) -> list[tuple[str, int]]:
    """Name and type of each column a single statement answers; none when it answers nothing.

    Preparing it takes one statement only, so nothing can be stacked behind it, and runs nothing.
    """
    conn.execute("SELECT 1")
    encoding = conn.info.encoding
    prepared = conn.pgconn.prepare(b"asked", statement.encode(encoding))
    if prepared.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(prepared, encoding=encoding)
    shape = conn.pgconn.describe_prepared(b"asked")
    if shape.nparams:
        raise psycopg.errors.UndefinedParameter("a question has no parameters such as $1")
    return [
        ((shape.fname(place) or b"").decode(encoding, "replace"), shape.ftype(place))
        for place in range(shape.nfields)
    ]


def kind(type_: int) -> str:
    """What can be done with a column."""
    if type_ in NUMBERS:
        return "number"
    return "boolean" if type_ == BOOLEAN else "text"


def framed(statement: str, columns: list[tuple[str, int]], *, limit: int) -> sql.Composed:
    """The statement inside one that cuts long cells and takes so many rows."""
    names = [sql.Identifier(f"c{place}") for place in range(len(columns))]
    cells = [
        name
        if kind(type_) != "text"
        else sql.SQL("pg_catalog.left({}::pg_catalog.text, {})").format(name, LONGEST_CELL)
        for name, (_, type_) in zip(names, columns, strict=True)
    ]
    return sql.SQL("SELECT {} FROM (\n{}\n) AS asked ({}) LIMIT {}").format(
        sql.SQL(", ").join(cells),
        sql.SQL(statement),  # the analyst's own, run as the analyst
        sql.SQL(", ").join(names),
        limit,
    )


def explained(statement: str) -> sql.Composed:
    """The statement that asks for the plan, and does not run what it plans."""
    return sql.SQL("EXPLAIN (COSTS, VERBOSE OFF) {}").format(
        sql.SQL(statement)  # as above
    )


def views(conn: Connection) -> dict[str, list[ViewColumn]]:
    """The columns of each view of schema analytics, with their comments."""
    rows = conn.execute(
        text(
            """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
                   coalesce(col_description(c.oid, a.attnum), '') AS says
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relnamespace = 'analytics'::regnamespace AND c.relkind IN ('v', 'm')
             ORDER BY c.relname, a.attnum
            """
        )
    )
    found: dict[str, list[ViewColumn]] = {}
    for row in rows:
        found.setdefault(row.relname, []).append(ViewColumn(row.attname, row.type, row.says))
    return found
