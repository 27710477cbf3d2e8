"""The audit trail and the refused searches: rows are added and counted, never changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which thing."""

    created_at: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, object]


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


def latest(conn: Connection, *, limit: int) -> list[AuditEntry]:
    """The audit trail, the latest first."""
    rows = conn.execute(
        text(
            "SELECT created_at, who, action, subject, detail FROM audit_entries"
            " ORDER BY id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [AuditEntry(*row) for row in rows]


def about(conn: Connection, *, subject: str, limit: int) -> list[AuditEntry]:
    """What the trail tells of one thing, the latest first."""
    rows = conn.execute(
        text(
            "SELECT created_at, who, action, subject, detail FROM audit_entries"
            " WHERE subject = :subject ORDER BY id DESC LIMIT :limit"
        ),
        {"subject": subject, "limit": limit},
    )
    return [AuditEntry(*row) for row in rows]


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


def refusals_by_day(conn: Connection, *, since: date, until: date) -> list[RefusalCount]:
    """Refusals from the first day to before the last one, by day, rule, country and version."""
    rows = conn.execute(
        text(
            """
            SELECT (created_at AT TIME ZONE 'UTC')::date, rule, country, policy_version, count(*)
              FROM refusals
             WHERE created_at >= CAST(:since AS date) AND created_at < CAST(:until AS date)
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
            """
        ),
        {"since": since, "until": until},
    )
    return [RefusalCount(*row) for row in rows]
