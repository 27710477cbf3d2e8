"""What an encoder is measured by: questions with known answers, and judged pairs with texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db import restrictions


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A text, and the pictures that answer it."""

    text: str
    image_keys: tuple[int, ...]


def known_answers(conn: Connection) -> list[KnownAnswer]:
    """Every stored evaluation question."""
    rows = conn.execute(
        text(
            """
            SELECT text, array_agg(image_id ORDER BY image_id) AS answers
              FROM test_queries GROUP BY query_id, text ORDER BY query_id, text
            """
        )
    )
    return [KnownAnswer(row.text, tuple(row.answers)) for row in rows]


def gallery(conn: Connection, *, encoder_id: int) -> list[int]:
    """The pictures to be told apart: the test parts of data sets, where everybody may see them."""
    return list(
        conn.execute(
            text(
                f"""
                SELECT i.id FROM images i
                  JOIN encodings e ON e.image_id = i.id AND e.encoder_id = :encoder_id
                 WHERE e.state = 'done' AND i.deleted_at IS NULL AND {restrictions.visible()}
                   AND (EXISTS (SELECT FROM dataset_pictures p
                                 WHERE p.image_id = i.id AND p.split = 'test')
                        OR EXISTS (SELECT FROM test_queries t WHERE t.image_id = i.id))
                 ORDER BY i.id
                """
            ),
            {"encoder_id": encoder_id, "askers": []},
        ).scalars()
    )


def embedded(conn: Connection, image_keys: Sequence[int], *, encoder_id: int) -> set[int]:
    """Which of these pictures have vectors and may be seen by everybody."""
    return set(
        conn.execute(
            text(
                f"""
                SELECT i.id FROM images i
                  JOIN encodings e ON e.image_id = i.id AND e.encoder_id = :encoder_id
                 WHERE i.id = ANY(:keys) AND e.state = 'done' AND i.deleted_at IS NULL
                   AND {restrictions.visible()}
                """
            ),
            {"keys": list(image_keys), "encoder_id": encoder_id, "askers": []},
        ).scalars()
    )


def texts(conn: Connection, query_keys: Sequence[int]) -> dict[int, str]:
    """The judged texts that are known, by key."""
    rows = conn.execute(
        text("SELECT id, text FROM queries WHERE id = ANY(:keys) AND text IS NOT NULL"),
        {"keys": list(query_keys)},
    )
    return {row.id: row.text for row in rows}


def originals(conn: Connection, *, encoder_id: int, most: int) -> list[tuple[str, str]]:
    """Hash and suffix of some embedded pictures, to see how fast pictures are encoded."""
    rows = conn.execute(
        text(
            """
            SELECT i.sha256, i.suffix FROM images i
              JOIN encodings e ON e.image_id = i.id AND e.encoder_id = :encoder_id
             WHERE e.state = 'done' AND i.deleted_at IS NULL ORDER BY i.id LIMIT :most
            """
        ),
        {"encoder_id": encoder_id, "most": most},
    )
    return [(row.sha256, row.suffix) for row in rows]


def names(conn: Connection) -> dict[int, str]:
    """The file names of the pictures that answer a question."""
    rows = conn.execute(
        text("SELECT id, name FROM images WHERE id IN (SELECT image_id FROM test_queries)")
    )
    return {row.id: row.name for row in rows}
