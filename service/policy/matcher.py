"""Finds the first refused words of a text under one rule set."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.policy.context import belongs_to_thing, stands_as_title
from service.policy.lexicon import Lexicon
from service.policy.meaning import Token
from service.policy.normalise import Folded
from service.policy.patterns import Element, Pattern, parse
from service.policy.rules import RuleSet
from service.policy.tokens import tokenise


@dataclass(frozen=True, slots=True)
class Match:
    """A refused stretch of the folded text and the rule that refuses it."""

    rule: str
    start: int
    end: int


class _Index:
    """Patterns by what their first word may be, so that most words cost one look-up.

    Those that begin with a number are many: they are filed by their second word.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_label: dict[str, list[Pattern]] = {}
        self._by_second: dict[str, list[Pattern]] = {}
        self._by_number: list[Pattern] = []
        for pattern in patterns:
            first, *rest = pattern.elements
            for label in first.labels:
                self._by_label.setdefault(label, []).append(pattern)
            if first.number or first.ordinal:
                self._file_number(pattern, rest)

    def _file_number(self, pattern: Pattern, rest: list[Element]) -> None:
        if not rest or not rest[0].labels or rest[0].number or rest[0].ordinal or rest[0].is_end:
            self._by_number.append(pattern)
            return
        for label in rest[0].labels:
            self._by_second.setdefault(label, []).append(pattern)

    def at(self, tokens: Sequence[Token], place: int) -> Iterable[tuple[Pattern, int]]:
        """The patterns that begin at a word, each with the place after its last word."""
        for pattern in self._candidates(tokens, place):
            end = _end_of(pattern, tokens, place)
            if end is not None:
                yield pattern, end

    def _candidates(self, tokens: Sequence[Token], place: int) -> Iterable[Pattern]:
        part = tokens[place].part
        for label in part.labels:
            yield from self._by_label.get(label, ())
        if part.number is None and part.ordinal is None:
            return
        yield from self._by_number
        if place + 1 < len(tokens):
            for label in tokens[place + 1].part.labels:
                yield from self._by_second.get(label, ())


class Matcher:
    """One rule set, compiled."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._lexicon = Lexicon(rules)
        self._terms = _Index(p for t in rules.blocked for p in parse(t.text, rules.age))
        self._ages = _Index(
            p
            for a in rules.ages
            for p in parse(a.text, rules.age, owner_may_follow=a.owner == "near")
        )
        self._allowed = _Index(
            p for a in rules.allowed for p in parse(a.text, rules.age, hides=True)
        )

    def first_match(self, folded: Folded) -> Match | None:
        """The first refused words that no allowed phrase covers."""
        tokens = tokenise(folded, self._lexicon)
        meaningful = [i for i, t in enumerate(tokens) if t.part.says_something]
        shields = [
            (place, end)
            for place in meaningful
            for pattern, end in self._allowed.at(tokens, place)
            if not pattern.is_title or stands_as_title(tokens, place, end)
        ]
        covered = _Cover(shields, len(tokens))

        def surface(token: Token) -> str:
            start, end = folded.span(token.start, token.end)
            written = unicodedata.normalize("NFC", folded.original[start:end].lower())
            return "".join(c for c in written if c.isalpha() or c in "-'")

        for place in meaningful:
            hits = [(p, e) for p, e in self._terms.at(tokens, place) if not covered.hides(place, e)]
            hits += [
                (pattern, end)
                for pattern, end in self._ages.at(tokens, place)
                if not covered.hides(place, end)
                and not belongs_to_thing(
                    tokens, place, end, surface, may_follow=pattern.owner_may_follow
                )
            ]
            if hits:
                pattern, end = max(hits, key=lambda hit: hit[1])
                return Match(pattern.rule, tokens[place].start, tokens[end - 1].end)
        return None


class _Cover:
    """Which words allowed phrases hide: a match is hidden when one phrase holds all of it."""

    def __init__(self, shields: Sequence[tuple[int, int]], size: int) -> None:
        self._reach = [0] * size
        for start, end in shields:
            self._reach[start] = max(self._reach[start], end)
        for place in range(1, size):
            self._reach[place] = max(self._reach[place], self._reach[place - 1])

    def hides(self, start: int, end: int) -> bool:
        """Whether a phrase that begins at or before start reaches end."""
        return self._reach[start] >= end


def _end_of(pattern: Pattern, tokens: Sequence[Token], place: int) -> int | None:
    for offset, element in enumerate(pattern.elements):
        at = place + offset
        ended = at >= len(tokens) or (offset > 0 and not tokens[at].glued)
        if element.is_barred:
            return at if ended or not _accepts(element, tokens[at]) else None
        if element.is_end:
            return at if ended or _accepts(element, tokens[at]) else None
        if ended or not _accepts(element, tokens[at]):
            return None
    return place + len(pattern.elements)


def _accepts(element: Element, token: Token) -> bool:
    part = token.part
    if (element.hyphen and not token.hyphen) or (element.bare and token.text.endswith("'s")):
        return False
    return (
        element.any_word
        or not element.labels.isdisjoint(part.labels)
        or (element.number is not None and part.number is not None and element.number(part.number))
        or (
            element.ordinal is not None
            and part.ordinal is not None
            and element.ordinal(part.ordinal)
        )
    )
