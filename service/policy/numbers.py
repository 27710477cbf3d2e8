"""Number words of both languages, and Russian words that begin with one («пятилетний»)."""

from collections.abc import Iterator
from importlib import resources

from service.policy import morphology
from service.policy.meaning import Part, Reading

_GLUED = "yearold"  # 'nineyearold', as hashtags have it
_YEARS_OLD = Part(frozenset({_GLUED}))
_ANY_START = "пяти"  # any start would do: endings do not depend on it


def readings() -> Iterator[tuple[str, Reading]]:
    """Every form of every entry of numbers.tsv with what it means."""
    starts: list[tuple[str, float]] = []
    tails: list[str] = []
    for kind, value, words in _rows():
        if kind == "start":
            starts.extend((word, value) for word in words)
        elif kind == "tail":
            tails.extend(words)
        else:
            part = Part(ordinal=value) if kind == "ordinal" else Part(number=value)
            yield from ((form, (part,)) for word in words for form in _forms(word))
            if part.number is not None:
                yield from ((word + _GLUED, (part, _YEARS_OLD)) for word in words)
    for tail in tails:
        yield from _compounds(tail, starts)


def _compounds(tail: str, starts: list[tuple[str, float]]) -> Iterator[tuple[str, Reading]]:
    """«пяти» + «летний» in all forms: a number and the word that it counts."""
    whole = morphology.forms(_ANY_START + tail)
    endings = sorted(form.removeprefix(_ANY_START) for form in whole)
    counted = Part(frozenset({tail}))
    for start, value in starts:
        reading = (Part(number=value, ordinal=value), counted)
        yield from ((start + ending, reading) for ending in endings)


def _forms(word: str) -> frozenset[str]:
    return morphology.forms(word) if morphology.is_russian(word) else frozenset({word})


def _rows() -> Iterator[tuple[str, float, list[str]]]:
    source = resources.files("service.policy").joinpath("data/numbers.tsv")
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, value, words = line.split("\t")
            yield kind, float(value), words.split()
