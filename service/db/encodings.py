"""What is still to do for pictures: claimed in batches under a lease, fenced by a token.

A batch whose worker died leaves an expired lease. Its pictures are marked
'alone' and tried one at a time from then on; only such a try counts, so that a
poisonous picture is quarantined after three and its neighbours are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claimed:
    """A picture that a worker may embed until its lease runs out."""

    image_key: int
    sha256: str
    suffix: str


def mark_abandoned(conn: Connection, *, encoder_id: int) -> int:
    """Pictures whose lease ran out: their batch died, so each is tried alone from now on."""
    result = conn.execute(
        text(
            """
            UPDATE encodings
               SET alone = true, lease_token = NULL, leased_until = NULL, updated_at = now()
             WHERE (encoder_id, image_id) IN (
                   SELECT encoder_id, image_id FROM encodings
                    WHERE encoder_id = :encoder_id AND state = 'pending' AND leased_until < now()
                      FOR UPDATE SKIP LOCKED)
            """
        ),
        {"encoder_id": encoder_id},
    )
    return result.rowcount


def quarantine_exhausted(conn: Connection, *, encoder_id: int, reason: str) -> list[int]:
    """Pictures tried alone too often without an end are set aside; answers their keys.

    The reason is kept where no try has left one of its own.
    """
    rows = conn.execute(
        text(
            """
            UPDATE encodings
               SET state = 'quarantined', updated_at = now(),
                   error = coalesce(error, :reason)
             WHERE encoder_id = :encoder_id AND state = 'pending' AND alone
               AND attempts >= :most AND leased_until IS NULL
            RETURNING image_id
            """
        ),
        {"encoder_id": encoder_id, "most": MOST_ATTEMPTS, "reason": reason},
    )
    return list(rows.scalars())


def claim(
    conn: Connection, *, encoder_id: int, token: UUID, most: int, lease_seconds: int
) -> list[Claimed]:
    """Lease the oldest pictures that wait and have never failed."""
    return leased(
        conn,
        """
        SELECT encoder_id, image_id FROM encodings
         WHERE encoder_id = :encoder_id AND state = 'pending'
           AND NOT alone AND leased_until IS NULL
         ORDER BY image_id LIMIT :most FOR UPDATE SKIP LOCKED
        """,
        {"encoder_id": encoder_id, "token": token, "most": most, "seconds": lease_seconds},
    )


def claim_alone(
    conn: Connection, *, encoder_id: int, token: UUID, lease_seconds: int
) -> list[Claimed]:
    """Lease one picture whose batch died; the try counts from now, even if the worker dies."""
    return leased(
        conn,
        """
        SELECT encoder_id, image_id FROM encodings
         WHERE encoder_id = :encoder_id AND state = 'pending'
           AND alone AND leased_until IS NULL
         ORDER BY attempts, image_id LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
        {"encoder_id": encoder_id, "token": token, "seconds": lease_seconds},
    )


def leased(conn: Connection, chosen: str, parameters: dict[str, object]) -> list[Claimed]:
    """Put the lease on the rows that the given SELECT chooses."""
    rows = conn.execute(
        text(
            f"""
            WITH chosen AS ({chosen})
            UPDATE encodings e
               SET lease_token = :token, updated_at = now(),
                   leased_until = now() + make_interval(secs => :seconds),
                   attempts = e.attempts + e.alone::int
              FROM chosen c JOIN images i ON i.id = c.image_id
             WHERE e.encoder_id = c.encoder_id AND e.image_id = c.image_id
            RETURNING e.image_id, i.sha256, i.suffix
            """
        ),
        parameters,
    )
    return sorted(
        (Claimed(row.image_id, row.sha256, row.suffix) for row in rows),
        key=lambda claimed: claimed.image_key,
    )


def still_held(conn: Connection, *, encoder_id: int, token: UUID) -> list[int]:
    """The pictures this token still holds, locked: a lease that was lost writes nothing."""
    rows = conn.execute(
        text(
            """
            SELECT image_id FROM encodings
             WHERE encoder_id = :encoder_id AND lease_token = :token AND state = 'pending'
             ORDER BY image_id FOR UPDATE
            """
        ),
        {"encoder_id": encoder_id, "token": token},
    )
    return list(rows.scalars())


def finish(conn: Connection, *, encoder_id: int, image_keys: Sequence[int]) -> None:
    """These pictures have their vectors."""
    conn.execute(
        text(
            """
            UPDATE encodings
               SET state = 'done', alone = false, attempts = 0, error = NULL,
                   lease_token = NULL, leased_until = NULL, updated_at = now()
             WHERE encoder_id = :encoder_id AND image_id = ANY(:keys)
            """
        ),
        {"encoder_id": encoder_id, "keys": list(image_keys)},
    )


def ended(conn: Connection, *, image_key: int) -> bool:
    """Whether a picture has got its vector from an encoder, and with it its check."""
    return bool(
        conn.scalar(
            text("SELECT EXISTS (SELECT FROM encodings WHERE image_id = :key AND state = 'done')"),
            {"key": image_key},
        )
    )


def give_back(
    conn: Connection, *, encoder_id: int, token: UUID, blameless: bool, error: str | None = None
) -> None:
    """End a lease without vectors.

    Blameless pictures wait again as if never tried; the others are tried alone,
    with the reason kept.
    """
    conn.execute(
        text(
            """
            UPDATE encodings
               SET lease_token = NULL, leased_until = NULL, updated_at = now(),
                   attempts = attempts - (:blameless AND alone)::int,
                   alone = alone OR NOT :blameless,
                   error = coalesce(:error, error)
             WHERE encoder_id = :encoder_id AND lease_token = :token AND state = 'pending'
            """
        ),
        {"encoder_id": encoder_id, "token": token, "blameless": blameless, "error": error},
    )


def quarantine(
    conn: Connection, *, encoder_id: int, token: UUID, image_key: int, error: str
) -> None:
    """Set a picture aside at once: trying again cannot help."""
    conn.execute(
        text(
            """
            UPDATE encodings
               SET state = 'quarantined', error = :error,
                   lease_token = NULL, leased_until = NULL, updated_at = now()
             WHERE encoder_id = :encoder_id AND image_id = :image_key AND lease_token = :token
            """
        ),
        {"encoder_id": encoder_id, "image_key": image_key, "token": token, "error": error},
    )


def retry(conn: Connection, *, image_key: int) -> int:
    """Take a picture out of quarantine, as if never tried."""
    result = conn.execute(
        text(
            """
            UPDATE encodings
               SET state = 'pending', alone = false, attempts = 0, error = NULL, updated_at = now()
             WHERE image_id = :image_key AND state = 'quarantined'
            """
        ),
        {"image_key": image_key},
    )
    return result.rowcount


def queue_new(conn: Connection, *, image_key: int) -> None:
    """A new picture is to be embedded by every encoder in use."""
    conn.execute(
        text(
            """
            INSERT INTO encodings (encoder_id, image_id)
            SELECT id, :image_key FROM encoders WHERE state <> 'retired'
            ON CONFLICT DO NOTHING
            """
        ),
        {"image_key": image_key},
    )


def waiting(conn: Connection, *, encoder_id: int) -> int:
    """How many pictures still wait for this encoder, leased ones included."""
    return int(
        conn.scalar(
            text(
                "SELECT count(*) FROM encodings"
                " WHERE encoder_id = :encoder_id AND state = 'pending'"
            ),
            {"encoder_id": encoder_id},
        )
        or 0
    )
