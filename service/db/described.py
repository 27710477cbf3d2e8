"""Pictures with captions of their own, as an alignment is learned from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Described:
    """One picture, where its bytes lie, and what it shows in words."""

    image_key: int
    sha256: str
    suffix: str
    evaluated: bool
    captions: tuple[str, ...]


def described(conn: Connection, *, collections: Sequence[str] = ()) -> list[Described]:
    """Every picture with captions, of these collections if any are named, by content.

    The order decides the folds of a lesson, so it must not be that of arrival: the same pictures
    imported again teach the same.

    `evaluated` marks the pictures of test parts and those that answer an evaluation question.
    """
    rows = conn.execute(
        text(
            """
            SELECT i.id, i.sha256, i.suffix,
                   EXISTS (SELECT FROM dataset_pictures p
                            WHERE p.image_id = i.id AND p.split = 'test')
                   OR EXISTS (SELECT FROM test_queries t WHERE t.image_id = i.id) AS evaluated,
                   array_agg(c.text ORDER BY c.position) AS captions
              FROM images i JOIN captions c ON c.image_id = i.id
             WHERE i.deleted_at IS NULL
               AND (cardinality(CAST(:collections AS text[])) = 0
                    OR EXISTS (SELECT FROM image_collections m
                                 JOIN collections o ON o.id = m.collection_id
                                WHERE m.image_id = i.id AND o.name = ANY(:collections)))
             GROUP BY i.id, i.sha256, i.suffix
             ORDER BY i.sha256
            """
        ),
        {"collections": list(collections)},
    )
    return [
        Described(row.id, row.sha256, row.suffix, row.evaluated, tuple(row.captions))
        for row in rows
    ]
