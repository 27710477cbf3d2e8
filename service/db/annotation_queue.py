"""Which pairs could be judged next: samples around a drawn place, never a walk over everything.

`draw` is a number from 0 to 1 that says where in a table a sample begins. Each statement reads a
bounded number of rows by an index before it sorts or counts anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db.restrictions import visible

SAMPLE = 200
# A caption that somebody judged is a query of its own, by the picture and by what it says.
CAPTION_ID = "'caption/' || i.public_id || '#' || left(md5(c.text), 12)"
CAPTION_NAME = "'c' || i.public_id || '.' || left(md5(c.text), 12)"


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text to judge pictures by; a caption nobody judged by has no key yet."""

    name: str
    text: str
    query_key: int | None
    own_image: int | None


@dataclass(frozen=True, slots=True)
class OpenPair:
    """A pair to judge, and how far people disagree about it (0 to 1)."""

    image_key: int
    text: StoredText
    judgements: int = 0
    dispute: float = 0.0


def some_texts(
    conn: Connection, *, draw: float, limit: int, askers: Sequence[str]
) -> list[StoredText]:
    """Judged queries, and captions of pictures that the asker may see."""
    rows = conn.execute(
        text(
            f"""
            SELECT 'q' || q.id AS name, q.text, q.id AS query_key, q.image_id AS own_image
              FROM (SELECT id, text, image_id FROM queries
                     WHERE id >= :draw * (SELECT max(id) FROM queries)
                     ORDER BY id LIMIT :limit) q
             WHERE q.text IS NOT NULL AND {visible("q.image_id")}
            UNION ALL
            SELECT {CAPTION_NAME}, c.text, k.id, c.image_id
              FROM (SELECT image_id, text FROM captions
                     WHERE image_id >= :draw * (SELECT max(image_id) FROM captions)
                     ORDER BY image_id, position LIMIT :limit) c
              JOIN images i ON i.id = c.image_id AND i.deleted_at IS NULL
              LEFT JOIN queries k ON k.query_id = {CAPTION_ID}
             WHERE {visible()}
            """
        ),
        {"draw": draw, "limit": limit, "askers": list(askers)},
    )
    return [StoredText(*row) for row in rows]


def some_pictures(conn: Connection, *, draw: float, limit: int, askers: Sequence[str]) -> list[int]:
    """Keys of pictures that the asker may see."""
    rows = conn.execute(
        text(
            f"""
            SELECT i.id FROM (SELECT id, deleted_at FROM images
                               WHERE id >= :draw * (SELECT max(id) FROM images)
                               ORDER BY id LIMIT :limit) i
             WHERE i.deleted_at IS NULL AND {visible()}
            """
        ),
        {"draw": draw, "limit": limit, "askers": list(askers)},
    )
    return list(rows.scalars())


def judged_pictures(
    conn: Connection, *, query_key: int, image_keys: Sequence[int], judge_id: int | None
) -> set[int]:
    """Which of these pictures anybody judged by this text, or this judge skipped."""
    rows = conn.execute(
        text(
            """
            SELECT image_id FROM expert_grades
             WHERE query_key = :query_key AND image_id = ANY(:image_keys)
            UNION SELECT image_id FROM crowd_votes
             WHERE query_key = :query_key AND image_id = ANY(:image_keys)
            UNION SELECT image_id FROM annotations
             WHERE judge_id = :judge_id AND query_key = :query_key AND image_id = ANY(:image_keys)
            """
        ),
        {"query_key": query_key, "image_keys": list(image_keys), "judge_id": judge_id},
    )
    return set(rows.scalars())


def tells_of_hidden(conn: Connection, *, query_key: int, askers: Sequence[str]) -> bool:
    """Whether a picture that the asker may not see was judged by this text."""
    return bool(
        conn.scalar(
            text(
                f"""
                SELECT EXISTS (
                    SELECT FROM restrictions h
                     WHERE (EXISTS (SELECT FROM expert_grades g
                                     WHERE g.image_id = h.image_id AND g.query_key = :query_key)
                            OR EXISTS (SELECT FROM crowd_votes v
                                        WHERE v.image_id = h.image_id AND v.query_key = :query_key))
                       AND NOT {visible("h.image_id")})
                """
            ),
            {"query_key": query_key, "askers": list(askers)},
        )
    )


def disputed(
    conn: Connection, *, draw: float, judge_id: int | None, askers: Sequence[str], limit: int
) -> list[OpenPair]:
    """Pairs that others judged and this judge did not, the most disputed and least judged first."""
    rows = conn.execute(
        text(
            f"""
            WITH sample AS (
                (SELECT image_id, query_key FROM expert_grades
                  WHERE image_id >= :draw * (SELECT max(image_id) FROM expert_grades)
                  ORDER BY image_id, query_key LIMIT {SAMPLE})
                UNION
                (SELECT image_id, query_key FROM crowd_votes
                  WHERE image_id >= :draw * (SELECT max(image_id) FROM crowd_votes)
                  ORDER BY image_id, query_key LIMIT {SAMPLE}))
            SELECT s.image_id, q.id, q.text, q.image_id AS own_image,
                   coalesce(g.grades, 0) + coalesce(v.votes, 0) AS judgements,
                   greatest(g.spread, 1 - abs(2 * v.score - 1), abs(g.mean - v.score), 0) AS dispute
              FROM sample s
              JOIN queries q ON q.id = s.query_key AND q.text IS NOT NULL
              JOIN images i ON i.id = s.image_id AND i.deleted_at IS NULL
              LEFT JOIN LATERAL (
                   SELECT count(*) AS grades, (avg(one) - 1)::float8 / 3 AS mean,
                          (max(one) - min(one))::float8 / 3 AS spread
                     FROM expert_grades e JOIN judges j ON j.id = e.judge_id, unnest(e.grades) one
                    WHERE e.image_id = s.image_id AND e.query_key = s.query_key
                      AND j.excluded_at IS NULL) g ON true
              LEFT JOIN LATERAL (
                   SELECT sum(coalesce(c.yes + c.no, 3)) AS votes,
                          sum(coalesce(c.yes, 3 * c.share)) / sum(coalesce(c.yes + c.no, 3))
                              AS score
                     FROM crowd_votes c JOIN judges j ON j.id = c.judge_id
                    WHERE c.image_id = s.image_id AND c.query_key = s.query_key
                      AND j.excluded_at IS NULL) v ON true
             WHERE {visible()} AND {visible("q.image_id")}
               AND q.image_id IS DISTINCT FROM s.image_id
               AND NOT EXISTS (SELECT FROM annotations a WHERE a.judge_id = :judge_id
                                  AND a.image_id = s.image_id AND a.query_key = s.query_key)
               AND NOT EXISTS (SELECT FROM expert_grades o WHERE o.judge_id = :judge_id
                                  AND o.image_id = s.image_id AND o.query_key = s.query_key)
               AND NOT EXISTS (SELECT FROM crowd_votes o WHERE o.judge_id = :judge_id
                                  AND o.image_id = s.image_id AND o.query_key = s.query_key)
             ORDER BY dispute DESC, judgements, s.image_id, q.id LIMIT :limit
            """
        ),
        {"draw": draw, "judge_id": judge_id, "askers": list(askers), "limit": limit},
    )
    return [
        OpenPair(
            row.image_id,
            StoredText(f"q{row.id}", row.text, row.id, row.own_image),
            int(row.judgements),
            float(row.dispute),
        )
        for row in rows
    ]


def to_check(
    conn: Connection, *, judge_id: int, mode: str, askers: Sequence[str], limit: int
) -> list[OpenPair]:
    """Pairs the judge answered a while ago in this mode and was not asked about again."""
    rows = conn.execute(
        text(
            f"""
            SELECT a.image_id, q.id, q.text, q.image_id AS own_image
              FROM (SELECT id, image_id, query_key, mode, is_check, answer FROM annotations
                     WHERE judge_id = :judge_id ORDER BY id DESC OFFSET 5 LIMIT {SAMPLE}) a
              JOIN queries q ON q.id = a.query_key AND q.text IS NOT NULL
              JOIN images i ON i.id = a.image_id AND i.deleted_at IS NULL
             WHERE a.mode = :mode AND NOT a.is_check AND a.answer IS NOT NULL
               AND {visible()} AND {visible("q.image_id")}
               AND NOT EXISTS (SELECT FROM annotations b WHERE b.judge_id = :judge_id
                                  AND b.image_id = a.image_id AND b.query_key = a.query_key
                                  AND b.is_check)
             ORDER BY a.id LIMIT :limit
            """
        ),
        {"judge_id": judge_id, "mode": mode, "askers": list(askers), "limit": limit},
    )
    return [
        OpenPair(row.image_id, StoredText(f"q{row.id}", row.text, row.id, row.own_image))
        for row in rows
    ]


def text_named(conn: Connection, name: str, *, askers: Sequence[str]) -> StoredText | None:
    """The query or caption of this name, where the asker may see the picture it belongs to."""
    if name.startswith("q") and name[1:].isascii() and name[1:].isdigit() and len(name) < 19:  # noqa: PLR2004 - what a bigint holds
        statement = f"""
            SELECT :name AS name, q.text, q.id, q.image_id FROM queries q
             WHERE q.id = CAST(:key AS bigint) AND q.text IS NOT NULL AND {visible("q.image_id")}"""
        values = {"key": name[1:]}
    elif name.startswith("c"):
        public_id, _dot, digest = name[1:].rpartition(".")
        statement = f"""
            SELECT :name AS name, c.text, k.id, c.image_id FROM images i
              JOIN captions c ON c.image_id = i.id AND left(md5(c.text), 12) = :digest
              LEFT JOIN queries k ON k.query_id = {CAPTION_ID}
             WHERE i.public_id = :public_id AND i.deleted_at IS NULL AND {visible()} LIMIT 1"""
        values = {"public_id": public_id, "digest": digest}
    else:
        return None
    row = conn.execute(text(statement), values | {"name": name, "askers": list(askers)}).first()
    return None if row is None else StoredText(*row)


def ensure_query(conn: Connection, found: StoredText) -> int:
    """The key of a text as a query, which a caption becomes when it is first judged by."""
    if found.query_key is not None:
        return found.query_key
    public_id, _dot, digest = found.name[1:].rpartition(".")
    query_id = f"caption/{public_id}#{digest}"
    conn.execute(
        text(
            """
            INSERT INTO queries (query_id, text, image_id) VALUES (:query_id, :text, :image_key)
            ON CONFLICT (query_id) DO NOTHING
            """
        ),
        {"query_id": query_id, "text": found.text, "image_key": found.own_image},
    )
    return int(
        conn.execute(
            text("SELECT id FROM queries WHERE query_id = :query_id"), {"query_id": query_id}
        ).scalar_one()
    )
