"""How far each encoder is with the pictures, and what it measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from service.db.encoders import StoredEncoder, from_row

# Over so many seconds the pace of a build is taken.
PACE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """One encoder: how many of its pictures are done, how fast it goes, what it measured."""

    encoder: StoredEncoder
    done: int
    waiting: int
    quarantined: int
    per_second: float
    error: str | None
    figures: Mapping[str, Any] | None
    served: bool = False
    origin: Mapping[str, Any] | None = None

    @property
    def total(self) -> int:
        """All pictures that it has to do with."""
        return self.done + self.waiting + self.quarantined

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the present pace; None while there is none."""
        if not self.waiting or not self.per_second or self.encoder.paused:
            return None
        return self.waiting / self.per_second


def standings(conn: Connection) -> list[Standing]:
    """Every encoder, oldest first.

    The pace is that of the last minute's pictures, from the first of them until now.
    """
    rows = conn.execute(
        text(
            """
            SELECT e.*, coalesce(c.done, 0) AS done, coalesce(c.waiting, 0) AS waiting,
                   coalesce(c.quarantined, 0) AS quarantined, coalesce(c.pace, 0) AS pace
              FROM encoders e
              LEFT JOIN (
                   SELECT encoder_id, count(*) FILTER (WHERE state = 'done') AS done,
                          count(*) FILTER (WHERE state = 'pending') AS waiting,
                          count(*) FILTER (WHERE state = 'quarantined') AS quarantined,
                          count(*) FILTER (WHERE recent)
                          / greatest(1, extract(epoch FROM now()
                                - min(updated_at) FILTER (WHERE recent))) AS pace
                     FROM (SELECT *, state = 'done'
                                  AND updated_at > now() - make_interval(secs => :seconds)
                                  AS recent FROM encodings) one
                    GROUP BY encoder_id) c ON c.encoder_id = e.id
             ORDER BY e.id
            """
        ),
        {"seconds": PACE_SECONDS},
    ).mappings()
    return [
        Standing(
            encoder=from_row(row),
            done=row["done"],
            waiting=row["waiting"],
            quarantined=row["quarantined"],
            per_second=float(row["pace"]),
            error=row["error"],
            figures=row["figures"],
            served=row["served_at"] is not None,
            origin=row["origin"],
        )
        for row in rows
    ]


def keep_figures(conn: Connection, encoder_id: int, figures: Mapping[str, Any]) -> None:
    """Remember what the encoder measured."""
    conn.execute(
        text("UPDATE encoders SET figures = CAST(:figures AS jsonb) WHERE id = :id"),
        {"id": encoder_id, "figures": json.dumps(figures)},
    )
