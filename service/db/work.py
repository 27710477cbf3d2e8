"""What is still to do and what could not be done, counted from the rows themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from service.db.encoders import StoredEncoder

PACE_MINUTES = 60


@dataclass(frozen=True, slots=True)
class EncodingQueue:
    """What one encoder has yet to do: waiting pictures, those leased, those tried alone."""

    encoder_id: int
    spec: str
    state: str
    paused: bool
    error: str | None
    waiting: int
    leased: int
    alone: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A picture that an encoder could not do, with the reason."""

    image_key: int
    image_id: str
    name: str
    placeholder: str
    encoder: str
    attempts: int
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class TriedAlone:
    """A picture that waits to be tried alone, since its batch died."""

    image_id: str
    name: str
    attempts: int
    reason: str | None


def encoding_queues(conn: Connection) -> list[EncodingQueue]:
    """One row an encoder in use, the serving one first; the oldest waits since it was added."""
    rows = conn.execute(
        text(
            """
            SELECT e.id, e.spec, e.state, e.paused, e.error,
                   p.waiting, p.leased, p.alone, q.failed,
                   (SELECT greatest(i.created_at, e.created_at) FROM images i WHERE i.id = p.first)
              FROM encoders e
             CROSS JOIN LATERAL (
                   SELECT count(*) AS waiting, min(image_id) AS first,
                          count(*) FILTER (WHERE leased_until > now()) AS leased,
                          count(*) FILTER (WHERE alone) AS alone
                     FROM encodings WHERE encoder_id = e.id AND state = 'pending') p
             CROSS JOIN LATERAL (
                   SELECT count(*) AS failed FROM encodings w JOIN images i ON i.id = w.image_id
                    WHERE w.encoder_id = e.id AND w.state = 'quarantined'
                      AND i.deleted_at IS NULL) q
             WHERE e.state <> 'retired'
             ORDER BY e.state = 'serving' DESC, e.id
            """
        )
    )
    return [EncodingQueue(*row) for row in rows]


def pace(conn: Connection, *, minutes: int = PACE_MINUTES) -> list[int]:
    """How many pictures were embedded in each of the last minutes, the oldest minute first."""
    rows = conn.execute(
        text(
            """
            SELECT floor(extract(epoch FROM now() - updated_at) / 60)::int AS ago, count(*) AS done
              FROM encodings
             WHERE state = 'done' AND updated_at > now() - make_interval(mins => :minutes)
             GROUP BY 1
            """
        ),
        {"minutes": minutes},
    )
    done = {row.ago: row.done for row in rows}
    return [int(done.get(ago, 0)) for ago in reversed(range(minutes))]


def given_up(conn: Connection, *, limit: int) -> list[GivenUp]:
    """Pictures that were set aside and not deleted since, the latest first."""
    rows = conn.execute(
        text(
            """
            SELECT i.id, i.public_id, i.name, i.placeholder, e.spec, w.attempts,
                   coalesce(w.error, ''), w.updated_at
              FROM encodings w JOIN images i ON i.id = w.image_id
              JOIN encoders e ON e.id = w.encoder_id
             WHERE w.state = 'quarantined' AND i.deleted_at IS NULL AND e.state <> 'retired'
             ORDER BY w.updated_at DESC, i.id DESC LIMIT :limit
            """
        ),
        {"limit": limit},
    )
    return [GivenUp(*row) for row in rows]


def tried_alone(conn: Connection, *, limit: int) -> list[TriedAlone]:
    """Pictures whose batch died and that are tried one at a time, the most tried first."""
    rows = conn.execute(
        text(
            """
            SELECT i.public_id, i.name, w.attempts, w.error
              FROM encodings w JOIN images i ON i.id = w.image_id
              JOIN encoders e ON e.id = w.encoder_id
             WHERE w.state = 'pending' AND w.alone AND e.state <> 'retired'
             ORDER BY w.attempts DESC, i.id LIMIT :limit
            """
        ),
        {"limit": limit},
    )
    return [TriedAlone(*row) for row in rows]


def retry_given_up(conn: Connection) -> int:
    """Every picture that was set aside waits again as if never tried; answers how many pictures."""
    rows = conn.execute(
        text(
            """
            UPDATE encodings w
               SET state = 'pending', alone = false, attempts = 0, error = NULL, updated_at = now()
              FROM images i
             WHERE i.id = w.image_id AND i.deleted_at IS NULL AND w.state = 'quarantined'
            RETURNING w.image_id
            """
        )
    )
    return len(set(rows.scalars()))


def unchecked(conn: Connection, *, encoder: StoredEncoder) -> int | None:
    """Pictures that the picture check has yet to go over; None where it is off."""
    found: int | None = conn.scalar(
        text(
            f"""
            SELECT (SELECT count(*) FROM image_vectors v
                     WHERE v.encoder_id = {encoder.encoder_id:d} AND v.image_id > o.checked_to)
              FROM operating_points o WHERE o.fingerprint = :fingerprint
            """
        ),
        {"fingerprint": encoder.fingerprint},
    )
    return found
