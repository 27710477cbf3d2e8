"""Pictures' own descriptions."""

from collections.abc import Sequence

from sqlalchemy import Connection, text


def replace(conn: Connection, *, image_key: int, captions: Sequence[str]) -> None:
    """Make these the picture's captions, in this order."""
    conn.execute(text("DELETE FROM captions WHERE image_id = :key"), {"key": image_key})
    if captions:
        conn.execute(
            text("INSERT INTO captions (image_id, position, text) VALUES (:key, :position, :text)"),
            [
                {"key": image_key, "position": position, "text": caption}
                for position, caption in enumerate(captions)
            ],
        )
