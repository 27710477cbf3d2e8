"""Restricted pictures as admins go through them: lists by reason, counts, the state of judging."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from service.db.restrictions import Restriction


@dataclass(frozen=True, slots=True)
class RestrictedPicture:
    """A picture that somebody somewhere may not see; consent tells that one lifts something."""

    image_id: str
    name: str
    width: int
    height: int
    created_at: datetime
    reasons: tuple[Restriction, ...]
    consent: bool


@dataclass(frozen=True, slots=True)
class Judging:
    """How far the pictures have been judged by one version of the rules."""

    version: int
    pictures: int
    waiting: int


def listed(
    conn: Connection, *, limit: int, before: str | None = None, kind: str = ""
) -> list[RestrictedPicture]:
    """Restricted pictures from the newest to the oldest, of one kind of reason or of all."""
    rows = conn.execute(
        text(
            """
            SELECT i.id, i.public_id, i.name, i.width, i.height, i.created_at,
                   jsonb_agg(jsonb_build_object('kind', r.kind, 'countries', r.countries,
                                                'reason', r.reason) ORDER BY r.kind) AS reasons,
                   EXISTS (SELECT FROM consents c
                            WHERE c.image_id = i.id AND c.withdrawn_at IS NULL
                              AND c.valid_until > now()) AS consent
              FROM images i JOIN restrictions r ON r.image_id = i.id
             WHERE i.deleted_at IS NULL
               AND (CAST(:before AS text) IS NULL
                    OR i.id < (SELECT id FROM images WHERE public_id = :before))
             GROUP BY i.id HAVING :kind = '' OR bool_or(r.kind = :kind)
             ORDER BY i.id DESC LIMIT :limit
            """
        ),
        {"limit": limit, "before": before, "kind": kind},
    )
    return [
        RestrictedPicture(
            image_id=row.public_id,
            name=row.name,
            width=row.width,
            height=row.height,
            created_at=row.created_at,
            reasons=tuple(
                Restriction(row.id, one["kind"], tuple(one["countries"]), one["reason"])
                for one in row.reasons
            ),
            consent=row.consent,
        )
        for row in rows
    ]


def count(conn: Connection) -> int:
    """How many pictures that are not deleted are restricted anywhere."""
    return int(
        conn.scalar(
            text(
                "SELECT count(DISTINCT r.image_id) FROM restrictions r"
                " JOIN images i ON i.id = r.image_id WHERE i.deleted_at IS NULL"
            )
        )
        or 0
    )


def by_kind(conn: Connection) -> Mapping[str, int]:
    """How many pictures each kind of reason restricts; one picture may have several."""
    rows = conn.execute(
        text(
            """
            SELECT r.kind, count(DISTINCT r.image_id) FROM restrictions r
              JOIN images i ON i.id = r.image_id AND i.deleted_at IS NULL
             GROUP BY r.kind ORDER BY r.kind
            """
        )
    )
    return {row[0]: row[1] for row in rows}


def judging(conn: Connection, *, version: int) -> Judging:
    """How many pictures there are, and how many of them are still to be judged by that version."""
    row = conn.execute(
        text(
            """
            SELECT count(*) AS pictures,
                   count(*) FILTER (WHERE judged_version < :version) AS waiting
              FROM images WHERE deleted_at IS NULL
            """
        ),
        {"version": version},
    ).one()
    return Judging(version, row.pictures, row.waiting)
