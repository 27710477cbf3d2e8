"""Judged pairs as the law sees them: which a change of the rules takes out of training."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.db.restrictions import BY_RULE, Restriction, visible

JUDGED = """
    SELECT image_id, query_key FROM expert_grades UNION
    SELECT image_id, query_key FROM crowd_votes
"""


@dataclass(frozen=True, slots=True)
class JudgedText:
    """The text of a query that somebody judged."""

    query_key: int
    text: str


def newest_pictures(conn: Connection, *, most: int) -> list[int]:
    """The keys of pictures that are not deleted, the newest first."""
    rows = conn.execute(
        text("SELECT id FROM images WHERE deleted_at IS NULL ORDER BY id DESC LIMIT :most"),
        {"most": most},
    )
    return list(rows.scalars())


def pictures(conn: Connection) -> int:
    """How many pictures are not deleted."""
    return int(conn.scalar(text("SELECT count(*) FROM images WHERE deleted_at IS NULL")) or 0)


def held_back(conn: Connection, image_keys: Sequence[int]) -> set[int]:
    """Which of these people have hidden, whatever the rules say."""
    rows = conn.execute(
        text(
            "SELECT DISTINCT image_id FROM restrictions"
            " WHERE image_id = ANY(:keys) AND kind <> ALL(:by_rule)"
        ),
        {"keys": list(image_keys), "by_rule": list(BY_RULE)},
    )
    return set(rows.scalars())


def consented(conn: Connection, image_keys: Sequence[int]) -> set[int]:
    """Which of these a consent for all countries lifts, whatever the rules say."""
    rows = conn.execute(
        text(
            """
            SELECT DISTINCT image_id FROM consents
             WHERE image_id = ANY(:keys) AND '*' = ANY(countries)
               AND withdrawn_at IS NULL AND valid_until > now()
            """
        ),
        {"keys": list(image_keys)},
    )
    return set(rows.scalars())


def by_rule(conn: Connection, image_keys: Sequence[int]) -> list[Restriction]:
    """What the rules have said of these pictures."""
    rows = conn.execute(
        text(
            """
            SELECT image_id, kind, countries, reason FROM restrictions
             WHERE image_id = ANY(:keys) AND kind = ANY(:by_rule) ORDER BY image_id, kind
            """
        ),
        {"keys": list(image_keys), "by_rule": list(BY_RULE)},
    )
    return [Restriction(row.image_id, row.kind, tuple(row.countries), row.reason) for row in rows]


def hidden_from_training(conn: Connection) -> set[int]:
    """Pictures that are hidden from anybody.

    Training obeys the union of all rules: only consent for all countries of a rule brings a picture
    back.
    """
    rows = conn.execute(
        text(f"SELECT i.id FROM images i WHERE i.deleted_at IS NULL AND NOT ({visible()})"),
        {"askers": []},
    )
    return set(rows.scalars())


def texts_of(conn: Connection, query_keys: Sequence[int]) -> list[JudgedText]:
    """The texts of these queries, where they are known."""
    rows = conn.execute(
        text("SELECT id, text FROM queries WHERE id = ANY(:keys) AND text IS NOT NULL"),
        {"keys": list(query_keys)},
    )
    return [JudgedText(*row) for row in rows]


def judged_texts(conn: Connection, *, most: int) -> list[JudgedText]:
    """Texts of queries that somebody judged, the newest first."""
    rows = conn.execute(
        text(
            """
            SELECT q.id, q.text FROM queries q
             WHERE q.text IS NOT NULL
               AND (EXISTS (SELECT FROM expert_grades g WHERE g.query_key = q.id)
                    OR EXISTS (SELECT FROM crowd_votes v WHERE v.query_key = q.id))
             ORDER BY q.id DESC LIMIT :most
            """
        ),
        {"most": most},
    )
    return [JudgedText(*row) for row in rows]


def changed(
    conn: Connection,
    *,
    image_keys: Sequence[int],
    query_keys: Sequence[int],
    other_images: Sequence[int],
    other_queries: Sequence[int],
) -> int:
    """How many judged pairs have one of these pictures or queries and none of the others.

    The others are excluded before as after, so their pairs do not change.
    """
    return int(
        conn.scalar(
            text(
                f"""
                SELECT count(*) FROM ({JUDGED}) pair
                  JOIN images i ON i.id = pair.image_id AND i.deleted_at IS NULL
                 WHERE (image_id = ANY(:image_keys) OR query_key = ANY(:query_keys))
                   AND image_id <> ALL(:other_images) AND query_key <> ALL(:other_queries)
                """
            ),
            {
                "image_keys": list(image_keys),
                "query_keys": list(query_keys),
                "other_images": list(other_images),
                "other_queries": list(other_queries),
            },
        )
        or 0
    )


def names(conn: Connection, image_keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The public id and the name of each picture."""
    rows = conn.execute(
        text("SELECT id, public_id, name FROM images WHERE id = ANY(:keys)"),
        {"keys": list(image_keys)},
    )
    return {row.id: (row.public_id, row.name) for row in rows}
