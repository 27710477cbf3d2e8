"""The audit trail and the refused searches: rows are added and counted, never changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

AT_THE_TERMINAL = "command line"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which thing."""

    entry_id: int
    created_at: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of the trail somebody looks for; empty means any."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often one rule refused askers of one country on one day, under one version."""

    day: date
    rule: str
    country: str
    policy_version: int
    refusals: int


def add(
    conn: Connection,
    *,
    user_id: int | None,
    who: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
) -> None:
    """Add to the audit trail."""
    conn.execute(
        text(
            """
            INSERT INTO audit_entries (user_id, who, action, subject, detail)
            VALUES (:user_id, :who, :action, :subject, CAST(:detail AS jsonb))
            """
        ),
        {
            "user_id": user_id,
            "who": who,
            "action": action,
            "subject": subject,
            "detail": json.dumps(detail, ensure_ascii=False, default=str),
        },
    )


def note(
    conn: Connection,
    *,
    user_id: int | None,
    action: str,
    subject: str,
    detail: Mapping[str, object],
) -> None:
    """Add an act of a person by key; nobody signed in means somebody at the server's terminal."""
    who = name_of(conn, user_id)
    add(
        conn,
        user_id=None if who == AT_THE_TERMINAL else user_id,
        who=who,
        action=action,
        subject=subject,
        detail=detail,
    )


def name_of(conn: Connection, user_id: int | None) -> str:
    """Who that is, by key."""
    who = conn.scalar(text("SELECT name FROM users WHERE id = :user_id"), {"user_id": user_id})
    return str(who or AT_THE_TERMINAL)


COLUMNS = "id, created_at, who, action, subject, detail"


def entries(
    conn: Connection, wanted: Wanted, *, limit: int, before: int | None = None
) -> list[AuditEntry]:
    """The audit trail, the latest first; days are whole and in UTC."""
    rows = conn.execute(
        text(
            f"""
            SELECT {COLUMNS} FROM audit_entries
             WHERE (:who = '' OR lower(who) = lower(:who))
               AND (:action = '' OR action = :action)
               AND (:subject = '' OR subject = :subject)
               AND (CAST(:since AS date) IS NULL
                    OR created_at >= CAST(:since AS date)::timestamp AT TIME ZONE 'UTC')
               AND (CAST(:until AS date) IS NULL
                    OR created_at < (CAST(:until AS date) + 1)::timestamp AT TIME ZONE 'UTC')
               AND (CAST(:before AS bigint) IS NULL OR id < :before)
             ORDER BY id DESC LIMIT :limit
            """
        ),
        {
            "who": wanted.who,
            "action": wanted.action,
            "subject": wanted.subject,
            "since": wanted.since,
            "until": wanted.until,
            "before": before,
            "limit": limit,
        },
    )
    return [AuditEntry(*row) for row in rows]


def latest_of(conn: Connection, *, subject: str, actions: Sequence[str]) -> AuditEntry | None:
    """The last of these acts on a thing."""
    row = conn.execute(
        text(
            f"SELECT {COLUMNS} FROM audit_entries"
            " WHERE subject = :subject AND action = ANY(:actions) ORDER BY id DESC LIMIT 1"
        ),
        {"subject": subject, "actions": list(actions)},
    ).one_or_none()
    return None if row is None else AuditEntry(*row)


def actions(conn: Connection) -> list[str]:
    """What has ever been done."""
    rows = conn.execute(text("SELECT DISTINCT action FROM audit_entries ORDER BY action"))
    return list(rows.scalars())


def add_refusal(
    conn: Connection,
    *,
    rule: str,
    country: str,
    policy_version: int,
    query_digest: str,
    query_text: str | None,
) -> None:
    """Count a refused search."""
    conn.execute(
        text(
            """
            INSERT INTO refusals (rule, country, policy_version, query_digest, query_text)
            VALUES (:rule, :country, :policy_version, :query_digest, :query_text)
            """
        ),
        {
            "rule": rule,
            "country": country,
            "policy_version": policy_version,
            "query_digest": query_digest,
            "query_text": query_text,
        },
    )


def refused_lately(conn: Connection, *, query_digest: str) -> int:
    """How often a text with this hash was refused in the last 30 days."""
    return int(
        conn.scalar(
            text(
                "SELECT count(*) FROM refusals"
                " WHERE query_digest = :query_digest AND created_at > now() - interval '30 days'"
            ),
            {"query_digest": query_digest},
        )
        or 0
    )


def refusals_by_day(conn: Connection, *, since: date, until: date) -> list[RefusalCount]:
    """Refusals from the first day to before the last one, by day, rule, country and version."""
    rows = conn.execute(
        text(
            """
            SELECT (created_at AT TIME ZONE 'UTC')::date, rule, country, policy_version, count(*)
              FROM refusals
             WHERE created_at >= CAST(:since AS date)::timestamp AT TIME ZONE 'UTC'
               AND created_at < CAST(:until AS date)::timestamp AT TIME ZONE 'UTC'
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
            """
        ),
        {"since": since, "until": until},
    )
    return [RefusalCount(*row) for row in rows]
