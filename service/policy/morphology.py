"""The forms of English and Russian words, so that a rule names a word once.

Russian comes from pymorphy3: its dictionary knows дети as a form of ребёнок, and
its guesser inflects words that an operator adds and no dictionary holds. English
needs a plural and little else. Everything here runs while rules are compiled,
but for two questions about rare words, which are remembered.
"""

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import pymorphy3

_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_HIDDEN_SHORT_I = re.compile(r"(?<=[аеиоуыэюя])и")
_INFLECTED = {"NOUN", "ADJF", "NUMR", "PRTF", "NPRO"}
_MODIFIERS = {"ADJF", "PRTF", "NUMR", "ADJS"}
_SHORTEST_PLURAL = 2
_NO_PLURAL = {"ss", "us", "is"}
_SURE = 0.05  # readings less likely than this are homonyms nobody means


@cache
def _analyzer() -> Any:
    """The dictionary takes 40 MB and a seventh of a second; one serves the whole process."""
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    """English plurals that no rule makes, and spellings seen beside the right one."""
    source = resources.files("service.policy").joinpath("data/irregular.tsv")
    lines = source.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: tuple(row[1].split()) for row in rows}


def is_russian(word: str) -> bool:
    """Whether the word is written in Cyrillic."""
    return any("а" <= letter <= "я" or letter == "ё" for letter in word.lower())


@lru_cache(maxsize=8192)
def forms(word: str) -> frozenset[str]:
    """The word in every form, unfolded; a word in neither language has one.

    Remembered, since every edit of the rules compiles nearly the same words again.
    """
    word = word.lower()
    if is_russian(word):
        return frozenset(russian_forms(word))
    return frozenset(english_forms(word) if word.isascii() and word.isalpha() else {word})


def english_forms(word: str) -> set[str]:
    """Singular and plural; a word given in the plural also gets its singular."""
    found = {word, *_irregular().get(word, ())}
    if word.endswith("ies"):
        found.add(word[:-3] + "y")
    elif len(word) > _SHORTEST_PLURAL and word.endswith("s") and word[-2:] not in _NO_PLURAL:
        found.add(word[:-1])
    else:
        found.add(_plural(word))
    return found


def _plural(word: str) -> str:
    if _CONSONANT_Y.search(word):
        return word[:-1] + "ies"
    return word + ("es" if _SIBILANT.search(word) else "s")


def russian_forms(word: str) -> set[str]:
    """Every case, number and gender; of the word's own lexeme if it is a dictionary form."""
    parses = [p for p in _analyzer().parse(word) if p.tag.POS in _INFLECTED]
    own = [p for p in parses if p.normal_form.replace("ё", "е") == word.replace("ё", "е")]
    found = {word}
    for parse in own or [p for p in parses if p.score >= _SURE]:
        found.update(form.word for form in parse.lexeme if form.tag.POS == parse.tag.POS)
    return found


@lru_cache(maxsize=1024)
def genitives(word: str) -> frozenset[str]:
    """The Russian forms that tell whose: «панды» in «малыш панды»; none in English."""
    return _in_case(word, "gent")


@lru_cache(maxsize=1024)
def nominatives(word: str) -> frozenset[str]:
    """The Russian forms of who acts: «щенок», and not «щенка», whom a child may hold."""
    return _in_case(word, "nomn")


def _in_case(word: str, case: str) -> frozenset[str]:
    if not is_russian(word):
        return frozenset()
    nouns = [p for p in _analyzer().parse(word) if p.tag.POS == "NOUN"]
    return frozenset(f.word for p in nouns[:1] for f in p.lexeme if f.tag.case == case)


@lru_cache(maxsize=4096)
def is_known_russian(word: str) -> bool:
    """Whether a dictionary holds the folded word, with й wherever folding hid one."""
    known = _analyzer().word_is_known
    return bool(known(word) or known(_HIDDEN_SHORT_I.sub("й", word)))


@lru_cache(maxsize=4096)
def russian_kind(word: str) -> str:
    """'thing', 'being' or 'modifier' for the word's likeliest reading, else 'other'."""
    for parse in _analyzer().parse(word):
        if parse.tag.POS in _MODIFIERS:
            return "modifier"
        if parse.tag.POS == "NOUN":
            return "thing" if parse.tag.animacy == "inan" else "being"
        break
    return "other"
