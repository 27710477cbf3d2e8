"""Judges as admins deal with them: listed with what they did, excluded with a reason, taken back.

An excluded judge's judgements stay stored; they count neither in targets nor in what analysts read,
nor as evidence for the law.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from service.db import audit, judges, targets
from service.db.engine import connection
from service.db.judges import StoredJudge
from service.domain import User
from service.errors import Conflict, Invalid, NotFound
from service.jobs import Job
from service.learn.targets import reliability
from service.transaction import Transaction, Transactions

LONGEST_REASON = 500


class NoSuchJudge(NotFound):
    """There is no judge {name}; `glimpse judges list` shows all."""


class SeveralJudges(Conflict):
    """Several judges are called {name}; give the number that `glimpse judges list` shows."""


class ReasonForExclusion(Invalid):
    """Say in 1 to 500 characters why the judge is excluded: the reason stays beside the name."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One judge, with how much his grades weigh where judges are weighed by reliability."""

    stored: StoredJudge
    reliability: float | None


@dataclass(frozen=True, slots=True)
class Judges:
    """The judges of one installation."""

    engine: Engine
    transactions: Transactions

    def listed(self) -> list[Judge]:
        """All judges, those who judged most first."""
        with connection(self.engine) as conn:
            weights = reliability(targets.judge_errors(conn))
            return [Judge(one, weights.get(one.judge_id)) for one in judges.listed(conn)]

    def exclude(self, name: str, *, reason: str, admin: User | None = None) -> str:
        """Let a judge's words not count any more; answers his name."""
        why = " ".join(reason.split())
        if not 1 <= len(why) <= LONGEST_REASON:
            raise ReasonForExclusion
        who = audit.AT_THE_TERMINAL if admin is None else admin.name
        with self.transactions() as transaction:
            judge_id, found = the_one(transaction.conn, name)
            judges.exclude(transaction.conn, judge_id=judge_id, reason=why, who=who)
            note(transaction, admin, "judge excluded", found, reason=why)
        return found

    def include(self, name: str, *, admin: User | None = None) -> str:
        """Let a judge's words count again; answers his name."""
        with self.transactions() as transaction:
            judge_id, found = the_one(transaction.conn, name)
            judges.include(transaction.conn, judge_id=judge_id)
            note(transaction, admin, "judge included", found)
        return found


def the_one(conn: Connection, name: str) -> tuple[int, str]:
    """The one judge of this name or number."""
    found = judges.named(conn, name.strip())
    if not found:
        raise NoSuchJudge(name=name)
    if len(found) > 1:
        raise SeveralJudges(name=name)
    return found[0]


def note(
    transaction: Transaction, admin: User | None, action: str, subject: str, **detail: object
) -> None:
    """Put it on the audit trail, and have pictures judged anew whose evidence it changes."""
    audit.note(
        transaction.conn,
        user_id=None if admin is None else admin.user_id,
        action=action,
        subject=subject,
        detail=detail,
    )
    transaction.nudge(Job.JUDGE)
