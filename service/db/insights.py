"""What is known of one picture besides its row: judgements, words it shares, vectors, history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Judged:
    """What people said of one text about the picture: the experts' mean of 1 to 4, the votes."""

    text: str
    expert_mean: float | None
    grades: int
    yes: int
    votes: int


@dataclass(frozen=True, slots=True)
class EncodedBy:
    """How far one encoder is with the picture."""

    spec: str
    encoder_state: str
    state: str
    has_vector: bool
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a picture came in, and by whom where that is known."""

    source: str
    who: str | None


def arrival(conn: Connection, *, image_key: int) -> Arrival:
    """How a picture came in."""
    row = conn.execute(
        text(
            "SELECT i.source, u.name FROM images i LEFT JOIN users u ON u.id = i.uploaded_by"
            " WHERE i.id = :key"
        ),
        {"key": image_key},
    ).one()
    return Arrival(row.source, row.name)


def judgements(conn: Connection, *, image_key: int) -> list[Judged]:
    """The texts that people judged about a picture, best first; excluded judges are silent."""
    rows = conn.execute(
        text(
            """
            WITH experts AS (
                SELECT g.query_key, avg(grade) AS mean, count(*) AS grades
                  FROM expert_grades g JOIN judges j ON j.id = g.judge_id AND j.excluded_at IS NULL
                 CROSS JOIN LATERAL unnest(g.grades) AS grade
                 WHERE g.image_id = :key GROUP BY 1),
            crowd AS (
                SELECT v.query_key, sum(v.yes) AS yes, sum(v.yes + v.no) AS votes
                  FROM crowd_votes v JOIN judges j ON j.id = v.judge_id AND j.excluded_at IS NULL
                 WHERE v.image_id = :key GROUP BY 1)
            SELECT q.text, e.mean, coalesce(e.grades, 0) AS grades,
                   coalesce(c.yes, 0) AS yes, coalesce(c.votes, 0) AS votes
              FROM experts e FULL JOIN crowd c USING (query_key)
              JOIN queries q ON q.id = query_key
             WHERE q.text IS NOT NULL
             ORDER BY coalesce((e.mean - 1) / 3, c.yes::float8 / nullif(c.votes, 0))
                      DESC NULLS LAST,
                      e.grades DESC NULLS LAST, q.id
             LIMIT 50
            """
        ),
        {"key": image_key},
    )
    return [
        Judged(
            text=row.text,
            expert_mean=None if row.mean is None else float(row.mean),
            grades=row.grades,
            yes=row.yes,
            votes=row.votes,
        )
        for row in rows
    ]


def judgement_counts(conn: Connection, image_keys: Sequence[int]) -> dict[int, int]:
    """How many texts people judged about each of these pictures; none is left out."""
    rows = conn.execute(
        text(
            """
            SELECT image_id, count(DISTINCT query_key) AS judged
              FROM (SELECT image_id, query_key FROM expert_grades WHERE image_id = ANY(:keys)
                    UNION ALL
                    SELECT image_id, query_key FROM crowd_votes WHERE image_id = ANY(:keys)) j
             GROUP BY 1
            """
        ),
        {"keys": list(image_keys)},
    )
    return {row.image_id: row.judged for row in rows}


def words_in_captions(conn: Connection, *, image_key: int, words: str) -> tuple[int, int]:
    """How many of a text's words stand in the picture's captions in any form, and of how many."""
    row = conn.execute(
        text(
            """
            WITH asked AS (
                SELECT unnest(tsvector_to_array(to_tsvector(
                    'russian'::regconfig, translate(:words, 'ёЁ', 'еЕ')))) AS word),
            told AS (
                SELECT unnest(tsvector_to_array(to_tsvector(
                    'russian'::regconfig, translate(t.text, 'ёЁ', 'еЕ')))) AS word
                  FROM captions t WHERE t.image_id = :key)
            SELECT count(*) FILTER (WHERE word IN (SELECT word FROM told)) AS shared,
                   count(*) AS asked
              FROM asked
            """
        ),
        {"key": image_key, "words": words},
    ).one()
    return row.shared, row.asked


def encodings(conn: Connection, *, image_key: int) -> list[EncodedBy]:
    """How far every encoder is with a picture, the serving one first."""
    rows = conn.execute(
        text(
            """
            SELECT n.spec, n.state AS encoder_state, coalesce(e.state, 'pending') AS state,
                   v.image_id IS NOT NULL AS has_vector, e.updated_at
              FROM encoders n
              LEFT JOIN encodings e ON e.encoder_id = n.id AND e.image_id = :key
              LEFT JOIN image_vectors v ON v.encoder_id = n.id AND v.image_id = :key
             ORDER BY n.state = 'serving' DESC, n.id
            """
        ),
        {"key": image_key},
    )
    return [EncodedBy(*row) for row in rows]
