"""Pictures' rows: each picture once by content, known outside by an opaque id."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, text

from service.db import restrictions
from service.domain import Counts, Picture, PictureState, Source


@dataclass(frozen=True, slots=True)
class NewImage:
    """A checked picture on its way into the database."""

    public_id: str
    sha256: str
    name: str
    format: str
    media_type: str
    suffix: str
    served_media_type: str
    served_suffix: str
    width: int
    height: int
    size_bytes: int
    placeholder: str
    source: Source
    uploaded_by: int | None
    # What it is like, as bits; 'waiting' until somebody has looked, 'none' where nothing tells.
    waves: str | None = None
    gradients: str | None = None
    likeness: str = "waiting"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """What is needed to hand out a picture's bytes."""

    image_key: int
    public_id: str
    sha256: str
    name: str
    served_media_type: str
    served_suffix: str


def insert(conn: Connection, image: NewImage) -> int | None:
    """Store a picture and answer its key, or None when its content is here already."""
    key = conn.scalar(
        text(
            """
            INSERT INTO images (public_id, sha256, name, format, media_type, suffix,
                                served_media_type, served_suffix, width, height, size_bytes,
                                placeholder, source, uploaded_by, likeness, waves, gradients)
            VALUES (:public_id, :sha256, :name, :format, :media_type, :suffix,
                    :served_media_type, :served_suffix, :width, :height, :size_bytes,
                    :placeholder, :source, :uploaded_by, :likeness,
                    CAST(:waves AS bit(64)), CAST(:gradients AS bit(64)))
            ON CONFLICT (sha256) DO NOTHING
            RETURNING id
            """
        ),
        {field: getattr(image, field) for field in NewImage.__slots__},
    )
    return None if key is None else int(key)


@dataclass(frozen=True, slots=True)
class Known:
    """A picture that is here already; deleted ones can come back."""

    image_key: int
    public_id: str
    deleted: bool


def by_content(conn: Connection, sha256: str) -> Known | None:
    """The picture with exactly this content."""
    row = conn.execute(
        text(
            "SELECT id, public_id, deleted_at IS NOT NULL AS deleted"
            " FROM images WHERE sha256 = :sha256"
        ),
        {"sha256": sha256},
    ).one_or_none()
    return None if row is None else Known(row.id, row.public_id, row.deleted)


# One row a picture, with its state under the serving encoder.
PICTURES = """
    SELECT i.id, i.public_id, i.name, i.format, i.width, i.height, i.size_bytes, i.sha256,
           i.placeholder, i.created_at, i.deleted_at, coalesce(e.state, 'pending') AS state,
           e.error,
           ARRAY(SELECT c.name FROM image_collections m JOIN collections c
                     ON c.id = m.collection_id
                  WHERE m.image_id = i.id ORDER BY c.name) AS collections,
           ARRAY(SELECT t.text FROM captions t WHERE t.image_id = i.id ORDER BY t.position)
               AS captions
      FROM images i
      LEFT JOIN encodings e ON e.image_id = i.id
           AND e.encoder_id = (SELECT id FROM encoders WHERE state = 'serving')
"""


def picture(conn: Connection, public_id: str) -> Picture | None:
    """One picture that is not deleted, whoever may see it."""
    row = (
        conn.execute(
            text(f"{PICTURES} WHERE i.public_id = :public_id AND i.deleted_at IS NULL"),
            {"public_id": public_id},
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else from_row(row)


def pictures_by_key(conn: Connection, image_keys: Sequence[int]) -> dict[int, Picture]:
    """These pictures by key, without those deleted since."""
    rows = conn.execute(
        text(f"{PICTURES} WHERE i.id = ANY(:keys) AND i.deleted_at IS NULL"),
        {"keys": list(image_keys)},
    ).mappings()
    return {row["id"]: from_row(row) for row in rows}


def newest(
    conn: Connection,
    *,
    state: PictureState | None,
    limit: int,
    before: str | None,
    countries: Sequence[str],
) -> list[tuple[int, Picture]]:
    """Pictures by key that askers from there may see, from the newest to the oldest."""
    rows = conn.execute(
        text(
            f"""
            {PICTURES}
             WHERE i.deleted_at IS NULL AND {restrictions.visible()}
               AND (CAST(:state AS text) IS NULL OR coalesce(e.state, 'pending') = :wanted)
               AND (CAST(:before AS text) IS NULL
                    OR i.id < (SELECT id FROM images WHERE public_id = :before))
             ORDER BY i.id DESC LIMIT :limit
            """
        ),
        {
            "state": state,
            "wanted": STORED_STATE.get(state) if state else None,
            "before": before,
            "limit": limit,
            "askers": list(countries),
        },
    ).mappings()
    return [(row["id"], from_row(row)) for row in rows]


STORED_STATE = {
    PictureState.PENDING: "pending",
    PictureState.READY: "done",
    PictureState.QUARANTINED: "quarantined",
}
STATE = {stored: state for state, stored in STORED_STATE.items()}


def from_row(row: RowMapping) -> Picture:
    """A row of PICTURES as a value."""
    return Picture(
        image_id=row["public_id"],
        name=row["name"],
        state=STATE[row["state"]],
        format=row["format"],
        width=row["width"],
        height=row["height"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        created_at=row["created_at"],
        placeholder=row["placeholder"],
        collections=tuple(row["collections"]),
        captions=tuple(row["captions"]),
        reason=row["error"],
    )


def stored(conn: Connection, public_id: str) -> StoredImage | None:
    """Where the bytes of a picture lie, unless it is deleted."""
    row = conn.execute(
        text(
            """
            SELECT id, public_id, sha256, name, served_media_type, served_suffix
              FROM images WHERE public_id = :public_id AND deleted_at IS NULL
            """
        ),
        {"public_id": public_id},
    ).one_or_none()
    return None if row is None else StoredImage(*row)


def key(conn: Connection, public_id: str) -> int | None:
    """The database key of a picture, deleted or not."""
    found = conn.scalar(
        text("SELECT id FROM images WHERE public_id = :public_id"), {"public_id": public_id}
    )
    return None if found is None else int(found)


def keys(conn: Connection, public_ids: Sequence[str]) -> list[int]:
    """The database keys of pictures, deleted or not, each once."""
    rows = conn.execute(
        text("SELECT id FROM images WHERE public_id = ANY(:public_ids)"),
        {"public_ids": list(public_ids)},
    )
    return list(rows.scalars())


def keys_by_id(conn: Connection, public_ids: Sequence[str]) -> dict[str, int]:
    """The database keys of pictures, deleted or not, by their ids."""
    rows = conn.execute(
        text("SELECT public_id, id FROM images WHERE public_id = ANY(:public_ids)"),
        {"public_ids": list(public_ids)},
    )
    return {row.public_id: row.id for row in rows}


def mark_deleted(conn: Connection, *, image_key: int) -> bool:
    """Hide a picture everywhere; False when it was hidden already."""
    result = conn.execute(
        text("UPDATE images SET deleted_at = now() WHERE id = :key AND deleted_at IS NULL"),
        {"key": image_key},
    )
    return result.rowcount == 1


def unmark_deleted(conn: Connection, *, image_key: int) -> bool:
    """Bring a deleted picture back; False when it was not deleted."""
    result = conn.execute(
        text("UPDATE images SET deleted_at = NULL WHERE id = :key AND deleted_at IS NOT NULL"),
        {"key": image_key},
    )
    return result.rowcount == 1


def mark_source_deleted(conn: Connection, source: Source) -> int:
    """Hide every picture that came in this way; answers how many."""
    result = conn.execute(
        text("UPDATE images SET deleted_at = now() WHERE source = :source AND deleted_at IS NULL"),
        {"source": source},
    )
    return result.rowcount


def unmark_source_deleted(conn: Connection, source: Source) -> int:
    """Bring back every picture that came in this way; answers how many."""
    result = conn.execute(
        text(
            "UPDATE images SET deleted_at = NULL WHERE source = :source AND deleted_at IS NOT NULL"
        ),
        {"source": source},
    )
    return result.rowcount


def counts(conn: Connection, countries: Sequence[str] = ()) -> Counts:
    """How many pictures that askers from there may see are in which state.

    Without a country that is what everybody may see.
    """
    row = conn.execute(
        text(
            f"""
            SELECT count(*) FILTER (WHERE e.state = 'done') AS ready,
                   count(*) FILTER (WHERE coalesce(e.state, 'pending') = 'pending') AS pending,
                   count(*) FILTER (WHERE e.state = 'quarantined') AS quarantined
              FROM images i
              LEFT JOIN encodings e ON e.image_id = i.id
                   AND e.encoder_id = (SELECT id FROM encoders WHERE state = 'serving')
             WHERE i.deleted_at IS NULL AND {restrictions.visible()}
            """
        ),
        {"askers": list(countries)},
    ).one()
    return Counts(ready=row.ready, pending=row.pending, quarantined=row.quarantined)
