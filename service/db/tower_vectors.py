"""Pictures' vectors as a picture tower itself makes them, which no alignment has touched."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from service.db.vectors import literal

Vector = NDArray[np.float32]
FORGET_AT_ONCE = 5_000


def keep(conn: Connection, *, tower: str, vectors: Mapping[int, Vector]) -> None:
    """Store what the tower with this fingerprint makes of these pictures."""
    if not vectors:
        return
    conn.execute(
        text(
            """
            INSERT INTO tower_vectors (tower, image_id, embedding)
            VALUES (:tower, :image_id, CAST(:embedding AS halfvec))
            ON CONFLICT (tower, image_id) DO NOTHING
            """
        ),
        [
            {"tower": tower, "image_id": key, "embedding": literal(vector)}
            for key, vector in sorted(vectors.items())
        ],
    )


def towers(conn: Connection) -> list[str]:
    """Every tower that something is kept of; looked up by leaps, since rows are many."""
    rows = conn.execute(
        text(
            """
            WITH RECURSIVE found AS (
                SELECT min(tower) AS tower FROM tower_vectors
                UNION ALL
                SELECT (SELECT min(t.tower) FROM tower_vectors t WHERE t.tower > found.tower)
                  FROM found WHERE found.tower IS NOT NULL)
            SELECT tower FROM found WHERE tower IS NOT NULL
            """
        )
    )
    return list(rows.scalars())


def forget_some(conn: Connection, *, tower: str, older_than_seconds: float) -> int:
    """Drop some of what is kept of a tower for longer than that; answers how much."""
    result = conn.execute(
        text(
            """
            DELETE FROM tower_vectors WHERE (tower, image_id) IN (
                SELECT tower, image_id FROM tower_vectors
                 WHERE tower = :tower
                   AND kept_at <= now() - make_interval(secs => :older) LIMIT :most)
            """
        ),
        {"tower": tower, "older": older_than_seconds, "most": FORGET_AT_ONCE},
    )
    return result.rowcount


def of_pictures(conn: Connection, *, tower: str, image_keys: Sequence[int]) -> dict[int, Vector]:
    """What is kept of these pictures, by key; a picture the tower has not seen is left out."""
    rows = conn.execute(
        text(
            """
            SELECT image_id, embedding::text AS embedding FROM tower_vectors
             WHERE tower = :tower AND image_id = ANY(:keys)
            """
        ),
        {"tower": tower, "keys": list(image_keys)},
    )
    return {
        row.image_id: np.fromstring(row.embedding.strip("[]"), dtype=np.float32, sep=",")
        for row in rows
    }
