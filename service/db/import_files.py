"""The files of an import: how far each is, what became of its rows, and what was refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db.staging import RowCounts


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How far an import is in one of its files."""

    name: str
    state: str
    sha256: str | None
    size_bytes: int
    bytes_read: int
    counts: RowCounts


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    reason: str


def set_files(conn: Connection, import_id: int, files: Sequence[tuple[str, int]]) -> None:
    """Note the files that are to be loaded, with their sizes; those that vanished are forgotten."""
    conn.execute(
        text("DELETE FROM import_files WHERE import_id = :id AND name <> ALL(:names)"),
        {"id": import_id, "names": [name for name, _ in files]},
    )
    for position, (name, size) in enumerate(files):
        conn.execute(
            text(
                """
                INSERT INTO import_files (import_id, name, position, size_bytes)
                VALUES (:id, :name, :position, :size)
                ON CONFLICT (import_id, name) DO UPDATE
                   SET position = excluded.position, size_bytes = excluded.size_bytes
                """
            ),
            {"id": import_id, "name": name, "position": position, "size": size},
        )


def progress(conn: Connection, import_id: int) -> list[FileProgress]:
    """How far each file is, in the order of loading."""
    rows = conn.execute(
        text(
            """
            SELECT name, state, sha256, size_bytes, bytes_read,
                   added, updated, unchanged, rejected, without_text
              FROM import_files WHERE import_id = :id ORDER BY position
            """
        ),
        {"id": import_id},
    )
    return [file_progress(*row) for row in rows]


def file_progress(
    name: str, state: str, sha256: str | None, size: int, read: int, *counts: int
) -> FileProgress:
    """A row as a value."""
    return FileProgress(name, state, sha256, size, read, RowCounts(*counts))


def set_bytes_read(conn: Connection, import_id: int, name: str, bytes_read: int) -> None:
    """Note how far a file is read."""
    conn.execute(
        text(
            "UPDATE import_files SET state = 'loading', bytes_read = :bytes_read"
            " WHERE import_id = :id AND name = :name"
        ),
        {"id": import_id, "name": name, "bytes_read": bytes_read},
    )


def finish_file(
    conn: Connection, import_id: int, name: str, *, sha256: str, counts: RowCounts
) -> None:
    """Note what became of a file's rows, in the transaction that merged them."""
    conn.execute(
        text(
            """
            UPDATE import_files
               SET state = 'done', sha256 = :sha256, bytes_read = size_bytes, added = :added,
                   updated = :updated, unchanged = :unchanged, rejected = :rejected,
                   without_text = :without_text
             WHERE import_id = :id AND name = :name
            """
        ),
        {"id": import_id, "name": name, "sha256": sha256}
        | {field: getattr(counts, field) for field in RowCounts.__slots__},
    )


def forget_errors(conn: Connection, import_id: int, files: Sequence[str]) -> None:
    """Forget what was refused in these files, which are read again."""
    conn.execute(
        text("DELETE FROM import_errors WHERE import_id = :id AND file = ANY(:files)"),
        {"id": import_id, "files": list(files)},
    )


def forget_picture_errors(conn: Connection, import_id: int) -> None:
    """Forget which pictures were refused: they are tried again."""
    conn.execute(
        text("DELETE FROM import_errors WHERE import_id = :id AND line IS NULL"), {"id": import_id}
    )


def add_error(conn: Connection, import_id: int, error: Refusal) -> None:
    """Note one refusal."""
    conn.execute(
        text(
            """
            INSERT INTO import_errors (import_id, file, line, "column", value, reason)
            VALUES (:id, :file, :line, :column, :value, :reason)
            """
        ),
        {"id": import_id} | {field: getattr(error, field) for field in Refusal.__slots__},
    )


def errors(conn: Connection, import_id: int, *, limit: int | None) -> Iterator[Refusal]:
    """What was refused, in the order in which it was met."""
    rows = conn.execution_options(yield_per=1000).execute(
        text(
            """
            SELECT file, line, "column", value, reason FROM import_errors
             WHERE import_id = :id ORDER BY id LIMIT :limit
            """
        ),
        {"id": import_id, "limit": limit},
    )
    for row in rows:
        yield Refusal(*row)
