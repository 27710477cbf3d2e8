"""Versions of the rules as values: read from their rows, and written with who, when and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from service.db import audit, policy
from service.db.policy import StoredVersion
from service.law.edits import check_rulesets
from service.policy.rules import RuleSet


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """The rules as they stood at one version, with who made it, when and why."""

    version: int
    rulesets: tuple[RuleSet, ...]
    change: str
    who: str
    why: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits the rules, and why; both stay readable for ever."""

    who: str
    why: str
    user_id: int | None = None


def read(stored: StoredVersion) -> PolicyVersion:
    """A stored version as a value."""
    return PolicyVersion(
        version=stored.version,
        rulesets=tuple(RuleSet.from_json(document) for document in stored.rulesets),
        change=stored.change,
        who=stored.who,
        why=stored.why,
        created_at=stored.created_at,
    )


def write(
    conn: Connection, editor: Editor, version: int, change: str, rulesets: Sequence[RuleSet]
) -> None:
    """Store a version and put it on the audit trail."""
    check_rulesets(rulesets)
    policy.insert(
        conn,
        version=version,
        rulesets=[rules.to_json() for rules in stamped(rulesets, version)],
        change=change,
        who=editor.who,
        user_id=editor.user_id,
        why=editor.why,
    )
    audit.add(
        conn,
        user_id=editor.user_id,
        who=editor.who,
        action="rules edited",
        subject=f"version {version}",
        detail={"change": change, "why": editor.why},
    )


def stamped(rulesets: Iterable[RuleSet], version: int) -> tuple[RuleSet, ...]:
    """The same rules under this version's number."""
    return tuple(replace(rules, version=version) for rules in rulesets)
