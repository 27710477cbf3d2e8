"""The monthly report: refusals, edits of the rules, restricted pictures, consents, acts."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from service.db import audit, law_report, policy
from service.db.audit import RefusalCount
from service.db.law_report import ActCount, ConsentCount, RestrictedCount
from service.db.policy import PolicyEdit
from service.errors import Invalid

Key = TypeVar("Key", bound=Hashable)
COLUMNS = ("section", "day", "what", "country", "policy_version", "count", "who", "why")


class BadMonth(Invalid):
    """{given} is no month; write it as 2027-12."""

    field = "month"


@dataclass(frozen=True, slots=True)
class Report:
    """One month under the law."""

    month: date
    refusals: tuple[RefusalCount, ...]
    edits: tuple[PolicyEdit, ...]
    restricted: tuple[RestrictedCount, ...]
    consents: ConsentCount
    acts: tuple[ActCount, ...]

    @property
    def refused(self) -> int:
        """How many searches were refused."""
        return sum(one.refusals for one in self.refusals)

    def by(self, what: Callable[[RefusalCount], Key]) -> list[tuple[Key, int]]:
        """Refusals by something of theirs, the most first."""
        counted: Counter[Key] = Counter()
        for one in self.refusals:
            counted[what(one)] += one.refusals
        return counted.most_common()

    def by_day(self) -> list[tuple[date, int]]:
        """Refusals of every day on which there were any, in order."""
        return sorted(self.by(lambda one: one.day))

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Everything as rows of one table, as COLUMNS names their cells."""
        for refusal in self.refusals:
            place, version = refusal.country or "unknown", refusal.policy_version
            yield "refusals", refusal.day, refusal.rule, place, version, refusal.refusals, "", ""
        for edit in self.edits:
            day, number = edit.created_at.astimezone(UTC).date(), edit.version
            yield "rules", day, edit.change, "", number, 1, edit.who, edit.why
        for one in self.restricted:
            yield "restricted now", "", one.kind, ",".join(one.countries), "", one.pictures, "", ""
            yield "newly restricted", "", one.kind, ",".join(one.countries), "", one.new, "", ""
        for name in ("recorded", "withdrawn", "lapsed", "in_force"):
            yield "consents", "", name, "", "", getattr(self.consents, name), "", ""
        for act in self.acts:
            yield "acts", "", act.action, "", "", act.times, "", ""


def month_of(given: str, *, today: date) -> date:
    """The first day of the month that is written as 2027-12; of today's without one."""
    if not given:
        return today.replace(day=1)
    try:
        year, month = given.split("-")
        if len(year) != 4:  # noqa: PLR2004 - four digits make a year
            raise BadMonth(given=given)
        return date(int(year), int(month), 1)
    except ValueError:
        raise BadMonth(given=given) from None


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def report(conn: Connection, month: date) -> Report:
    """Count one month, from its first moment to before the next one's, in UTC."""
    since, until = midnight(month), midnight(following(month))
    return Report(
        month=month,
        refusals=tuple(audit.refusals_by_day(conn, since=month, until=following(month))),
        edits=tuple(policy.between(conn, since=since, until=until)),
        restricted=tuple(law_report.restricted(conn, since=since, until=until)),
        consents=law_report.consents(conn, since=since, until=until),
        acts=tuple(law_report.acts(conn, since=since, until=until)),
    )


def midnight(day: date) -> datetime:
    """A day's first moment."""
    return datetime.combine(day, time(), UTC)
