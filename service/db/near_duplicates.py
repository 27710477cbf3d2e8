"""Pairs of pictures that look nearly the same, and what was decided about them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from service.db.likeness import Near


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures by key, the older first, and in how many bits of 64 they differ."""

    first_key: int
    second_key: int
    distance: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A pair about which somebody decided: to keep both, or which one went."""

    first_id: str
    second_id: str
    first_name: str
    second_name: str
    removed_id: str | None
    who: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Merged:
    """A removed picture's pair: which one was kept, and what that one got from it."""

    kept_key: int
    given: Mapping[str, Any]


def add(conn: Connection, *, image_key: int, found: Sequence[Near]) -> None:
    """Note which pictures are near one; what is known or decided already stays."""
    if found:
        conn.execute(
            text(
                """
                INSERT INTO near_duplicates (first_id, second_id, distance)
                VALUES (least(:key, :other), greatest(:key, :other), :distance)
                ON CONFLICT DO NOTHING
                """
            ),
            [{"key": image_key, "other": one.image_key, "distance": one.distance} for one in found],
        )


# Both are here, and nobody has decided.
OPEN = """
      FROM near_duplicates d
      JOIN images a ON a.id = d.first_id AND a.deleted_at IS NULL
      JOIN images b ON b.id = d.second_id AND b.deleted_at IS NULL
     WHERE d.decision IS NULL
"""


def undecided(conn: Connection, *, limit: int, offset: int = 0) -> list[Pair]:
    """Pairs to decide about, the most alike first."""
    rows = conn.execute(
        text(
            f"""
            SELECT d.first_id, d.second_id, d.distance {OPEN}
             ORDER BY d.distance, d.second_id, d.first_id LIMIT :limit OFFSET :offset
            """
        ),
        {"limit": limit, "offset": offset},
    )
    return [Pair(*row) for row in rows]


def count(conn: Connection) -> int:
    """How many pairs wait for a decision."""
    return int(conn.scalar(text(f"SELECT count(*) {OPEN}")) or 0)


def of_picture(conn: Connection, *, image_key: int) -> list[tuple[str, int]]:
    """The pictures that are near one and not removed, whatever was decided about them."""
    rows = conn.execute(
        text(
            """
            SELECT o.public_id, d.distance
              FROM near_duplicates d
              JOIN images o ON o.id = CASE d.first_id WHEN :key THEN d.second_id
                                                      ELSE d.first_id END
             WHERE :key IN (d.first_id, d.second_id) AND o.deleted_at IS NULL
             ORDER BY d.distance, o.id
            """
        ),
        {"key": image_key},
    )
    return [(row.public_id, row.distance) for row in rows]


def decide(
    conn: Connection,
    pair: tuple[int, int],
    *,
    who: str,
    removed_key: int | None = None,
    given: Mapping[str, object] | None = None,
) -> bool:
    """Remember that both are kept, or which one was removed; False where that is known already."""
    result = conn.execute(
        text(
            """
            UPDATE near_duplicates
               SET decision = CASE WHEN CAST(:removed AS bigint) IS NULL THEN 'kept'
                                   ELSE 'removed' END,
                   removed_id = :removed, given = CAST(:given AS jsonb),
                   decided_by = :who, decided_at = now()
             WHERE first_id = :first AND second_id = :second AND decision IS NULL
            """
        ),
        {
            "first": min(pair),
            "second": max(pair),
            "who": who,
            "removed": removed_key,
            "given": None if given is None else json.dumps(given),
        },
    )
    return result.rowcount == 1


def forget_decision(conn: Connection, pair: tuple[int, int]) -> bool:
    """Ask about a pair again that both were kept of."""
    result = conn.execute(
        text(
            """
            UPDATE near_duplicates
               SET decision = NULL, decided_by = NULL, decided_at = NULL
             WHERE first_id = :first AND second_id = :second AND decision = 'kept'
            """
        ),
        {"first": min(pair), "second": max(pair)},
    )
    return result.rowcount == 1


def take_merged(conn: Connection, *, removed_key: int) -> list[Merged]:
    """The decisions by which a picture was removed, which no longer hold: it is back."""
    rows = conn.execute(
        text(
            """
            UPDATE near_duplicates n
               SET decision = NULL, decided_by = NULL, decided_at = NULL, removed_id = NULL,
                   given = NULL
              FROM near_duplicates old
             WHERE old.first_id = n.first_id AND old.second_id = n.second_id
               AND old.removed_id = :key
            RETURNING CASE n.first_id WHEN :key THEN n.second_id ELSE n.first_id END AS kept_key,
                      old.given
            """
        ),
        {"key": removed_key},
    )
    return [Merged(row.kept_key, row.given or {}) for row in rows]


def decided(conn: Connection, *, limit: int) -> list[Decided]:
    """The last decisions, the latest first."""
    rows = conn.execute(
        text(
            """
            SELECT a.public_id AS first_id, b.public_id AS second_id, a.name AS first_name,
                   b.name AS second_name,
                   CASE d.removed_id WHEN a.id THEN a.public_id WHEN b.id THEN b.public_id END
                       AS removed_id,
                   d.decided_by, d.decided_at
              FROM near_duplicates d
              JOIN images a ON a.id = d.first_id JOIN images b ON b.id = d.second_id
             WHERE d.decision IS NOT NULL
             ORDER BY d.decided_at DESC, d.second_id DESC LIMIT :limit
            """
        ),
        {"limit": limit},
    )
    return [Decided(*row) for row in rows]
