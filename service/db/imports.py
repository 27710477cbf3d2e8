"""Imports of data sets as rows: what is to do, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, text


@dataclass(frozen=True, slots=True)
class StoredImport:
    """One import as it stands."""

    import_id: int
    dataset_id: int
    name: str
    folder: str
    state: str
    cancel_requested: bool
    reason: str | None
    pictures_total: int
    pictures_added: int
    pictures_duplicates: int
    pictures_restricted: int
    pictures_rejected: int
    created_at: datetime
    finished_at: datetime | None


IMPORTS = """
    SELECT i.id AS import_id, i.dataset_id, d.name, i.folder, i.state, i.cancel_requested, i.reason,
           i.pictures_total, i.pictures_added, i.pictures_duplicates, i.pictures_restricted,
           i.pictures_rejected, i.created_at, i.finished_at
      FROM imports i JOIN datasets d ON d.id = i.dataset_id
"""


def from_row(row: RowMapping) -> StoredImport:
    """A row of IMPORTS as a value."""
    return StoredImport(**{str(name): value for name, value in row.items()})


def find(conn: Connection, import_id: int) -> StoredImport | None:
    """One import."""
    row = conn.execute(text(f"{IMPORTS} WHERE i.id = :id"), {"id": import_id})
    found = row.mappings().one_or_none()
    return None if found is None else from_row(found)


def newest(conn: Connection, *, limit: int) -> list[StoredImport]:
    """Imports from the newest to the oldest."""
    rows = conn.execute(text(f"{IMPORTS} ORDER BY i.id DESC LIMIT :limit"), {"limit": limit})
    return [from_row(row) for row in rows.mappings()]


def open_ones(conn: Connection) -> list[StoredImport]:
    """Imports that are not at their end, oldest first: waiting, running, or died."""
    rows = conn.execute(text(f"{IMPORTS} WHERE i.state IN ('waiting', 'running') ORDER BY i.id"))
    return [from_row(row) for row in rows.mappings()]


def last_of(conn: Connection, dataset_id: int) -> StoredImport | None:
    """The newest import of a data set."""
    row = conn.execute(
        text(f"{IMPORTS} WHERE i.dataset_id = :dataset_id ORDER BY i.id DESC LIMIT 1"),
        {"dataset_id": dataset_id},
    )
    found = row.mappings().one_or_none()
    return None if found is None else from_row(found)


def insert(conn: Connection, *, dataset_id: int, folder: str, user_id: int | None) -> int:
    """Note an import that is to be done; answers its key."""
    return int(
        conn.execute(
            text(
                """
                INSERT INTO imports (dataset_id, folder, started_by)
                VALUES (:dataset_id, :folder, :user_id) RETURNING id
                """
            ),
            {"dataset_id": dataset_id, "folder": folder, "user_id": user_id},
        ).scalar_one()
    )


def set_state(conn: Connection, import_id: int, state: str, *, reason: str | None = None) -> None:
    """Move an import on; one that goes on again is not asked to stop any more."""
    conn.execute(
        text(
            """
            UPDATE imports
               SET state = :state, reason = :reason,
                   cancel_requested = cancel_requested AND :state <> 'waiting',
                   finished_at = CASE WHEN :state IN ('done', 'failed', 'cancelled')
                                      THEN now() END
             WHERE id = :id
            """
        ),
        {"id": import_id, "state": state, "reason": reason},
    )


def request_cancel(conn: Connection, import_id: int) -> bool:
    """Ask an open import to stop; False when it is at its end already."""
    result = conn.execute(
        text(
            "UPDATE imports SET cancel_requested = true"
            " WHERE id = :id AND state IN ('waiting', 'running')"
        ),
        {"id": import_id},
    )
    return result.rowcount == 1


def is_cancelled(conn: Connection, import_id: int) -> bool:
    """Whether somebody asked the import to stop."""
    return bool(
        conn.scalar(text("SELECT cancel_requested FROM imports WHERE id = :id"), {"id": import_id})
    )


def set_pictures(conn: Connection, import_id: int, *, total: int, added: int, duplicates: int,
                 rejected: int) -> None:  # fmt: skip
    """Note how far the pictures are."""
    conn.execute(
        text(
            """
            UPDATE imports SET pictures_total = :total, pictures_added = :added,
                   pictures_duplicates = :duplicates, pictures_rejected = :rejected
             WHERE id = :id
            """
        ),
        {"id": import_id, "total": total, "added": added, "duplicates": duplicates,
         "rejected": rejected},
    )  # fmt: skip


def set_restricted(conn: Connection, import_id: int, pictures: int) -> None:
    """Note how many of its pictures may not be shown everywhere."""
    conn.execute(
        text("UPDATE imports SET pictures_restricted = :pictures WHERE id = :id"),
        {"id": import_id, "pictures": pictures},
    )
