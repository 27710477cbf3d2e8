"""The texts that can restrict a picture: its own, and those that people judged to match it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

# Texts that people judged to match, by pair: experts' mean and the crowd's votes decide.
JUDGED = """
    WITH experts AS (
        SELECT g.image_id, g.query_key, avg(grade) AS mean
          FROM expert_grades g JOIN judges j ON j.id = g.judge_id AND j.excluded_at IS NULL
         CROSS JOIN LATERAL unnest(g.grades) AS grade
         WHERE g.image_id = ANY(:keys) GROUP BY 1, 2),
    crowd AS (
        SELECT v.image_id, v.query_key, sum(v.yes) AS yes, sum(v.yes + v.no) AS votes,
               max(v.share) AS share
          FROM crowd_votes v JOIN judges j ON j.id = v.judge_id AND j.excluded_at IS NULL
         WHERE v.image_id = ANY(:keys) GROUP BY 1, 2),
    judged AS (
        SELECT image_id, query_key FROM experts WHERE mean >= 3
        UNION
        SELECT c.image_id, c.query_key FROM crowd c
         WHERE ((c.votes >= 3 AND 3 * c.yes >= 2 * c.votes) OR 3 * c.share >= 1.9999)
           AND NOT EXISTS (SELECT FROM experts e WHERE e.image_id = c.image_id
                                                   AND e.query_key = c.query_key))
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One text about one picture, and what makes it count."""

    image_key: int
    kind: str
    text: str


def of_pictures(conn: Connection, image_keys: Sequence[int]) -> list[Evidence]:
    """Every text that counts for these pictures.

    Own: captions, and queries written for the picture. Questions: those whose known answer it is.
    Judged: experts' mean of at least 3; or, where no expert judged, at least two thirds of at
    least three votes. A share without counts is taken for enough votes. Excluded judges are silent.
    """
    rows = conn.execute(
        text(
            f"""
            {JUDGED}
            SELECT image_id, 'caption' AS kind, text FROM captions WHERE image_id = ANY(:keys)
            UNION
            SELECT image_id, 'caption', text FROM queries
             WHERE image_id = ANY(:keys) AND text IS NOT NULL
            UNION
            SELECT image_id, 'question', text FROM test_queries WHERE image_id = ANY(:keys)
            UNION
            SELECT m.image_id, 'judgement', q.text
              FROM judged m JOIN queries q ON q.id = m.query_key WHERE q.text IS NOT NULL
            """
        ),
        {"keys": list(image_keys)},
    )
    return [Evidence(row.image_id, row.kind, row.text) for row in rows]


@dataclass(frozen=True, slots=True)
class Proof:
    """One text about a picture with where it comes from, for an admin's eyes.

    A judged text has what people said of it; counts tells whether that makes it match the picture.
    """

    kind: str
    text: str
    query_id: str | None = None
    counts: bool = True
    expert_mean: float | None = None
    grades: int = 0
    yes: int | None = None
    no: int | None = None
    share: float | None = None


def proofs(conn: Connection, *, image_key: int) -> list[Proof]:
    """Every text that somebody wrote for a picture or judged about it."""
    rows = conn.execute(
        text(
            f"""
            {JUDGED},
            votes AS (
                SELECT v.query_key, sum(v.yes) AS yes, sum(v.no) AS no, max(v.share) AS share
                  FROM crowd_votes v JOIN judges j ON j.id = v.judge_id AND j.excluded_at IS NULL
                 WHERE v.image_id = ANY(:keys) GROUP BY 1),
            panel AS (
                SELECT g.query_key, avg(grade)::float8 AS mean, count(*) AS grades
                  FROM expert_grades g JOIN judges j ON j.id = g.judge_id AND j.excluded_at IS NULL
                 CROSS JOIN LATERAL unnest(g.grades) AS grade
                 WHERE g.image_id = ANY(:keys) GROUP BY 1)
            SELECT 'caption' AS kind, text, NULL AS query_id, true AS counts,
                   NULL::float8 AS mean, 0 AS grades, NULL::bigint AS yes, NULL::bigint AS no,
                   NULL::float8 AS share
              FROM captions WHERE image_id = ANY(:keys)
            UNION ALL
            SELECT 'caption', text, query_id, true, NULL, 0, NULL, NULL, NULL FROM queries
             WHERE image_id = ANY(:keys) AND text IS NOT NULL
            UNION ALL
            SELECT 'question', text, query_id, true, NULL, 0, NULL, NULL, NULL FROM test_queries
             WHERE image_id = ANY(:keys)
            UNION ALL
            SELECT 'judgement', q.text, q.query_id,
                   EXISTS (SELECT FROM judged m WHERE m.query_key = q.id),
                   p.mean, coalesce(p.grades, 0), v.yes, v.no, v.share
              FROM panel p FULL JOIN votes v USING (query_key)
              JOIN queries q ON q.id = query_key WHERE q.text IS NOT NULL
            """
        ),
        {"keys": [image_key]},
    )
    return [Proof(*row) for row in rows]


def add_questions(
    conn: Connection, *, dataset: str, image_key: int, name: str, texts: Sequence[str]
) -> None:
    """Store questions whose known answer is this picture: never captions, but evidence."""
    dataset_id = conn.execute(
        text(
            """
            INSERT INTO datasets (name) VALUES (:name)
            ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id
            """
        ),
        {"name": dataset},
    ).scalar_one()
    conn.execute(
        text(
            """
            INSERT INTO test_queries (query_id, image_id, text, dataset_id)
            VALUES (:query_id, :image_key, :text, :dataset_id) ON CONFLICT DO NOTHING
            """
        ),
        [
            {
                "query_id": f"{name}#{number}",
                "image_key": image_key,
                "text": question,
                "dataset_id": dataset_id,
            }
            for number, question in enumerate(texts)
        ],
    )
