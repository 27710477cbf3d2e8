"""The book of rules: the version that holds, edits that make the next one, and all that were."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from service.db import audit, facts, locks, policy
from service.db.engine import connection
from service.db.policy import PolicyEdit, StoredVersion
from service.errors import Invalid, NotFound
from service.jobs import Job
from service.law.shipping import merged, plain
from service.policy.gate import Gate
from service.policy.rules import EVERYWHERE, Phrase, RuleSet, Term
from service.policy.shipped import shipped_rules
from service.transaction import Transactions

SHIPPED_FACT = "shipped rules"
LONGEST_TERM = 1_000


class NoSuchVersion(NotFound):
    """There is no version {version} of the rules; `glimpse policy history` lists them all."""


class NoSuchRuleSet(NotFound):
    """No rule set holds for exactly {countries}. Import one, or name the countries of another."""


class NoSuchEntry(NotFound):
    """The rules hold no entry {text!r} in that language. `glimpse policy terms list` shows all."""


class UnusableEntry(Invalid):
    """An entry has 1 to {most} characters, a letter, digit or sign among them, unlike {text!r}."""


class NoRules(Invalid):
    """At least one rule set must remain, and no two for the same countries."""


Entry = Term | Phrase


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
            found = policy.read(conn, version)
        if found is None:
            raise NoSuchVersion(version=version)
        return read(found)

    def ruleset(self, countries: Sequence[str]) -> RuleSet:
        """The rule set that holds for exactly these countries."""
        for rules in self.current().rulesets:
            if is_for(rules, countries):
                return rules
        raise NoSuchRuleSet(countries=", ".join(sorted(countries)))

    def history(self, *, limit: int = 100) -> list[PolicyEdit]:
        """Who changed what and why, the latest first."""
        self.latest()
        with connection(self.engine) as conn:
            return policy.history(conn, limit=limit)

    def add(
        self,
        editor: Editor,
        *,
        block: Sequence[Term] = (),
        allow: Sequence[Phrase] = (),
        countries: Sequence[str] = (EVERYWHERE,),
    ) -> int:
        """Add entries to the rule set of these countries; answers the version that holds now."""
        entries: list[Entry] = [*block, *allow]
        for entry in entries:
            check(entry)
        check_together(block, allow)
        return self._edit(
            editor,
            f"added {worded(block, allow)}",
            on_one(
                countries,
                lambda rules, version: rules.edited(version=version, block=block, allow=allow),
            ),
        )

    def remove(
        self,
        editor: Editor,
        entries: Sequence[Entry],
        *,
        countries: Sequence[str] = (EVERYWHERE,),
    ) -> int:
        """Take entries out, whether or not their compounds are covered."""

        def without(rules: RuleSet, version: int) -> RuleSet:
            held: list[Entry] = [*rules.blocked, *rules.allowed]
            present = {(type(entry), entry.text, entry.language): entry for entry in held}
            gone: list[Entry] = []
            for entry in entries:
                found = present.get((type(entry), entry.text, entry.language))
                if found is None:
                    raise NoSuchEntry(text=entry.text)
                gone.append(found)
            return rules.edited(version=version, remove=gone)

        return self._edit(editor, f"removed {worded(entries)}", on_one(countries, without))

    def replace(self, editor: Editor, rulesets: Sequence[RuleSet]) -> int:
        """Make these the rules, whole."""
        Gate(rulesets)  # refuses what cannot be compiled before anything is written
        return self._edit(editor, f"replaced by {len(rulesets)} rule set(s)", lambda _: rulesets)

    def roll_back(self, editor: Editor, *, version: int) -> int:
        """Make an old version's rules hold again, as a new version."""
        old = self.version(version)
        return self._edit(editor, f"rolled back to version {version}", lambda _: old.rulesets)

    def adopt_shipped(self) -> int:
        """Seed the shipped rules, or bring in what this release ships anew.

        What a release adds or removes is added to or removed from the stored rules;
        entries that an admin put in or took out stay as the admin wanted them.
        """
        shipped = shipped_rules()
        with connection(self.engine) as conn:
            version = policy.latest(conn)
            if version and facts.read(conn, SHIPPED_FACT) == plain(shipped):
                return version
        editor = Editor(who="Glimpse", why="The rules that this release ships.")
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.EDIT_POLICY)
            version = policy.latest(conn)
            known = facts.read(conn, SHIPPED_FACT)
            if version and known == plain(shipped):
                return version
            stored = policy.read(conn, version) if version else None
            rulesets = (
                (shipped,)
                if stored is None
                else merged(read(stored).rulesets, before=RuleSet.from_json(known), now=shipped)
                if isinstance(known, dict)
                else read(stored).rulesets
            )
            facts.write(conn, SHIPPED_FACT, plain(shipped))
            write(conn, editor, version + 1, "shipped", rulesets)
            transaction.nudge(Job.JUDGE)
        return version + 1

    def _edit(
        self,
        editor: Editor,
        change: str,
        edited: Callable[["Draft"], Sequence[RuleSet]],
    ) -> int:
        self.latest()
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.EDIT_POLICY)
            version = policy.latest(conn)
            found = policy.read(conn, version)
            if found is None:
                raise NoSuchVersion(version=version)
            before = read(found)
            after = edited(Draft(before.rulesets, version + 1))
            if stamped(after, 0) == stamped(before.rulesets, 0):
                return version
            write(conn, editor, version + 1, change, after)
            transaction.nudge(Job.JUDGE)
        return version + 1


@dataclass(frozen=True, slots=True)
class Draft:
    """The rules that hold, and the number of the version that is being made."""

    rulesets: tuple[RuleSet, ...]
    version: int


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
    if not rulesets or len({frozenset(rules.countries) for rules in rulesets}) < len(rulesets):
        raise NoRules
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


def on_one(
    countries: Sequence[str], edit: Callable[[RuleSet, int], RuleSet]
) -> Callable[[Draft], Sequence[RuleSet]]:
    """An edit of the rule set that holds for exactly these countries."""

    def edited(draft: Draft) -> Sequence[RuleSet]:
        if not any(is_for(rules, countries) for rules in draft.rulesets):
            raise NoSuchRuleSet(countries=", ".join(sorted(countries)))
        return [
            edit(rules, draft.version) if is_for(rules, countries) else rules
            for rules in draft.rulesets
        ]

    return edited


def is_for(rules: RuleSet, countries: Sequence[str]) -> bool:
    """Whether a rule set holds for exactly these countries."""
    return {name.upper() for name in rules.countries} == {name.upper() for name in countries}


def stamped(rulesets: Iterable[RuleSet], version: int) -> tuple[RuleSet, ...]:
    """The same rules under this version's number."""
    return tuple(replace(rules, version=version) for rules in rulesets)


def check(entry: Entry) -> None:
    """Refuse what could match everything or nothing."""
    # Letters, digits and signs such as emoji.
    readable = any(unicodedata.category(char)[0] in "LNS" for char in entry.text)
    if not readable or len(entry.text) > LONGEST_TERM or entry.text != entry.text.strip():
        raise UnusableEntry(text=entry.text, most=LONGEST_TERM)


def check_together(block: Sequence[Term], allow: Sequence[Phrase]) -> None:
    """Compile the new entries, which refuses what the pattern language does not know."""
    classes = shipped_rules().classes
    Gate([RuleSet(version=0, blocked=tuple(block), allowed=tuple(allow), classes=classes)])


def worded(*groups: Sequence[Entry]) -> str:
    """Entries in a few words, for the history."""
    texts = [entry.text for group in groups for entry in group]
    shown = ", ".join(texts[:5])
    return f"{shown} and {len(texts) - 5} more" if len(texts) > 5 else shown  # noqa: PLR2004
