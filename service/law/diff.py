"""What tells two versions of the rules apart, rule set by rule set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.law.edits import named, upper
from service.law.entries import Entry, entries_of
from service.policy.rules import RuleSet


@dataclass(frozen=True, slots=True)
class RuleSetDiff:
    """One jurisdiction before and after; None where it was or is not there."""

    countries: str
    before: RuleSet | None
    after: RuleSet | None
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]

    @property
    def facts(self) -> list[tuple[str, object, object]]:
        """Age, disclaimer and lists of words, where they differ."""
        if self.before is None or self.after is None:
            return []
        pairs = (
            ("age", self.before.age, self.after.age),
            ("disclaimer", self.before.disclaimer, self.after.disclaimer),
            ("word lists", words(self.before), words(self.after)),
        )
        return [(name, old, new) for name, old, new in pairs if old != new]


def words(rules: RuleSet) -> int:
    """How many words its lists for patterns hold."""
    return sum(len(one.words) for one in rules.classes)


def differences(old: Sequence[RuleSet], new: Sequence[RuleSet]) -> list[RuleSetDiff]:
    """The rule sets that are not the same in both, in their order."""
    before, after = by_place(old), by_place(new)
    found = [one(before.get(place), after.get(place)) for place in {**before, **after}]
    return [diff for diff in found if is_different(diff)]


def by_place(rulesets: Iterable[RuleSet]) -> dict[frozenset[str], RuleSet]:
    """Rule sets by where they hold."""
    return {frozenset(upper(rules.countries)): rules for rules in rulesets}


def one(before: RuleSet | None, after: RuleSet | None) -> RuleSetDiff:
    """One jurisdiction."""
    old = dict.fromkeys(entries_of(before)) if before else {}
    new = dict.fromkeys(entries_of(after)) if after else {}
    rules = after or before
    return RuleSetDiff(
        countries=named(rules.countries) if rules else "",
        before=before,
        after=after,
        added=tuple(entry for entry in new if entry not in old),
        removed=tuple(entry for entry in old if entry not in new),
    )


def is_different(diff: RuleSetDiff) -> bool:
    """Whether anything at all changed."""
    came_or_went = diff.before is None or diff.after is None
    return came_or_went or bool(diff.added or diff.removed or diff.facts)
