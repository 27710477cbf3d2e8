"""Recorded consent of parents and guardians."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Consent:
    """Who consented by which document, where and until when."""

    consent_id: int
    given_by: str
    document: str
    countries: tuple[str, ...]
    valid_until: datetime
    withdrawn_at: datetime | None
    created_at: datetime
    recorded_by: str | None

    def holds(self, now: datetime) -> bool:
        """Whether it lifts anything at that moment."""
        return self.withdrawn_at is None and self.valid_until > now


def insert(
    conn: Connection,
    *,
    image_key: int,
    given_by: str,
    document: str,
    countries: Sequence[str],
    valid_until: datetime,
    recorded_by: int | None,
) -> int:
    """Record a consent and answer its key."""
    return int(
        conn.execute(
            text(
                """
                INSERT INTO consents
                       (image_id, given_by, document, countries, valid_until, recorded_by)
                VALUES (:image_key, :given_by, :document, :countries, :valid_until, :recorded_by)
                RETURNING id
                """
            ),
            {
                "image_key": image_key,
                "given_by": given_by,
                "document": document,
                "countries": sorted(countries),
                "valid_until": valid_until,
                "recorded_by": recorded_by,
            },
        ).scalar_one()
    )


def withdraw(conn: Connection, *, image_key: int, consent_id: int) -> bool:
    """End a consent now; False when there is none to end."""
    result = conn.execute(
        text(
            "UPDATE consents SET withdrawn_at = now()"
            " WHERE id = :consent_id AND image_id = :image_key AND withdrawn_at IS NULL"
        ),
        {"consent_id": consent_id, "image_key": image_key},
    )
    return result.rowcount == 1


def renew(conn: Connection, *, image_key: int, consent_id: int) -> bool:
    """Let a withdrawn consent hold again; False when there is none."""
    result = conn.execute(
        text(
            "UPDATE consents SET withdrawn_at = NULL"
            " WHERE id = :consent_id AND image_id = :image_key AND withdrawn_at IS NOT NULL"
        ),
        {"consent_id": consent_id, "image_key": image_key},
    )
    return result.rowcount == 1


def of_picture(conn: Connection, *, image_key: int) -> list[Consent]:
    """All consents ever recorded for a picture, the latest first."""
    rows = conn.execute(
        text(
            "SELECT c.id, given_by, document, countries, valid_until, withdrawn_at, c.created_at,"
            " u.name AS recorded_by FROM consents c LEFT JOIN users u ON u.id = c.recorded_by"
            " WHERE image_id = :key ORDER BY c.id DESC"
        ),
        {"key": image_key},
    )
    return [
        Consent(
            consent_id=row.id,
            given_by=row.given_by,
            document=row.document,
            countries=tuple(row.countries),
            valid_until=row.valid_until,
            withdrawn_at=row.withdrawn_at,
            created_at=row.created_at,
            recorded_by=row.recorded_by,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Ending:
    """A consent that soon lifts nothing any more, and whose picture it is."""

    image_id: str
    name: str
    valid_until: datetime


def ending(conn: Connection, *, days: int, limit: int) -> list[Ending]:
    """Consents that end within so many days and that no later one takes over, the next first."""
    rows = conn.execute(
        text(
            """
            SELECT i.public_id, i.name, max(c.valid_until) AS valid_until
              FROM consents c JOIN images i ON i.id = c.image_id
             WHERE c.withdrawn_at IS NULL AND c.valid_until > now() AND i.deleted_at IS NULL
             GROUP BY i.id
            HAVING max(c.valid_until) < now() + make_interval(days => :days)
             ORDER BY max(c.valid_until), i.id LIMIT :limit
            """
        ),
        {"days": days, "limit": limit},
    )
    return [Ending(*row) for row in rows]
