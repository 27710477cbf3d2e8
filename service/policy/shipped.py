"""The rule set that Glimpse ships with, read from the data files beside this one."""

from collections.abc import Iterator
from functools import cache
from importlib import resources

from service.policy.rules import AgePattern, Language, Phrase, RuleSet, Term, WordClass

_FIRST_VERSION = 1
_LANGUAGES: dict[str, Language] = {"en": "en", "ru": "ru", "any": "any"}


@cache
def shipped_rules() -> RuleSet:
    """English and Russian, everywhere, under 16: what a new installation starts from."""
    return RuleSet(
        version=_FIRST_VERSION,
        blocked=tuple(
            Term(text, _LANGUAGES[language], compounds=flag == "compounds")
            for language, flag, text in _rows("blocked.tsv")
        ),
        allowed=tuple(Phrase(text, _LANGUAGES[lang]) for lang, text in _rows("allowed.tsv")),
        ages=tuple(
            AgePattern(text, _LANGUAGES[lang], "near" if owner == "near" else "before")
            for lang, text, owner in _rows("ages.tsv")
        ),
        classes=tuple(
            WordClass(name, _LANGUAGES[lang], tuple(words.split()))
            for name, lang, words in _rows("classes.tsv")
        ),
    )


def _rows(name: str) -> Iterator[list[str]]:
    source = resources.files("service.policy").joinpath("data").joinpath(name)
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
