"""The book of rules: the version that holds, edits that make the next one, and all that were."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from service.db import facts, locks, policy
from service.db.engine import connection
from service.db.policy import PolicyEdit
from service.errors import Conflict, NotFound
from service.jobs import Job
from service.law import edits
from service.law.edits import Edit
from service.law.entries import Entry
from service.law.shipping import merged, shipped_fact
from service.law.versions import Editor, PolicyVersion, read, stamped, write
from service.policy.gate import Gate
from service.policy.rules import EVERYWHERE, Phrase, RuleSet, Term
from service.policy.shipped import shipped_rules
from service.transaction import Transactions

SHIPPED_FACT = "shipped rules"


class NoSuchVersion(NotFound):
    """There is no version {version} of the rules; `glimpse policy history` lists them all."""


class ChangedMeanwhile(Conflict):
    """Somebody has changed the rules meanwhile. Look at what your edit does to them now."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Rules that nobody has saved: what they would replace, and what they would be."""

    before: PolicyVersion
    rulesets: tuple[RuleSet, ...]


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """The stored rules of one installation."""

    engine: Engine
    transactions: Transactions

    def latest(self) -> int:
        """The number of the version that holds; the first question seeds the shipped rules."""
        with connection(self.engine) as conn:
            version = policy.latest(conn)
        return version or self.adopt_shipped()

    def current(self) -> PolicyVersion:
        """The rules that hold."""
        return self.version(self.latest())

    def version(self, version: int) -> PolicyVersion:
        """The rules as they stood."""
        with connection(self.engine) as conn:
            return stored(conn, version)

    def ruleset(self, countries: Sequence[str]) -> RuleSet:
        """The rule set that holds for exactly these countries."""
        return edits.only(self.current().rulesets, countries)

    def history(self, *, limit: int = 100, before: int | None = None) -> list[PolicyEdit]:
        """Who changed what and why, the latest first."""
        self.latest()
        with connection(self.engine) as conn:
            return policy.history(conn, limit=limit, before=before)

    def draft(self, edit: Edit) -> Drafted:
        """What an edit would make of the rules; refuses what could not be saved."""
        before = self.current()
        return Drafted(before, stamped(made(edit, before), before.version + 1))

    def apply(self, editor: Editor, edit: Edit, *, base: int | None = None) -> int:
        """Make an edit; answers the version that holds now.

        Who names the version that the edit was made for is told when another one holds.
        """
        self.latest()
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.EDIT_POLICY)
            before = stored(conn, policy.latest(conn))
            if base is not None and base != before.version:
                raise ChangedMeanwhile
            after = made(edit, before)
            if stamped(after, 0) == stamped(before.rulesets, 0):
                return before.version
            write(conn, editor, before.version + 1, edit.change, after)
            transaction.nudge(Job.JUDGE)
        return before.version + 1

    def add(
        self,
        editor: Editor,
        *,
        block: Sequence[Term] = (),
        allow: Sequence[Phrase] = (),
        countries: Sequence[str] = (EVERYWHERE,),
    ) -> int:
        """Add entries to the rule set of these countries; answers the version that holds now."""
        return self.apply(editor, edits.Add((*block, *allow), tuple(countries)))

    def remove(
        self,
        editor: Editor,
        entries: Sequence[Entry],
        *,
        countries: Sequence[str] = (EVERYWHERE,),
    ) -> int:
        """Take entries out, whether or not their compounds are covered."""
        return self.apply(editor, edits.Remove(tuple(entries), tuple(countries)))

    def replace(self, editor: Editor, rulesets: Sequence[RuleSet]) -> int:
        """Make these the rules, whole."""
        return self.apply(editor, replaced(rulesets))

    def roll_back(self, editor: Editor, *, version: int) -> int:
        """Make an old version's rules hold again, as a new version."""
        return self.apply(editor, self.rollback_to(version))

    def rollback_to(self, version: int) -> Edit:
        """The edit that would make an old version's rules hold again."""
        old = self.version(version)
        return edits.Replace(old.rulesets, f"rolled back to version {version}")

    def adopt_shipped(self) -> int:
        """Seed the shipped rules, or bring in what this release ships anew.

        What a release adds or removes is added to or removed from the stored rules;
        entries that an admin put in or took out stay as the admin wanted them.
        """
        shipped = shipped_fact()
        with connection(self.engine) as conn:
            version = policy.latest(conn)
            if version and facts.read(conn, SHIPPED_FACT) == shipped:
                return version
        editor = Editor(who="Glimpse", why="The rules that this release ships.")
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.EDIT_POLICY)
            version = policy.latest(conn)
            known = facts.read(conn, SHIPPED_FACT)
            if version and known == shipped:
                return version
            rulesets = with_shipped(conn, version, known)
            facts.write(conn, SHIPPED_FACT, shipped)
            write(conn, editor, version + 1, "shipped", rulesets)
            transaction.nudge(Job.JUDGE)
        return version + 1


def stored(conn: Connection, version: int) -> PolicyVersion:
    """The rules as they stood."""
    found = policy.read(conn, version)
    if found is None:
        raise NoSuchVersion(version=version)
    return read(found)


def made(edit: Edit, before: PolicyVersion) -> Sequence[RuleSet]:
    """The rules that an edit makes, if they can be rules."""
    after = edit.applied(before.rulesets)
    edits.check_rulesets(after)
    return after


def replaced(rulesets: Sequence[RuleSet]) -> Edit:
    """The edit that makes these the rules; refuses what cannot be compiled."""
    Gate(rulesets)
    for rules in rulesets:
        edits.check_countries(rules.countries)
    return edits.Replace(tuple(rulesets), f"replaced by {len(rulesets)} rule set(s)")


def with_shipped(conn: Connection, version: int, known: object) -> tuple[RuleSet, ...]:
    """The stored rules with what the release ships; known is what the last one shipped."""
    shipped = shipped_rules()
    if not version:
        return (shipped,)
    held = stored(conn, version).rulesets
    if not isinstance(known, dict):
        return held
    return merged(held, before=RuleSet.from_json(known), now=shipped)
