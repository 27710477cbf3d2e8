"""What was removed and can still come back: pictures, and collections with what they held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from service.db.images import PICTURES, StoredImage, from_row
from service.domain import Picture


@dataclass(frozen=True, slots=True)
class RemovedPicture:
    """A removed picture by key: when it went, and who removed it as far as the trail tells."""

    image_key: int
    removed_at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class RemovedCollection:
    """A removed collection, and how many pictures it held."""

    removed_id: int
    name: str
    pictures: int
    who: str
    removed_at: datetime


def pictures(conn: Connection, *, limit: int, offset: int) -> list[RemovedPicture]:
    """Removed pictures, the last one first; the sample's went all at once."""
    rows = conn.execute(
        text(
            """
            SELECT i.id, i.deleted_at, coalesce(
                   (SELECT a.who FROM audit_entries a
                     WHERE a.subject = i.public_id AND a.action = 'picture deleted'
                     ORDER BY a.id DESC LIMIT 1),
                   (SELECT a.who FROM audit_entries a
                     WHERE i.source = 'sample' AND a.subject = 'sample collection'
                       AND a.action = 'sample removed'
                     ORDER BY a.id DESC LIMIT 1), '') AS who
              FROM images i
             WHERE i.deleted_at IS NOT NULL
             ORDER BY i.deleted_at DESC, i.id DESC LIMIT :limit OFFSET :offset
            """
        ),
        {"limit": limit, "offset": offset},
    )
    return [RemovedPicture(*row) for row in rows]


def by_key(conn: Connection, image_keys: Sequence[int]) -> dict[int, Picture]:
    """These pictures by key, as far as they are deleted and can come back."""
    rows = conn.execute(
        text(f"{PICTURES} WHERE i.id = ANY(:keys) AND i.deleted_at IS NOT NULL"),
        {"keys": list(image_keys)},
    ).mappings()
    return {row["id"]: from_row(row) for row in rows}


def count(conn: Connection) -> int:
    """How many pictures are removed and can come back."""
    return int(conn.scalar(text("SELECT count(*) FROM images WHERE deleted_at IS NOT NULL")) or 0)


def stored(conn: Connection, public_id: str) -> StoredImage | None:
    """Where the bytes of a removed picture lie."""
    row = conn.execute(
        text(
            """
            SELECT id, public_id, sha256, name, served_media_type, served_suffix
              FROM images WHERE public_id = :public_id AND deleted_at IS NOT NULL
            """
        ),
        {"public_id": public_id},
    ).one_or_none()
    return None if row is None else StoredImage(*row)


def forget_picture(conn: Connection, *, image_key: int) -> None:
    """Remove a picture's row for good, and with it what hangs on it."""
    conn.execute(
        text("DELETE FROM images WHERE id = :key AND deleted_at IS NOT NULL"), {"key": image_key}
    )


def purge(conn: Connection, *, after: timedelta, most: int) -> list[StoredImage]:
    """Remove for good what was deleted long enough ago; answers what the store may forget."""
    rows = conn.execute(
        text(
            """
            DELETE FROM images WHERE id IN (
                SELECT id FROM images WHERE deleted_at < now() - :after
                 ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)
            RETURNING id, public_id, sha256, name, served_media_type, served_suffix
            """
        ),
        {"after": after, "most": most},
    )
    return [StoredImage(*row) for row in rows]


def forget_judgements(conn: Connection, image_keys: Sequence[int]) -> None:
    """Remove what was judged about pictures that are gone: no key of the database does it."""
    for table in ("expert_grades", "crowd_votes", "training_pairs"):
        conn.execute(
            text(f"DELETE FROM {table} WHERE image_id = ANY(:keys)"), {"keys": list(image_keys)}
        )


def remove_collection(conn: Connection, *, collection_id: int, who: str) -> int | None:
    """Take a collection away, its pictures stay; answers what brings it back."""
    removed = conn.scalar(
        text(
            """
            WITH gone AS (DELETE FROM collections WHERE id = :id RETURNING name)
            INSERT INTO removed_collections (name, image_ids, removed_by)
            SELECT name, ARRAY(SELECT image_id FROM image_collections
                                WHERE collection_id = :id ORDER BY image_id), :who
              FROM gone
            RETURNING id
            """
        ),
        {"id": collection_id, "who": who},
    )
    return None if removed is None else int(removed)


def collections(conn: Connection) -> list[RemovedCollection]:
    """Removed collections, the last one first."""
    rows = conn.execute(
        text(
            """
            SELECT id, name, cardinality(image_ids) AS pictures, removed_by, removed_at
              FROM removed_collections ORDER BY id DESC
            """
        )
    )
    return [RemovedCollection(*row) for row in rows]


def take_collection(conn: Connection, *, removed_id: int) -> tuple[str, list[int]] | None:
    """Forget that a collection was removed; answers its name and its pictures that still are."""
    row = conn.execute(
        text(
            """
            DELETE FROM removed_collections WHERE id = :id
            RETURNING name, ARRAY(SELECT i.id FROM images i WHERE i.id = ANY(image_ids)) AS kept
            """
        ),
        {"id": removed_id},
    ).one_or_none()
    return None if row is None else (row.name, list(row.kept))


def forget_collections(conn: Connection, *, after: timedelta) -> list[str]:
    """Forget for good which collections were removed long enough ago; answers their names."""
    rows = conn.execute(
        text("DELETE FROM removed_collections WHERE removed_at < now() - :after RETURNING name"),
        {"after": after},
    )
    return list(rows.scalars())
