"""What scorers learn from as it is stored: grades, texts, captions, questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text that pictures were judged against, and the picture it was written for."""

    query_key: int
    text: str | None
    image_key: int | None


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text that belongs to a picture: one of its captions, or a question it answers."""

    image_key: int
    text: str


def grades(conn: Connection) -> dict[tuple[int, int], tuple[int, ...]]:
    """Every expert's grades of each pair, by picture and query; excluded judges are left out."""
    rows = conn.execute(
        text(
            """
            SELECT g.image_id, g.query_key, array_agg(grade ORDER BY grade) AS grades
              FROM expert_grades g JOIN judges j ON j.id = g.judge_id AND j.excluded_at IS NULL
             CROSS JOIN LATERAL unnest(g.grades) AS grade
             GROUP BY g.image_id, g.query_key
            """
        )
    )
    return {(row.image_id, row.query_key): tuple(row.grades) for row in rows}


def texts(conn: Connection, query_keys: Sequence[int]) -> dict[int, JudgedText]:
    """The judged texts by key."""
    rows = conn.execute(
        text("SELECT id, text, image_id FROM queries WHERE id = ANY(:keys)"),
        {"keys": list(query_keys)},
    )
    return {row.id: JudgedText(row.id, row.text, row.image_id) for row in rows}


def captions(conn: Connection, image_keys: Sequence[int]) -> list[OwnText]:
    """The captions of these pictures, in order."""
    rows = conn.execute(
        text(
            """
            SELECT image_id, text FROM captions
             WHERE image_id = ANY(:keys) ORDER BY image_id, position
            """
        ),
        {"keys": list(image_keys)},
    )
    return [OwnText(row.image_id, row.text) for row in rows]


def usable(conn: Connection, image_keys: Sequence[int]) -> set[int]:
    """Which of these pictures are not deleted."""
    rows = conn.execute(
        text("SELECT id FROM images WHERE id = ANY(:keys) AND deleted_at IS NULL"),
        {"keys": list(image_keys)},
    )
    return set(rows.scalars())


def described(conn: Connection) -> list[int]:
    """The pictures that have captions and are not deleted."""
    rows = conn.execute(
        text(
            """
            SELECT id FROM images i WHERE deleted_at IS NULL
               AND EXISTS (SELECT FROM captions c WHERE c.image_id = i.id) ORDER BY id
            """
        )
    )
    return list(rows.scalars())


def answers(conn: Connection, image_keys: Sequence[int]) -> set[int]:
    """Which of these pictures are the known answer to a test question."""
    rows = conn.execute(
        text("SELECT DISTINCT image_id FROM test_queries WHERE image_id = ANY(:keys)"),
        {"keys": list(image_keys)},
    )
    return set(rows.scalars())


def questions(conn: Connection) -> list[OwnText]:
    """The test questions with their answers, which are not deleted."""
    rows = conn.execute(
        text(
            """
            SELECT t.image_id, t.text FROM test_queries t JOIN images i ON i.id = t.image_id
             WHERE i.deleted_at IS NULL ORDER BY t.query_id, t.image_id
            """
        )
    )
    return [OwnText(row.image_id, row.text) for row in rows]


def judged_since(conn: Connection, moment: datetime) -> int:
    """How many judgements were made or changed after that."""
    return int(
        conn.scalar(
            text(
                """
                SELECT (SELECT count(*) FROM expert_grades
                         WHERE greatest(created_at, updated_at) > :moment)
                     + (SELECT count(*) FROM crowd_votes
                         WHERE greatest(created_at, updated_at) > :moment)
                """
            ),
            {"moment": moment},
        )
        or 0
    )
