"""Judgements on their way in as numbers: codes for names, query ids and what is said.

'coded' holds a file's rows by line, the other tables what the codes mean. All of them live until
the transaction ends. Names and ids are looked up once each; rows are joined by numbers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from service.db.merge_judgements import Judgements
from service.db.staging import Merging, driver_cursor, settle_repeated

TABLES = """
    CREATE TEMPORARY TABLE coded (
        line bigint, image integer, query integer, said integer) ON COMMIT DROP;
    CREATE TEMPORARY TABLE coded_images (code integer, name text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE coded_queries (code integer, query_id text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE coded_grades (code integer, grades smallint[]) ON COMMIT DROP;
    CREATE TEMPORARY TABLE coded_votes (code integer, yes integer, no integer) ON COMMIT DROP
"""
CODED = ("image", "query", "said")
# PostgreSQL's binary rows: the number of fields, then each with its length before it.
ROW = np.dtype(
    [("fields", ">i2"), ("length_1", ">i4"), ("line", ">i8")]
    + [(f"{part}_{name}", ">i4") for name in CODED for part in ("length", "at")]
)
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"


def begin(conn: Connection) -> None:
    """Make the tables."""
    for statement in TABLES.split(";"):
        conn.execute(text(statement))


def copy_rows(
    conn: Connection, lines: NDArray[np.int64], codes: Sequence[NDArray[np.int32]]
) -> None:
    """Copy rows of codes: of the picture, of the query, and of what is said."""
    rows = np.empty(len(lines), ROW)
    rows["fields"], rows["length_1"], rows["line"] = 4, 8, lines
    for name, column in zip(CODED, codes, strict=True):
        rows[f"length_{name}"], rows[f"at_{name}"] = 4, column
    with driver_cursor(conn).copy("COPY coded FROM STDIN (FORMAT BINARY)") as to:
        to.write(HEAD + rows.tobytes() + END)


def copy_meanings(conn: Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Copy what new codes mean."""
    if rows:
        with driver_cursor(conn).copy(f"COPY {table} FROM STDIN") as to:
            for row in rows:
                to.write_row(row)


def add_queries(conn: Connection, merging: Merging) -> None:
    """Make the queries that rows of known pictures name for the first time, without a text yet."""
    missing = "FROM coded_queries n LEFT JOIN queries q USING (query_id) WHERE q.id IS NULL"
    if not conn.scalar(text(f"SELECT EXISTS (SELECT {missing})")):
        return
    conn.execute(
        text(
            f"""
            WITH wanted AS MATERIALIZED (
                SELECT DISTINCT c.query AS code
                  FROM coded c
                  JOIN coded_images i ON i.code = c.image
                  JOIN dataset_pictures k ON k.dataset_id = :dataset_id AND k.name = i.name)
            INSERT INTO queries (query_id, image_id, import_id)
            SELECT m.query_id, p.image_id, :import_id
              FROM (SELECT DISTINCT n.query_id {missing}
                       AND n.code IN (SELECT code FROM wanted)) m
              LEFT JOIN dataset_pictures p ON p.dataset_id = :dataset_id
                   AND p.name = regexp_replace(m.query_id, '#[0-9]+$', '')
            """
        ),
        merging.values(),
    )


def find_keys(conn: Connection, merging: Merging) -> None:
    """Find the keys of the pictures and queries that the codes mean."""
    conn.execute(
        text(
            """
            CREATE TEMPORARY TABLE image_keys ON COMMIT DROP AS
            SELECT i.code, p.image_id FROM coded_images i
              JOIN dataset_pictures p ON p.dataset_id = :dataset_id AND p.name = i.name
            """
        ),
        merging.values(),
    )
    conn.execute(
        text(
            """
            CREATE TEMPORARY TABLE query_keys ON COMMIT DROP AS
            SELECT n.code, q.id AS query_key, q.text IS NULL AS mute,
                   o.id IS NOT NULL AS is_foreign
              FROM coded_queries n JOIN queries q USING (query_id)
              LEFT JOIN foreign_queries o ON o.id = q.id
            """
        )
    )


def resolve(conn: Connection, merging: Merging, kind: Judgements) -> set[str]:
    """Find keys and status of each row, in the order of the table; answers which statuses occur.

    Stored rows are found whichever data set brought them, for the same file imported under another
    name must not count twice.
    """
    meaning = ", ".join(
        f"w.{name}" if name in kind.coded_columns else "NULL"
        for name in ("grades", "yes", "no", "share")
    )
    conn.execute(
        text(
            f"""
            INSERT INTO resolved
            SELECT 0, s.line, s.image_id, s.query_key, NULL, {meaning}, s.mute, 0, s.first_line,
                   CASE WHEN s.image_id IS NULL THEN 'unknown'
                        WHEN s.is_foreign THEN 'foreign'
                        WHEN s.nth > 1 THEN 'again'
                        WHEN e.image_id IS NULL THEN 'added'
                        WHEN {kind.differs} THEN 'updated'
                        ELSE 'unchanged' END
              FROM (SELECT c.line, c.said, i.image_id, q.query_key, q.mute, q.is_foreign,
                           row_number() OVER same AS nth,
                           first_value(c.line) OVER same AS first_line
                      FROM coded c
                      LEFT JOIN image_keys i ON i.code = c.image
                      LEFT JOIN query_keys q ON q.code = c.query
                    WINDOW same AS (PARTITION BY i.image_id, q.query_key ORDER BY c.line)) s
              JOIN {kind.coded} w ON w.code = s.said
              LEFT JOIN {kind.table} e ON e.image_id = s.image_id AND e.query_key = s.query_key
                   AND e.judge_id IN (SELECT id FROM judges WHERE kind = '{kind.judge}')
            """
        ),
        merging.values(),
    )
    found = statuses(conn)
    if "again" in found:
        settle_repeated(conn)
        found = statuses(conn)
    if found - {"added", "updated", "unchanged"}:
        keep_refused(conn)
    return found


def statuses(conn: Connection) -> set[str]:
    """What became of the rows: what did not happen needs no look at a million rows."""
    return set(conn.execute(text("SELECT DISTINCT status FROM resolved")).scalars())


def keep_refused(conn: Connection) -> None:
    """Write refused rows out as the file has them, for the report."""
    conn.execute(
        text(
            """
            INSERT INTO staged (file, line, image, query_id)
            SELECT 0, r.line, i.name, n.query_id
              FROM resolved r JOIN coded c ON c.line = r.line
              JOIN coded_images i ON i.code = c.image JOIN coded_queries n ON n.code = c.query
             WHERE r.status NOT IN ('added', 'updated', 'unchanged')
            """
        )
    )


def insert_added(conn: Connection, merging: Merging, kind: Judgements) -> None:
    """Write the judgements of pairs that nobody imported before; a row is one judge's word."""
    columns = ", ".join(kind.columns)
    conn.execute(
        text(
            f"""
            INSERT INTO {kind.table} (image_id, query_key, judge_id, {columns}, import_id)
            SELECT image_id, query_key, :{kind.judge}_id, {columns}, :import_id
              FROM resolved WHERE status = 'added'
            """
        ),
        merging.values(),
    )
