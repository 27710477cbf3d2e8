"""The picture check's memory: operating points, and which pictures were flagged."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from service.db.encoders import StoredEncoder
from service.db.restrictions import BY_RULE

# What stands for an operating point where the check is switched off.
OFF = "off"
# How the reason of what the check restricts begins.
SAID = "the picture check: "


def point(conn: Connection, *, fingerprint: str) -> dict[str, Any] | None:
    """The stored operating point of the encoder with that fingerprint."""
    found: dict[str, Any] | None = conn.scalar(
        text("SELECT point FROM operating_points WHERE fingerprint = :fingerprint"),
        {"fingerprint": fingerprint},
    )
    return found


def save(conn: Connection, *, fingerprint: str, point: Mapping[str, Any]) -> None:
    """Store or replace an operating point; every picture is to be checked by it."""
    conn.execute(
        text(
            """
            INSERT INTO operating_points (fingerprint, point)
            VALUES (:fingerprint, CAST(:point AS jsonb))
            ON CONFLICT (fingerprint) DO UPDATE
               SET point = excluded.point, checked_to = 0, created_at = now()
            """
        ),
        {"fingerprint": fingerprint, "point": json.dumps(point)},
    )


def save_first(conn: Connection, *, fingerprint: str, point: Mapping[str, Any]) -> None:
    """Store an operating point unless the encoder has one."""
    conn.execute(
        text(
            """
            INSERT INTO operating_points (fingerprint, point)
            VALUES (:fingerprint, CAST(:point AS jsonb)) ON CONFLICT DO NOTHING
            """
        ),
        {"fingerprint": fingerprint, "point": json.dumps(point)},
    )


def switch_off(conn: Connection, *, fingerprint: str) -> None:
    """Have no picture checked by that encoder, whatever operating point is known for it."""
    save(conn, fingerprint=fingerprint, point={OFF: True})


def forget(conn: Connection, *, fingerprint: str) -> None:
    """Take away what is stored as that encoder's operating point."""
    conn.execute(
        text("DELETE FROM operating_points WHERE fingerprint = :fingerprint"),
        {"fingerprint": fingerprint},
    )


def forget_undecided(conn: Connection, *, fingerprint: str) -> int:
    """Let go of what that encoder flagged and nobody has decided on; answers how many."""
    gone = conn.execute(
        text(
            """
            WITH gone AS (
                DELETE FROM restrictions r USING picture_flags f
                 WHERE f.image_id = r.image_id AND f.fingerprint = :fingerprint
                   AND r.kind = 'review' AND starts_with(r.reason, :said)
                RETURNING r.image_id)
            DELETE FROM picture_flags f USING gone WHERE f.image_id = gone.image_id
            """
        ),
        {"fingerprint": fingerprint, "said": SAID},
    )
    return gone.rowcount


def next_unchecked(conn: Connection, *, encoder: StoredEncoder, most: int) -> list[int]:
    """The next pictures with a vector that the operating point has not gone over, locked out."""
    reached = conn.scalar(
        text("SELECT checked_to FROM operating_points WHERE fingerprint = :fp FOR UPDATE"),
        {"fp": encoder.fingerprint},
    )
    rows = conn.execute(
        text(
            f"""
            SELECT image_id FROM image_vectors
             WHERE encoder_id = {encoder.encoder_id:d} AND image_id > :reached
             ORDER BY image_id LIMIT :most
            """
        ),
        {"reached": reached or 0, "most": most},
    )
    return list(rows.scalars())


def checked_to(conn: Connection, *, fingerprint: str, image_key: int) -> None:
    """Every vector of a picture up to this one has been gone over."""
    conn.execute(
        text(
            "UPDATE operating_points SET checked_to = :key"
            " WHERE fingerprint = :fingerprint AND checked_to < :key"
        ),
        {"fingerprint": fingerprint, "key": image_key},
    )


def flag(conn: Connection, scores: Mapping[int, float], *, fingerprint: str) -> list[int]:
    """Note flagged pictures; answers those never flagged before, on whom nobody has decided."""
    if not scores:
        return []
    rows = conn.execute(
        text(
            """
            INSERT INTO picture_flags (image_id, fingerprint, score)
            SELECT f.key, :fingerprint, f.score
              FROM unnest(CAST(:keys AS bigint[]), CAST(:scores AS real[])) AS f(key, score)
            ON CONFLICT (image_id) DO NOTHING RETURNING image_id
            """
        ),
        {
            "fingerprint": fingerprint,
            "keys": list(scores),
            "scores": [float(score) for score in scores.values()],
        },
    )
    return sorted(rows.scalars())


def described(conn: Connection, *, encoder: StoredEncoder, most: int) -> dict[int, bool]:
    """Described pictures with a vector, by key: whether their texts or an admin restrict them.

    They come in the order of their content's hash, which is as good as by chance.
    """
    rows = conn.execute(
        text(
            f"""
            SELECT i.id, EXISTS (SELECT FROM restrictions r WHERE r.image_id = i.id
                                    AND r.kind = ANY(:kinds)) AS restricted
              FROM images i JOIN image_vectors v ON v.image_id = i.id
             WHERE v.encoder_id = {encoder.encoder_id:d} AND i.deleted_at IS NULL
               AND EXISTS (SELECT FROM captions c WHERE c.image_id = i.id)
             ORDER BY i.sha256 LIMIT :most
            """
        ),
        {"kinds": [*BY_RULE, "admin"], "most": most},
    )
    return {row.id: row.restricted for row in rows}


def counts(conn: Connection) -> tuple[int, int]:
    """How many pictures were flagged, and how many of them still wait for an admin."""
    row = conn.execute(
        text(
            """
            SELECT count(*) AS flagged,
                   count(*) FILTER (WHERE EXISTS (
                       SELECT FROM restrictions r
                        WHERE r.image_id = f.image_id AND r.kind = 'review')) AS waiting
              FROM picture_flags f
            """
        )
    ).one()
    return row.flagged, row.waiting
