"""The gate of one process, which follows the stored version of the rules within half a second.

Compiling all rules takes seconds. Until that is done, texts pass the old rules
and what the new version adds to them: what it refuses is refused at once, what
it allows is allowed a little later.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from time import monotonic

import structlog

from service.domain import AllowedQuery
from service.law.book import PolicyBook
from service.law.versions import PolicyVersion
from service.policy.gate import Gate, Refused, Verdict
from service.policy.rules import RuleSet, Term

log = structlog.get_logger()

LOOKED_UP_SECONDS = 0.5
COMPILING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Law:
    """One rule set, compiled, with where it holds."""

    countries: tuple[str, ...]
    gate: Gate


@dataclass(frozen=True, slots=True)
class InForce:
    """What texts have to pass at one version."""

    version: int
    rulesets: tuple[RuleSet, ...]
    laws: tuple[Law, ...]
    complete: bool = True

    def verdict(self, text: str, countries: Sequence[str] = ()) -> Verdict:
        """Judge a text for askers from there; no country at all meets every rule."""
        for law in self.laws:
            for country in countries or ("",):
                verdict = law.gate.verdict(text, country)
                if verdict.blocked:
                    return replace(verdict, policy_version=self.version)
        return Verdict(blocked=False, policy_version=self.version)


class LiveGate:
    """Judges texts by the rules that are stored now."""

    def __init__(self, book: PolicyBook) -> None:
        self._book = book
        self._lock = threading.RLock()
        self._in_force: InForce | None = None
        self._good_until = 0.0

    @property
    def policy_version(self) -> int:
        """The version that holds."""
        return self.in_force().version

    def verdict(self, text: str, countries: Sequence[str] = ()) -> Verdict:
        """Judge a text for askers from there; no country at all meets every rule."""
        return self.in_force().verdict(text, countries)

    def allow(self, text: str, countries: Sequence[str] = ()) -> AllowedQuery:
        """The text as something that may be searched by, or Refused with the disclaimer."""
        found = self.in_force()
        try:
            allowed = [
                law.gate.allow(text, country)
                for law in found.laws
                for country in countries or ("",)
            ]
        except Refused as refused:
            refused.facts["policy_version"] = found.version
            raise
        return max(allowed, key=lambda one: one.policy_version)

    def warm(self) -> None:
        """Compile now, so that the first asker does not wait for it."""
        self.in_force()

    def look_again(self) -> None:
        """Trust nothing that was looked up before now."""
        self._good_until = 0.0

    def in_force(self) -> InForce:
        """The rules that hold, looked up again when the last look is too old."""
        found = self._in_force
        if found is not None and monotonic() < self._good_until:
            return found
        with self._lock:
            if self._in_force is None:
                self._book.adopt_shipped()
                current = self._book.current()
                self._in_force = compiled(current.version, current.rulesets)
            elif monotonic() >= self._good_until:
                version = self._book.latest()
                if version != self._in_force.version:
                    self._in_force = self._overlaid(self._in_force, self._book.version(version))
            self._good_until = monotonic() + LOOKED_UP_SECONDS
            return self._in_force

    def complete(self) -> InForce:
        """The rules that hold, nothing more and nothing less; waits for their compilation."""
        self.look_again()
        found = self.in_force()
        if not found.complete:
            self._settle(self._book.version(found.version))
            return self.complete()
        return found

    def _overlaid(self, old: InForce, new: PolicyVersion) -> InForce:
        stricter = tuple(stricter_parts(old.rulesets, new.rulesets))
        laws = (*old.laws, *(Law(rules.countries, Gate([rules])) for rules in stricter))
        threading.Thread(target=self._settle, args=(new,), daemon=True).start()
        # Another edit before the end is compared with these rules, so nothing is lost between.
        return InForce(new.version, new.rulesets, laws, complete=False)

    def _settle(self, new: PolicyVersion) -> None:
        try:
            found = compiled(new.version, new.rulesets)
        except Exception:
            log.exception("rules could not be compiled", version=new.version)
            raise
        with self._lock:
            if self._in_force is not None and self._in_force.version == new.version:
                self._in_force = found


def compiled(version: int, rulesets: tuple[RuleSet, ...]) -> InForce:
    """All rules of a version, ready to judge; whoever asks meanwhile waits for the same work."""
    with COMPILING:
        laws = tuple(Law(rules.countries, gate_of(rules)) for rules in rulesets)
    return InForce(version, rulesets, laws)


@lru_cache(maxsize=4)
def gate_of(rules: RuleSet) -> Gate:
    """One rule set, compiled once in a process however often it is asked for."""
    return Gate([rules])


def stricter_parts(old: Iterable[RuleSet], new: Iterable[RuleSet]) -> Iterable[RuleSet]:
    """What the new rules may refuse and the old ones did not, as small rule sets of their own.

    An allowed phrase that is taken away counts as refused until all is compiled.
    """
    before = {rules.countries: rules for rules in old}
    for rules in new:
        known = before.get(rules.countries, RuleSet(rules.version, rules.countries))
        unshielded = (
            Term(phrase.text, phrase.language)
            for phrase in known.allowed
            if phrase not in set(rules.allowed)
        )
        present = set(known.blocked)
        grown = rules.age > known.age or rules.classes != known.classes
        yield replace(
            rules,
            blocked=(*(term for term in rules.blocked if term not in present), *unshielded),
            ages=rules.ages if grown else tuple(a for a in rules.ages if a not in set(known.ages)),
        )
