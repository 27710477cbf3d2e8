"""Writes generated.tsv: every kind of query, built from seeds.toml, the same for every run."""

import itertools
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymorphy3

from tests.policy import disguises

ANALYZER = pymorphy3.MorphAnalyzer(lang="ru")
HERE = Path(__file__).parent
HEADER = "query\tlabel\tlanguage\tkind\tnote"
Row = tuple[str, str, str, str]
_CASES = {"gent": "без", "datv": "к", "ablt": "с", "loct": "о"}
_DISGUISED_A_WORD = 3
_SHORTEST = 4  # three letters become other words: 'tot' in Cyrillic is «тот»


def rows() -> list[Row]:
    """All generated queries, each once."""
    seeds = tomllib.loads((HERE / "seeds.toml").read_text(encoding="utf-8"))
    rng = random.Random(20)
    found = [
        *_english(seeds["en"], rng),
        *_english_ages(seeds["en"], rng),
        *_russian(seeds["ru"], rng),
        *_russian_ages(seeds["ru"], rng),
        *_disguised(seeds, rng),
    ]
    return list({row[0]: row for row in found}.values())


def _english(seeds: dict[str, Any], rng: random.Random) -> Iterator[Row]:
    scenes = seeds["scenes"]
    for word in seeds["plain"]:
        yield f"{word} {rng.choice(scenes)}", "block", "en", "plain"
        yield f"a {word} {rng.choice(scenes)}", "block", "en", "plain"
        yield f"the {word}'s {rng.choice(seeds['possessed'])}", "block", "en", "inflection"
    for word in seeds["plural"]:
        yield f"{word} {rng.choice(scenes)}", "block", "en", "inflection"
        yield f"{word}' {rng.choice(seeds['possessed'])}", "block", "en", "inflection"
        yield f"photo of {word}, {rng.choice(scenes)}", "block", "en", "inflection"
    for word in seeds["grades"]:
        yield f"{word} grader {rng.choice(scenes)}", "block", "en", "school"
        yield f"{word}-graders {rng.choice(scenes)}", "block", "en", "school"
    for word in seeds["harmless"]:
        yield f"{word} {rng.choice(scenes)}", "allow", "en", "false-friend"


def _english_ages(seeds: dict[str, Any], rng: random.Random) -> Iterator[Row]:
    for number, word in enumerate(seeds["age_words"], 1):
        for way, n in itertools.product(seeds["ages"], (str(number), word)):
            yield f"{way.format(n=n)} {rng.choice(seeds['scenes'])}", "block", "en", "age"
        thing = rng.choice(seeds["things"])
        yield f"{number}-year-old {thing}", "allow", "en", "false-friend"
        yield f"{word} year old {thing}", "allow", "en", "false-friend"
    for word, adult in itertools.product(seeds["adult_words"], seeds["adults"]):
        yield f"{word}-year-old {adult}", "allow", "en", "adult"
    for number in range(16, 90, 3):
        yield f"{number} year old {rng.choice(seeds['adults'])}", "allow", "en", "adult"


def _russian(seeds: dict[str, Any], rng: random.Random) -> Iterator[Row]:
    scenes = seeds["scenes"]
    for word in seeds["plain"]:
        yield f"{word} {rng.choice(scenes)}", "block", "ru", "plain"
        noun = next(p for p in ANALYZER.parse(word) if p.tag.POS == "NOUN")
        for case, number in itertools.product(_CASES, ("sing", "plur")):
            form = noun.inflect({case, number})
            if form:
                query = f"{_CASES[case]} {form.word} {rng.choice(scenes)}"
                yield query, "block", "ru", "inflection"
    for word in seeds["adjectives"]:
        for inflected in _forms(word):
            query = f"{inflected} {rng.choice(seeds['adjective_scenes'])}"
            yield query, "block", "ru", "inflection"
    endings = ("классник", "классница", "классники", "клашка", "клашки")
    for start, end in itertools.product(seeds["grades"], endings):
        yield f"{start}{end} {rng.choice(scenes)}", "block", "ru", "school"
    for word in seeds["harmless"]:
        yield f"{word} {rng.choice(scenes)}", "allow", "ru", "false-friend"


def _russian_ages(seeds: dict[str, Any], rng: random.Random) -> Iterator[Row]:
    for word in seeds["ages"]:
        yield f"{word} {rng.choice(seeds['people'])}", "block", "ru", "age"
        yield f"{word} {rng.choice(seeds['things'])}", "allow", "ru", "false-friend"
        for form in _forms(word):
            yield f"{form} {rng.choice(seeds['scenes'])}", "block", "ru", "age"
    for number in range(5, 16):
        yield f"{number} лет, {rng.choice(seeds['scenes'])}", "block", "ru", "age"
        yield f"ей {number} лет", "block", "ru", "age"
        yield f"{number}-летняя {rng.choice(seeds['scenes'])}", "block", "ru", "age"
    for number in (16, 18, 20, 25, 37, 40, 55, 64):
        yield f"{number}-летний {rng.choice(seeds['people'])}", "allow", "ru", "adult"
        yield f"{rng.choice(seeds['people'])} {number} лет", "allow", "ru", "adult"
    for word in seeds["adult_ages"]:
        yield f"{word} {rng.choice(seeds['people'])}", "allow", "ru", "adult"


def _forms(adjective: str) -> list[str]:
    lexeme = ANALYZER.parse(adjective)[0].lexeme
    return list(dict.fromkeys(f.word for f in lexeme if f.tag.POS == "ADJF"))


def _disguised(seeds: dict[str, Any], rng: random.Random) -> Iterator[Row]:
    for language in ("en", "ru"):
        scenes = seeds[language]["scenes"]
        for label, name in (("block", "plain"), ("allow", "harmless")):
            words = [w for w in seeds[language][name] if len(w) >= _SHORTEST]
            for kind, disguise in disguises.DECORATIONS.items():
                for word in words:
                    for _ in range(_DISGUISED_A_WORD if label == "block" else 1):
                        query = f"{disguise(word, rng)} {rng.choice(scenes)}"
                        yield query, label, language, kind
            for word in words:
                typed = disguises.layout(word, rng)
                yield f"{typed} {rng.choice(scenes)}", label, language, "layout"
                if language == "ru":
                    roman = disguises.romanised(f"{word} {rng.choice(scenes)}", rng)
                    yield roman, label, "ru", "translit"


if __name__ == "__main__":
    lines = [HEADER, *("\t".join((*row, "")) for row in rows())]
    (HERE / "generated.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
