"""The small language of rules: what a term, a phrase or an age pattern asks of each word.

A pattern is a sequence of elements parted by spaces:

    goat kid            each word in any of its forms
    =чадами             this very form and no other
    carrot|spinach      one of several
    <animal>            a word of that class
    {age}               a number below the protected age; {bound}: at most that age
    {months} {weeks}    as many as fit below that age
    {n} {nth}           any number; any ordinal
    {birthday} {grade}  an ordinal below the age; a school year of that age
    *                   any one word
    $                   the end of the text or of the clause
    word?               may be missing
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.policy.rules import InvalidRules

_WEEKS = 52
_MONTHS = 12
_STARTS_SCHOOL = 6  # the first school year ends at seven or so
_LONGEST = 8

Number = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Element:
    """What one word must be: one of the labels, or a number of a kind, or anything, or the end."""

    labels: frozenset[str] = frozenset()
    number: Number | None = None
    ordinal: Number | None = None
    any_word: bool = False
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule ready to be matched; rule is the text under which it is reported."""

    rule: str
    elements: tuple[Element, ...]


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
    parts = (p for piece in text.split() for p in piece.rstrip("?").split("|"))
    return [
        Word(label_of(p), label_of(p).removeprefix("="), p.startswith("="))
        for p in parts
        if p and p not in "*$" and p[0] not in "<{"
    ]


def parse(text: str, age: int) -> list[Pattern]:
    """The pattern and, for each optional element, the pattern without it."""
    pieces = text.split()
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
        if not elements or elements[0].any_word or elements[0].is_end:
            raise InvalidRules(reason="a pattern begins with a word or a number", entry=text)
        found.append(Pattern(text, elements))
    return found


def _element(piece: str, age: int, text: str) -> Element:
    if piece == "*":
        return Element(any_word=True)
    if piece == "$":
        return Element(is_end=True)
    if piece.startswith("{"):
        return _placeholder(piece, age, text)
    return Element(labels=frozenset(label_of(p) for p in piece.split("|") if p))


def _placeholder(piece: str, age: int, text: str) -> Element:
    grades = age - _STARTS_SCHOOL
    numbers: Mapping[str, Number] = {
        "{age}": lambda n: n < age,
        "{bound}": lambda n: 1 <= n <= age,
        "{months}": lambda n: n < age * _MONTHS,
        "{weeks}": lambda n: n < age * _WEEKS,
        "{n}": lambda _: True,
    }
    ordinals: Mapping[str, Number] = {
        "{birthday}": lambda n: 1 <= n < age,
        "{grade}": lambda n: 1 <= n <= grades,
        "{nth}": lambda _: True,
    }
    if piece in numbers:
        return Element(number=numbers[piece])
    if piece in ordinals:
        return Element(ordinal=ordinals[piece])
    raise InvalidRules(reason=f"{piece} is no placeholder", entry=text)
