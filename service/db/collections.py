"""Named sets of pictures."""

from sqlalchemy import Connection, text


def names(conn: Connection) -> list[str]:
    """All collections, by name."""
    return list(conn.execute(text("SELECT name FROM collections ORDER BY name")).scalars())


def find(conn: Connection, name: str) -> int | None:
    """The key of a collection."""
    found = conn.scalar(text("SELECT id FROM collections WHERE name = :name"), {"name": name})
    return None if found is None else int(found)


def ensure(conn: Connection, name: str) -> int:
    """The key of a collection, which is made if it is not there."""
    conn.execute(
        text("INSERT INTO collections (name) VALUES (:name) ON CONFLICT DO NOTHING"),
        {"name": name},
    )
    return int(
        conn.execute(
            text("SELECT id FROM collections WHERE name = :name"), {"name": name}
        ).scalar_one()
    )


def add(conn: Connection, *, collection_id: int, image_key: int) -> None:
    """Put a picture into a collection."""
    conn.execute(
        text(
            "INSERT INTO image_collections (collection_id, image_id)"
            " VALUES (:collection_id, :image_key) ON CONFLICT DO NOTHING"
        ),
        {"collection_id": collection_id, "image_key": image_key},
    )
