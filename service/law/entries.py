"""The entries of a rule set: what may be one, how lists of them change, and their words."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from service.errors import Invalid, NotFound
from service.policy.gate import Gate
from service.policy.rules import AgePattern, Phrase, RuleSet, Term
from service.policy.shipped import shipped_rules

LONGEST_TERM = 1_000
MOST_NAMED = 5

Entry = Term | Phrase | AgePattern
One = TypeVar("One")


class NoSuchEntry(NotFound):
    """The rules hold no entry {text!r} in that language. `glimpse policy terms list` shows all."""


class UnusableEntry(Invalid):
    """An entry has 1 to {most} characters, a letter, digit or sign among them, unlike {text!r}."""


def entries_of(rules: RuleSet) -> list[Entry]:
    """Everything that can be added to a rule set and taken out again."""
    return [*rules.blocked, *rules.allowed, *rules.ages]


def with_entries(rules: RuleSet, entries: Iterable[Entry]) -> RuleSet:
    """The rule set with these entries beside its own, each listed once."""
    more = list(entries)
    return replace(
        rules,
        blocked=once(rules.blocked, (one for one in more if isinstance(one, Term))),
        allowed=once(rules.allowed, (one for one in more if isinstance(one, Phrase))),
        ages=once(rules.ages, (one for one in more if isinstance(one, AgePattern))),
    )


def without_entries(rules: RuleSet, entries: Sequence[Entry]) -> RuleSet:
    """The rule set without these entries, whatever flags they have."""
    held = {identity(entry) for entry in entries_of(rules)}
    for entry in entries:
        if identity(entry) not in held:
            raise NoSuchEntry(text=entry.text)
    gone = {identity(entry) for entry in entries}
    return replace(
        rules,
        blocked=tuple(one for one in rules.blocked if identity(one) not in gone),
        allowed=tuple(one for one in rules.allowed if identity(one) not in gone),
        ages=tuple(one for one in rules.ages if identity(one) not in gone),
    )


def identity(entry: Entry) -> tuple[type, str, str]:
    """What makes two entries the same one, whatever flags they have."""
    return type(entry), entry.text, entry.language


def once(held: Sequence[One], more: Iterable[One]) -> tuple[One, ...]:
    """Both, in order, without repetitions."""
    return tuple(dict.fromkeys((*held, *more)))


def check(entry: Entry) -> None:
    """Refuse what could match everything or nothing."""
    # Letters, digits and signs such as emoji.
    readable = any(unicodedata.category(char)[0] in "LNS" for char in entry.text)
    if not readable or len(entry.text) > LONGEST_TERM or entry.text != entry.text.strip():
        raise UnusableEntry(text=entry.text, most=LONGEST_TERM)


def check_together(entries: Sequence[Entry]) -> None:
    """Check each, and compile them: that refuses what the pattern language does not know."""
    for entry in entries:
        check(entry)
    Gate([with_entries(RuleSet(version=0, classes=shipped_rules().classes), entries)])


def worded(entries: Sequence[Entry]) -> str:
    """Entries in a few words, for the history."""
    texts = [entry.text for entry in entries]
    shown = ", ".join(texts[:MOST_NAMED])
    return f"{shown} and {len(texts) - MOST_NAMED} more" if len(texts) > MOST_NAMED else shown
