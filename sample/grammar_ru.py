"""Russian nouns, adjectives and numerals in the form that a place in a sentence asks for."""

from enum import IntEnum
from functools import cache
from typing import Any

from sample.words import table


class Case(IntEnum):
    """The six cases, in the order of the data files."""

    NOM = 0
    GEN = 1
    DAT = 2
    ACC = 3
    INS = 4
    LOC = 5


NUMERAL_FORM = {Case.GEN: 2, Case.DAT: 3, Case.INS: 4, Case.LOC: 5}


@cache
def forms(noun: str, *, many: bool) -> tuple[str, ...]:
    """A noun's six forms, singular or plural."""
    row: dict[str, Any] = table("nouns_ru")[noun]
    return tuple(row["many" if many else "one"].split())


def gender(noun: str) -> str:
    """m, f or n."""
    name: str = table("nouns_ru")[noun]["gender"]
    return name


def is_animate(noun: str) -> bool:
    """Whether its accusative can be its genitive."""
    answer: bool = table("nouns_ru")[noun]["animate"]
    return answer


@cache
def adjective(word: str, kind: str, case: Case, *, animate: bool) -> str:
    """An adjective's form; the kind is m, f, n or plural."""
    if case is Case.ACC and animate and kind in {"m", "plural"}:
        case = Case.GEN
    form: str = table("adjectives_ru")[word][kind].split()[case]
    return form


def one(noun: str, adjectives: tuple[str, ...], case: Case) -> str:
    """The noun in the singular with its adjectives."""
    kind, animate = gender(noun), is_animate(noun)
    words = [adjective(word, kind, case, animate=animate) for word in adjectives]
    return " ".join((*words, forms(noun, many=False)[case]))


def several(noun: str, adjectives: tuple[str, ...], case: Case) -> str:
    """The noun in the plural with its adjectives."""
    animate = is_animate(noun)
    words = [adjective(word, "plural", case, animate=animate) for word in adjectives]
    return " ".join((*words, forms(noun, many=True)[case]))


def counted(number: int, noun: str, adjectives: tuple[str, ...], case: Case) -> str:
    """Two, three or four of the noun: «две красные собаки», «двух красных собак»."""
    names: list[str] = table("phrases")["numbers"][f"ru_{number}"]
    animate, feminine = is_animate(noun), gender(noun) == "f"
    if case is Case.ACC and animate:
        case = Case.GEN
    if case not in {Case.NOM, Case.ACC}:
        return f"{names[NUMERAL_FORM[case]]} {several(noun, adjectives, case)}"
    after = Case.NOM if feminine else Case.GEN
    words = [adjective(word, "plural", after, animate=False) for word in adjectives]
    # «два животных»: a noun that is an adjective by its endings keeps the plural.
    adjectival = forms(noun, many=False)[Case.NOM].endswith("ое")
    return " ".join((names[1 if feminine else 0], *words, forms(noun, many=adjectival)[Case.GEN]))


def with_(phrase: str) -> str:
    """The preposition «с» or «со» before a phrase in the instrumental."""
    hard = phrase[0] in "сзшжв" and phrase[1] not in "аеёиоуыэюя"
    return f"{'со' if hard else 'с'} {phrase}"
