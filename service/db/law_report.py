"""What a month under the law came to: acts, restrictions and consents, counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class ActCount:
    """How often people did one thing."""

    action: str
    times: int


@dataclass(frozen=True, slots=True)
class RestrictedCount:
    """How many pictures one kind of reason restricts in some countries, and since this month."""

    kind: str
    countries: tuple[str, ...]
    pictures: int
    new: int


@dataclass(frozen=True, slots=True)
class ConsentCount:
    """Consents of a month, and how many of all hold at its end."""

    recorded: int
    withdrawn: int
    lapsed: int
    in_force: int


def acts(conn: Connection, *, since: datetime, until: datetime) -> list[ActCount]:
    """What people did, by kind of act."""
    rows = conn.execute(
        text(
            """
            SELECT action, count(*) FROM audit_entries
             WHERE created_at >= :since AND created_at < :until
             GROUP BY action ORDER BY count(*) DESC, action
            """
        ),
        {"since": since, "until": until},
    )
    return [ActCount(*row) for row in rows]


def restricted(conn: Connection, *, since: datetime, until: datetime) -> list[RestrictedCount]:
    """Pictures that are restricted now and were before the month's end, by reason and countries."""
    rows = conn.execute(
        text(
            """
            SELECT r.kind, r.countries, count(*) AS pictures,
                   count(*) FILTER (WHERE r.created_at >= :since) AS new
              FROM restrictions r JOIN images i ON i.id = r.image_id AND i.deleted_at IS NULL
             WHERE r.created_at < :until
             GROUP BY r.kind, r.countries ORDER BY r.kind, r.countries
            """
        ),
        {"since": since, "until": until},
    )
    return [RestrictedCount(row.kind, tuple(row.countries), row.pictures, row.new) for row in rows]


def consents(conn: Connection, *, since: datetime, until: datetime) -> ConsentCount:
    """Consents of the month; lapsed are those that ended by the clock in it."""
    row = conn.execute(
        text(
            """
            SELECT count(*) FILTER (WHERE created_at >= :since AND created_at < :until),
                   count(*) FILTER (WHERE withdrawn_at >= :since AND withdrawn_at < :until),
                   count(*) FILTER (WHERE valid_until >= :since AND valid_until < :until
                                      AND valid_until <= now()
                                      AND (withdrawn_at IS NULL OR withdrawn_at > valid_until)),
                   count(*) FILTER (WHERE created_at < :until
                                      AND valid_until > least(now(), :until)
                                      AND (withdrawn_at IS NULL OR withdrawn_at >= :until))
              FROM consents
            """
        ),
        {"since": since, "until": until},
    ).one()
    return ConsentCount(*row)
