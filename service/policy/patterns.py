"""The small language of rules: what a term, a phrase or an age pattern asks of each word.

A pattern is a sequence of elements parted by spaces:

    goat kid            each word in any of its forms
    =чадами             this very form and no other
    carrot|spinach      one of several
    <animal>            a word of that class
    {age}               a number below the protected age; {bound}: at most that age;
                        {-bound}: the same after a hyphen, as in under-14; {grown}: no less
    {months} {weeks}    as many as fit below that age
    {n} {nth}           any number; any ordinal
    {birthday} {grade}  an ordinal below the age; a school year of that age; {class}: in digits
    *                   any one word
    $                   the end of the text or of the clause; $|<ing> also before such a word
    !word|<class>       at the end: the next word, if there is one, is none of these
    word?               may be missing
    "good old boys"     in quotes a title: it counts alone in its clause or beside a <work>
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from service.policy.rules import InvalidRules

_WEEKS = 52
_MONTHS = 12
_STARTS_SCHOOL = 6  # the first school year ends at seven or so
_LONGEST = 8

Number = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Element:
    """What one word must be: one of the labels, a number of a kind, or any word.

    With is_end it also accepts the end, and only looks: its word is not part of the match.
    With is_barred it only looks too, and accepts everything but its labels; bare accepts no
    possessive, since the shoes of a kid are not of kid.
    """

    labels: frozenset[str] = frozenset()
    number: Number | None = None
    ordinal: Number | None = None
    any_word: bool = False
    is_end: bool = False
    is_barred: bool = False
    bare: bool = False
    owns: bool = False
    hyphen: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule ready to be matched; rule is the text under which it is reported."""

    rule: str
    elements: tuple[Element, ...]
    owner_may_follow: bool = True
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a pattern mentions and the lexicon must know."""

    label: str
    text: str
    exact: bool


def label_of(text: str) -> str:
    """The label under which the lexicon files a word of a pattern; a possessive has none."""
    lowered = text.lower()
    return lowered if lowered.startswith("=") else lowered.removesuffix("'s")


def words_of(text: str) -> list[Word]:
    """The plain words that a pattern mentions."""
    pieces = text.strip('"').split()
    parts = (p for piece in pieces for p in piece.lstrip("!").rstrip("?").split("|"))
    return [
        Word(label_of(p), label_of(p).removeprefix("="), p.startswith("="))
        for p in parts
        if p and p not in "*$" and p[0] not in "<{"
    ]


def parse(
    text: str, age: int, *, owner_may_follow: bool = True, hides: bool = False
) -> list[Pattern]:
    """The pattern and, for each optional element, the pattern without it.

    One that hides words takes possessives only where they are written, and at its end.
    """
    pieces = text.strip('"').split()
    if not pieces or len(pieces) > _LONGEST:
        raise InvalidRules(reason=f"a pattern has 1 to {_LONGEST} words", entry=text)
    choices = [
        (_element(piece.removesuffix("?"), age, text), None)
        if piece.endswith("?")
        else (_element(piece, age, text),)
        for piece in pieces
    ]
    found = []
    for chosen in itertools.product(*choices):
        elements = tuple(e for e in chosen if e is not None)
        if hides:
            elements = (*map(_bare, elements[:-1]), *elements[-1:])
        first = elements[0] if elements else None
        if first is None or first.any_word or first.is_end or first.is_barred:
            raise InvalidRules(reason="a pattern begins with a word or a number", entry=text)
        if any(element.is_barred for element in elements[:-1]):
            raise InvalidRules(reason="what must not follow stands at the end", entry=text)
        found.append(Pattern(text, elements, owner_may_follow, is_title=text.startswith('"')))
    return found


def _bare(element: Element) -> Element:
    owned = any(label.startswith("<") for label in element.labels) or element.owns
    return element if owned else replace(element, bare=True)


def _element(piece: str, age: int, text: str) -> Element:
    if piece == "*":
        return Element(any_word=True)
    choices = [choice for choice in piece.lstrip("!").split("|") if choice]
    names = [choice for choice in choices if choice.startswith("{")]
    words = {label_of(choice) for choice in choices if choice not in names}
    cardinals, ordinals = _placeholders(age)
    unknown = [name for name in names if name not in cardinals and name not in ordinals]
    if unknown:
        raise InvalidRules(reason=f"{unknown[0]} is no placeholder", entry=text)
    return Element(
        labels=frozenset(words - {"$"}),
        number=next((cardinals[n] for n in names if n in cardinals), None),
        ordinal=next((ordinals[n] for n in names if n in ordinals), None),
        is_end="$" in words,
        is_barred=piece.startswith("!"),
        owns="'s" in piece,
        hyphen="{-bound}" in names,
    )


@lru_cache(maxsize=32)
def _placeholders(age: int) -> tuple[Mapping[str, Number], Mapping[str, Number]]:
    """What each placeholder admits, of numbers and of ordinals."""
    grades = age - _STARTS_SCHOOL
    cardinals: Mapping[str, Number] = {
        "{age}": lambda n: n < age,
        "{grown}": lambda n: n >= age,
        "{bound}": lambda n: 1 < n <= age,  # 'under one' is seldom an age
        "{-bound}": lambda n: 1 <= n <= age,
        "{months}": lambda n: n < age * _MONTHS,
        "{weeks}": lambda n: n < age * _WEEKS,
        "{class}": lambda n: 1 <= n <= grades,
        "{n}": lambda _: True,
    }
    ordinals: Mapping[str, Number] = {
        "{birthday}": lambda n: 1 <= n < age,
        "{grade}": lambda n: 1 <= n <= grades,
        "{nth}": lambda _: True,
    }
    return cardinals, ordinals
