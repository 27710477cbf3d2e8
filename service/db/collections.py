"""Named sets of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from service.db import restrictions


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection, with what askers from somewhere may know of it: how many, and the newest."""

    collection_id: int
    name: str
    created_at: datetime
    pictures: int
    newest_key: int | None


def names(conn: Connection) -> list[str]:
    """All collections, by name."""
    return list(conn.execute(text("SELECT name FROM collections ORDER BY name")).scalars())


def find(conn: Connection, name: str) -> int | None:
    """The key of a collection."""
    found = conn.scalar(text("SELECT id FROM collections WHERE name = :name"), {"name": name})
    return None if found is None else int(found)


def name_of(conn: Connection, collection_id: int) -> str | None:
    """The name of a collection."""
    found = conn.scalar(text("SELECT name FROM collections WHERE id = :id"), {"id": collection_id})
    return None if found is None else str(found)


def of_picture(conn: Connection, *, image_key: int) -> list[tuple[int, str]]:
    """The keys and names of the collections that a picture is in, by name."""
    rows = conn.execute(
        text(
            "SELECT c.id, c.name FROM image_collections m"
            " JOIN collections c ON c.id = m.collection_id WHERE m.image_id = :key ORDER BY c.name"
        ),
        {"key": image_key},
    )
    return [(row.id, row.name) for row in rows]


def create(conn: Connection, name: str) -> int | None:
    """Make an empty collection and answer its key; None where the name is taken."""
    made = conn.scalar(
        text("INSERT INTO collections (name) VALUES (:name) ON CONFLICT DO NOTHING RETURNING id"),
        {"name": name},
    )
    return None if made is None else int(made)


def ensure(conn: Connection, name: str) -> int:
    """The key of a collection, which is made if it is not there."""
    create(conn, name)
    return int(
        conn.execute(
            text("SELECT id FROM collections WHERE name = :name"), {"name": name}
        ).scalar_one()
    )


def rename(conn: Connection, *, collection_id: int, name: str) -> bool:
    """Give a collection another name; False where another one has it."""
    result = conn.execute(
        text(
            """
            UPDATE collections SET name = :name
             WHERE id = :id AND NOT EXISTS (
                   SELECT FROM collections WHERE name = :name AND id <> :id)
            """
        ),
        {"id": collection_id, "name": name},
    )
    return result.rowcount == 1


def add(conn: Connection, *, collection_id: int, image_key: int) -> None:
    """Put a picture into a collection."""
    add_all(conn, collection_id=collection_id, image_keys=[image_key])


def add_all(conn: Connection, *, collection_id: int, image_keys: Sequence[int]) -> int:
    """Put pictures into a collection; answers how many were not in it yet."""
    result = conn.execute(
        text(
            """
            INSERT INTO image_collections (collection_id, image_id)
            SELECT :collection_id, unnest(CAST(:keys AS bigint[])) ON CONFLICT DO NOTHING
            """
        ),
        {"collection_id": collection_id, "keys": list(image_keys)},
    )
    return result.rowcount


def take_out(conn: Connection, *, collection_id: int, image_keys: Sequence[int]) -> int:
    """Take pictures out of a collection; answers how many were in it."""
    result = conn.execute(
        text(
            "DELETE FROM image_collections"
            " WHERE collection_id = :collection_id AND image_id = ANY(:keys)"
        ),
        {"collection_id": collection_id, "keys": list(image_keys)},
    )
    return result.rowcount


def listed(
    conn: Connection, countries: Sequence[str], *, collection_id: int | None = None
) -> list[Collection]:
    """All collections or one, by name, counting what askers from there may see."""
    rows = conn.execute(
        text(
            f"""
            SELECT c.id, c.name, c.created_at, count(i.id) AS pictures, max(i.id) AS newest_key
              FROM collections c
              LEFT JOIN image_collections m ON m.collection_id = c.id
              LEFT JOIN images i ON i.id = m.image_id AND i.deleted_at IS NULL
                   AND {restrictions.visible()}
             WHERE CAST(:only AS integer) IS NULL OR c.id = :only
             GROUP BY c.id ORDER BY lower(c.name), c.id
            """
        ),
        {"askers": list(countries), "only": collection_id},
    )
    return [Collection(*row) for row in rows]


def newest(
    conn: Connection,
    countries: Sequence[str],
    *,
    collection_id: int,
    limit: int,
    before: str | None,
) -> list[int]:
    """The keys of a collection's pictures that askers from there may see, the newest first."""
    rows = conn.execute(
        text(
            f"""
            SELECT i.id
              FROM image_collections m JOIN images i ON i.id = m.image_id
             WHERE m.collection_id = :collection_id AND i.deleted_at IS NULL
               AND {restrictions.visible()}
               AND (CAST(:before AS text) IS NULL
                    OR i.id < (SELECT id FROM images WHERE public_id = :before))
             ORDER BY i.id DESC LIMIT :limit
            """
        ),
        {
            "collection_id": collection_id,
            "askers": list(countries),
            "before": before,
            "limit": limit,
        },
    )
    return list(rows.scalars())
