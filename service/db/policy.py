"""Versions of the rules: each row whole and final, the highest version holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The rules as documents as they stood at one version, with who made it, when and why."""

    version: int
    rulesets: Sequence[Mapping[str, object]]
    change: str
    who: str
    why: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyEdit:
    """One line of the history."""

    version: int
    change: str
    who: str
    why: str
    created_at: datetime


def latest(conn: Connection) -> int:
    """The version that holds; 0 before there is any."""
    return int(conn.scalar(text("SELECT coalesce(max(version), 0) FROM policy_versions")) or 0)


def read(conn: Connection, version: int) -> StoredVersion | None:
    """One version, whole."""
    row = conn.execute(
        text(
            "SELECT version, rulesets, change, who, why, created_at"
            " FROM policy_versions WHERE version = :version"
        ),
        {"version": version},
    ).one_or_none()
    return None if row is None else StoredVersion(*row)


def history(conn: Connection, *, limit: int, before: int | None = None) -> list[PolicyEdit]:
    """Who changed what and why, the latest first."""
    rows = conn.execute(
        text(
            "SELECT version, change, who, why, created_at FROM policy_versions"
            " WHERE CAST(:before AS integer) IS NULL OR version < :before"
            " ORDER BY version DESC LIMIT :limit"
        ),
        {"limit": limit, "before": before},
    )
    return [PolicyEdit(*row) for row in rows]


def between(conn: Connection, *, since: datetime, until: datetime) -> list[PolicyEdit]:
    """Edits from one moment to before another, in order."""
    rows = conn.execute(
        text(
            "SELECT version, change, who, why, created_at FROM policy_versions"
            " WHERE created_at >= :since AND created_at < :until ORDER BY version"
        ),
        {"since": since, "until": until},
    )
    return [PolicyEdit(*row) for row in rows]


def insert(
    conn: Connection,
    *,
    version: int,
    rulesets: Sequence[Mapping[str, object]],
    change: str,
    who: str,
    user_id: int | None,
    why: str,
) -> None:
    """Add a version."""
    conn.execute(
        text(
            """
            INSERT INTO policy_versions (version, rulesets, change, who, user_id, why)
            VALUES (:version, CAST(:rulesets AS jsonb), :change, :who, :user_id, :why)
            """
        ),
        {
            "version": version,
            "rulesets": json.dumps(rulesets),
            "change": change,
            "who": who,
            "user_id": user_id,
            "why": why,
        },
    )
