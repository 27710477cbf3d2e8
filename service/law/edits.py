"""Edits of the rules as values: what each would make of the rules, before anybody saves it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from service.domain import is_country
from service.errors import Invalid, NotFound
from service.law.entries import Entry, check_together, with_entries, without_entries, worded
from service.policy.rules import DISCLAIMER, EVERYWHERE, RuleSet
from service.policy.shipped import shipped_rules


class NoSuchRuleSet(NotFound):
    """No rule set holds for exactly {countries}. Import one, or name the countries of another."""


class NoRules(Invalid):
    """At least one rule set must remain, and no two for the same countries."""


class NotACountry(Invalid):
    """{given} is no country: write the two letters of ISO 3166, such as DE, or * for everywhere."""

    field = "countries"


class Edit(Protocol):
    """Something that makes other rules of the rules that hold."""

    @property
    def change(self) -> str:
        """What it does, in a few words for the history."""

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules as they would be; their version number is set when they are stored."""


@dataclass(frozen=True, slots=True)
class Add:
    """Entries for one rule set."""

    entries: tuple[Entry, ...]
    countries: tuple[str, ...] = (EVERYWHERE,)

    @property
    def change(self) -> str:
        """What it does."""
        return f"added {worded(self.entries)}"

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules with the entries; what is there already stays once."""
        check_together(self.entries)
        return on_one(rulesets, self.countries, lambda rules: with_entries(rules, self.entries))


@dataclass(frozen=True, slots=True)
class Remove:
    """Entries that leave one rule set."""

    entries: tuple[Entry, ...]
    countries: tuple[str, ...] = (EVERYWHERE,)

    @property
    def change(self) -> str:
        """What it does."""
        return f"removed {worded(self.entries)}"

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules without the entries."""
        return on_one(rulesets, self.countries, lambda rules: without_entries(rules, self.entries))


@dataclass(frozen=True, slots=True)
class Change:
    """One entry in place of another."""

    old: Entry
    new: Entry
    countries: tuple[str, ...] = (EVERYWHERE,)

    @property
    def change(self) -> str:
        """What it does."""
        return f"changed {self.old.text} to {self.new.text}"

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules with the new entry and without the old one."""
        check_together([self.new])
        return on_one(
            rulesets,
            self.countries,
            lambda rules: with_entries(without_entries(rules, [self.old]), [self.new]),
        )


@dataclass(frozen=True, slots=True)
class AddRuleSet:
    """Another jurisdiction: empty, or beginning with the entries of another one."""

    countries: tuple[str, ...]
    age: int = 16
    disclaimer: str = DISCLAIMER
    like: tuple[str, ...] = ()

    @property
    def change(self) -> str:
        """What it does."""
        return f"added a rule set for {named(self.countries)}"

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules with one more rule set."""
        check_countries(self.countries)
        # The lists of words that patterns refer to come along, or no pattern could be added.
        pattern = (
            only(rulesets, self.like)
            if self.like
            else RuleSet(version=0, classes=shipped_rules().classes)
        )
        made = replace(
            pattern, countries=self.countries, age=self.age, disclaimer=self.disclaimer.strip()
        )
        return (*rulesets, made)


@dataclass(frozen=True, slots=True)
class ChangeRuleSet:
    """Where a rule set holds, whom it protects and what it says to those who are refused."""

    countries: tuple[str, ...]
    new_countries: tuple[str, ...]
    age: int
    disclaimer: str

    @property
    def change(self) -> str:
        """What it does."""
        return f"changed the rule set for {named(self.countries)}"

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules with this rule set changed and its entries as they were."""
        check_countries(self.new_countries)
        return on_one(
            rulesets,
            self.countries,
            lambda rules: replace(
                rules,
                countries=self.new_countries,
                age=self.age,
                disclaimer=self.disclaimer.strip(),
            ),
        )


@dataclass(frozen=True, slots=True)
class RemoveRuleSet:
    """A jurisdiction that has no rules of its own any more."""

    countries: tuple[str, ...]

    @property
    def change(self) -> str:
        """What it does."""
        return f"removed the rule set for {named(self.countries)}"

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:
        """The rules without it."""
        gone = only(rulesets, self.countries)
        return tuple(rules for rules in rulesets if rules is not gone)


@dataclass(frozen=True, slots=True)
class Replace:
    """All rules at once, from a file or from an old version."""

    rulesets: tuple[RuleSet, ...]
    change: str

    def applied(self, rulesets: Sequence[RuleSet]) -> Sequence[RuleSet]:  # noqa: ARG002 - an Edit
        """The new rules, whatever held before."""
        return self.rulesets


def on_one(
    rulesets: Sequence[RuleSet], countries: Sequence[str], edit: Callable[[RuleSet], RuleSet]
) -> Sequence[RuleSet]:
    """The rules with the one rule set edited that holds for exactly these countries."""
    meant = only(rulesets, countries)
    return tuple(edit(rules) if rules is meant else rules for rules in rulesets)


def only(rulesets: Iterable[RuleSet], countries: Sequence[str]) -> RuleSet:
    """The rule set that holds for exactly these countries."""
    for rules in rulesets:
        if set(upper(rules.countries)) == set(upper(countries)):
            return rules
    raise NoSuchRuleSet(countries=named(countries))


def check_rulesets(rulesets: Sequence[RuleSet]) -> None:
    """Refuse rules that protect nobody, or say two things about one jurisdiction."""
    places = {frozenset(upper(rules.countries)) for rules in rulesets}
    if not rulesets or len(places) < len(rulesets):
        raise NoRules


def check_countries(countries: Iterable[str]) -> None:
    """Refuse what looks like a country and is none: its rules would hold nowhere."""
    for country in countries:
        if country != EVERYWHERE and not is_country(country):
            raise NotACountry(given=country)


def upper(countries: Iterable[str]) -> list[str]:
    """Countries as they are compared."""
    return [country.upper() for country in countries]


def named(countries: Iterable[str]) -> str:
    """Countries in words."""
    return ", ".join(sorted(countries))
