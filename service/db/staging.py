"""Rows of files on their way in: copied into a temporary table, told apart by what they change.

'staged' holds rows as the files have them, 'resolved' the same rows with the keys of their picture
and query and one word on what becomes of them. Both live until the transaction ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from psycopg import Cursor
from psycopg.copy import LibpqWriter
from sqlalchemy import Connection, text

STAGED = """
    CREATE TEMPORARY TABLE staged (
        file smallint, line bigint, image text, query_id text, text text, grades smallint[],
        yes integer, no integer, share double precision, fault text
    ) ON COMMIT DROP
"""
RESOLVED = """
    CREATE TEMPORARY TABLE resolved (
        file smallint, line bigint, image_id bigint, query_key bigint, text text,
        grades smallint[], yes integer, no integer, share double precision, mute boolean,
        first_file smallint, first_line bigint, status text
    ) ON COMMIT DROP
"""
# Sorting and joining a million rows in memory; more goes to temporary files.
WORK_MEM = "64MB"
# Sent before waiting for the server: on a busy machine each wait costs a turn of the scheduler.
COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Merging:
    """What the statements of one import need to know."""

    import_id: int
    dataset_id: int
    panel_id: int
    crowd_id: int

    def values(self) -> dict[str, int]:
        """As parameters."""
        return {
            "import_id": self.import_id,
            "dataset_id": self.dataset_id,
            "panel_id": self.panel_id,
            "crowd_id": self.crowd_id,
        }


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of a file's rows."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    without_text: int = 0


def begin(conn: Connection) -> None:
    """Make the two tables."""
    conn.execute(text(f"SET LOCAL work_mem = '{WORK_MEM}'"))
    conn.execute(text(STAGED))
    conn.execute(text(RESOLVED))


def driver_cursor(conn: Connection) -> Cursor[tuple[object, ...]]:
    """A cursor of the driver's own, which knows COPY."""
    raw = conn.connection.driver_connection
    assert raw is not None  # noqa: S101 - an open connection has a driver
    cursor: Cursor[tuple[object, ...]] = raw.cursor()
    return cursor


def copy(conn: Connection, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Copy rows of (file, line, *columns, fault) into the staging table."""
    names = ", ".join(("file", "line", *columns, "fault"))
    cursor = driver_cursor(conn)
    writer = LibpqWriter(cursor, flush_threshold=COPY_BYTES)
    with cursor.copy(f"COPY staged ({names}) FROM STDIN", writer=writer) as to:
        for row in rows:
            to.write_row(row)


def measure(conn: Connection, *tables: str) -> None:
    """Tell the planner how many rows there are: it would look each of a million up by itself."""
    conn.execute(text(f"ANALYZE {', '.join(tables)}"))


def add_queries(conn: Connection, merging: Merging) -> None:
    """Make the queries that staged rows name for the first time, still without their text.

    A row is one query, with the picture it was written for where that is here.
    """
    conn.execute(
        text(
            """
            INSERT INTO queries (query_id, image_id, import_id)
            SELECT m.query_id, p.image_id, :import_id
              FROM (SELECT DISTINCT s.query_id
                      FROM staged s
                      LEFT JOIN queries q ON q.query_id = s.query_id
                     WHERE s.fault IS NULL AND q.id IS NULL) m
              LEFT JOIN dataset_pictures p ON p.dataset_id = :dataset_id
                   AND p.name = regexp_replace(m.query_id, '#[0-9]+$', '')
            """
        ),
        merging.values(),
    )


def find_foreign_queries(conn: Connection, merging: Merging) -> None:
    """Collect the queries whose id means, in this data set, another picture's text.

    Two data sets may both have a 1.jpg; the second to come must not rewrite the first one's texts.
    """
    conn.execute(
        text(
            """
            CREATE TEMPORARY TABLE foreign_queries ON COMMIT DROP AS
            SELECT q.id FROM queries q
              JOIN dataset_pictures p ON p.dataset_id = :dataset_id
                   AND p.name = regexp_replace(q.query_id, '#[0-9]+$', '')
             WHERE q.image_id <> p.image_id
            """
        ),
        merging.values(),
    )


def settle_repeated(conn: Connection) -> None:
    """A row that says the same as an earlier one changes nothing; one that says else is refused."""
    if not conn.scalar(text("SELECT EXISTS (SELECT FROM resolved WHERE status = 'again')")):
        return
    conn.execute(
        text(
            """
            UPDATE resolved r
               SET status = CASE WHEN ROW(r.text, r.grades, r.yes, r.no, r.share)
                                      IS DISTINCT FROM ROW(f.text, f.grades, f.yes, f.no, f.share)
                                 THEN 'contradicts' ELSE 'unchanged' END
              FROM resolved f
             WHERE r.status = 'again' AND f.file = r.first_file AND f.line = r.first_line
            """
        )
    )


def report_faults(conn: Connection, merging: Merging, *, files: Sequence[str],
                  reasons: Mapping[str, tuple[str, str]]) -> None:  # fmt: skip
    """Keep every refused row for the report, in the order of the files.

    Reasons gives the column and the words for each status that is a refusal.
    """
    conn.execute(
        text(
            """
            INSERT INTO import_errors (import_id, file, line, "column", value, reason)
            SELECT :import_id, (CAST(:files AS text[]))[file + 1], line, blamed, left(value, 200),
                   reason
              FROM (SELECT file, line, fault::json->>'column' AS blamed,
                           fault::json->>'value' AS value, fault::json->>'reason' AS reason
                      FROM staged WHERE fault IS NOT NULL
                    UNION ALL
                    SELECT r.file, r.line, w.blamed,
                           CASE w.blamed WHEN 'image' THEN s.image WHEN 'query_text' THEN s.text
                                         WHEN 'query_id' THEN s.query_id END,
                           replace(replace(w.words, '<line>', r.first_line::text),
                                   '<file>', (CAST(:files AS text[]))[r.first_file + 1])
                      FROM resolved r
                      JOIN unnest(CAST(:statuses AS text[]), CAST(:columns AS text[]),
                                  CAST(:words AS text[])) AS w (status, blamed, words)
                           ON w.status = r.status
                      JOIN staged s ON s.file = r.file AND s.line = r.line) e
             ORDER BY file, line
            """
        ),
        {
            "import_id": merging.import_id,
            "files": list(files),
            "statuses": list(reasons),
            "columns": [column for column, _ in reasons.values()],
            "words": [words for _, words in reasons.values()],
        },
    )


def count(conn: Connection, files: Sequence[str]) -> dict[str, RowCounts]:
    """What became of the rows of each file."""
    rows = conn.execute(
        text(
            """
            SELECT file, sum(added)::bigint AS added, sum(updated)::bigint AS updated,
                   sum(unchanged)::bigint AS unchanged, sum(rejected)::bigint AS rejected,
                   sum(without_text)::bigint AS without_text
              FROM (SELECT file,
                           rows * (status = 'added')::integer AS added,
                           rows * (status = 'updated')::integer AS updated,
                           rows * (status = 'unchanged')::integer AS unchanged,
                           rows * (status NOT IN ('added', 'updated', 'unchanged'))::integer
                               AS rejected,
                           rows * (coalesce(mute, false)
                                   AND status IN ('added', 'updated', 'unchanged'))::integer
                               AS without_text
                      FROM (SELECT file, status, mute, count(*) AS rows
                              FROM resolved GROUP BY file, status, mute) r
                    UNION ALL
                    SELECT file, 0, 0, 0, count(*), 0
                      FROM staged WHERE fault IS NOT NULL GROUP BY file) c
             GROUP BY file
            """
        )
    )
    found = {row.file: RowCounts(*row[1:]) for row in rows}
    return {name: found.get(number, RowCounts()) for number, name in enumerate(files)}
