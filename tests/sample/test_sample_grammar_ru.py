"""Russian agreement, checked against pymorphy3's dictionary, which took no part in making it."""

from importlib import import_module
from itertools import product
from typing import Any

import pytest

from sample.grammar_ru import Case, counted, gender, is_animate, one, several, with_
from sample.things import COLOURS, KINDS, LOOKS
from sample.words import table

DICTIONARY: Any = import_module("pymorphy3").MorphAnalyzer()
GRAMMEMES = {
    Case.NOM: "nomn", Case.GEN: "gent", Case.DAT: "datv", Case.ACC: "accs", Case.INS: "ablt",
    Case.LOC: "loct",
}  # fmt: skip
GENDERS = {"m": "masc", "f": "femn", "n": "neut"}
NOUNS = sorted(table("nouns_ru"))
PAINTS = [word for colour in COLOURS for word in LOOKS["colours"][colour]["ru"]]
# The dictionary knows this word as a thing only; here it is a bird.
TOYS = {"уточка"}


def readings(word: str, part: str, *grammemes: str) -> bool:
    """Whether the dictionary can read a word as this part of speech with these features."""
    found = DICTIONARY.parse(word)
    return any(part in reading.tag and set(grammemes) in reading.tag for reading in found)


@pytest.mark.parametrize("noun", NOUNS)
def test_nouns(noun: str) -> None:
    """Every form of every noun is the dictionary's for its case and number."""
    for case in Case:
        if case is Case.ACC and noun in TOYS:
            continue
        assert readings(one(noun, (), case), "NOUN", "sing", GRAMMEMES[case])
        assert readings(several(noun, (), case), "NOUN", "plur", GRAMMEMES[case])
    assert readings(noun, "NOUN", "sing", "nomn", GENDERS[gender(noun)])
    assert noun in TOYS or readings(noun, "NOUN", "anim" if is_animate(noun) else "inan")


@pytest.mark.parametrize("noun", NOUNS)
def test_adjectives_agree(noun: str) -> None:
    """Every colour agrees with every noun in gender, number, case and animacy."""
    animacy = "anim" if is_animate(noun) else "inan"
    for paint, case in product(PAINTS, Case):
        word, _ = one(noun, (paint,), case).split()
        gendered = (GENDERS[gender(noun)], "sing", GRAMMEMES[case])
        masculine = case is Case.ACC and gender(noun) == "m"
        assert readings(word, "ADJF", *gendered, *((animacy,) if masculine else ()))
        word, _ = several(noun, (paint,), case).split()
        needed = ("plur", GRAMMEMES[case], *((animacy,) if case is Case.ACC else ()))
        assert readings(word, "ADJF", *needed)


@pytest.mark.parametrize("noun", sorted({name for kind in KINDS.values() for name in kind.ru}))
def test_counted(noun: str) -> None:
    """After two, three and four a noun stands as the dictionary puts it."""
    reading = next(
        found for found in DICTIONARY.parse(noun) if {"NOUN", "sing", "nomn"} in found.tag
    )
    for number in (2, 3, 4):
        agreed = reading.make_agree_with_number(number)
        assert agreed is not None
        assert counted(number, noun, (), Case.NOM).split()[-1] == agreed.word


@pytest.mark.parametrize(
    ("number", "noun", "case", "said"),
    [
        (2, "собака", Case.NOM, "две красные собаки"),
        (2, "собака", Case.ACC, "двух красных собак"),
        (2, "машина", Case.ACC, "две красные машины"),
        (3, "мяч", Case.NOM, "три красных мяча"),
        (3, "кот", Case.ACC, "трёх красных котов"),
        (4, "яблоко", Case.INS, "четырьмя красными яблоками"),
        (2, "животное", Case.NOM, "два красных животных"),
        (2, "человек", Case.NOM, "два красных человека"),
        (4, "дерево", Case.LOC, "четырёх красных деревьях"),
        (2, "цветок", Case.GEN, "двух красных цветов"),
    ],
)
def test_numerals(number: int, noun: str, case: Case, said: str) -> None:
    """Numerals take the case, and what follows them takes its own."""
    assert counted(number, noun, ("красный",), case) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("скамейкой", "со скамейкой"),
        ("старушкой", "со старушкой"),
        ("собакой", "с собакой"),
        ("зонтом", "с зонтом"),
        ("мячом", "с мячом"),
    ],
)
def test_with(phrase: str, said: str) -> None:
    """«С» becomes «со» before a hissing sound and another consonant."""
    assert with_(phrase) == said
