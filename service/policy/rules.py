"""Rule sets as plain data: whom they protect, where they hold, what they block and allow."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

from service.errors import Invalid

Language = Literal["en", "ru", "any"]

EVERYWHERE = "*"
DISCLAIMER = "This image is unavailable in your country in compliance with local laws"


class InvalidRules(Invalid):
    """The rule set cannot be used: {reason}. Correct the entry {entry!r} and save again."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that is refused in all its forms; compounds covers schoolboy for boy."""

    text: str
    language: Language
    compounds: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are harmless together: they hide the terms inside them and nothing beside."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class AgePattern:
    """A way of saying an age, such as '{age} year old'; patterns.py explains the language.

    owner tells where a thing or an animal may stand whose age it is.
    """

    text: str
    language: Language
    owner: Literal["near", "before"] = "near"


@dataclass(frozen=True, slots=True)
class WordClass:
    """A named list of words that phrases and age patterns refer to as <name>."""

    name: str
    language: Language
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One jurisdiction's law in one version."""

    version: int
    countries: tuple[str, ...] = (EVERYWHERE,)
    age: int = 16
    disclaimer: str = DISCLAIMER
    blocked: tuple[Term, ...] = ()
    allowed: tuple[Phrase, ...] = ()
    ages: tuple[AgePattern, ...] = ()
    classes: tuple[WordClass, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Refuse what could never be meant: no country, no disclaimer, an odd age or language."""
        if not self.countries:
            raise InvalidRules(reason="it names no country", entry="countries")
        if not self.disclaimer.strip():
            raise InvalidRules(reason="its disclaimer is empty", entry="disclaimer")
        if not 1 <= self.age <= 21:  # noqa: PLR2004 - ages of majority lie in between
            raise InvalidRules(reason="its age is not between 1 and 21", entry=self.age)
        for entries in (self.blocked, self.allowed, self.ages, self.classes):
            for entry in entries:
                _check_language(entry.language, entry)

    def holds_in(self, country: str) -> bool:
        """Whether an asker from there meets this law; an unknown country meets every law."""
        known = len(country) == 2 and country.isascii() and country.isalpha()  # noqa: PLR2004
        return not known or EVERYWHERE in self.countries or country.upper() in self.countries

    def edited(
        self,
        *,
        version: int,
        block: Iterable[Term] = (),
        allow: Iterable[Phrase] = (),
        remove: Iterable[Term | Phrase] = (),
    ) -> "RuleSet":
        """The next version: entries added and removed, each listed once."""
        gone = set(remove)
        blocked = dict.fromkeys(t for t in (*self.blocked, *block) if t not in gone)
        allowed = dict.fromkeys(p for p in (*self.allowed, *allow) if p not in gone)
        return replace(self, version=version, blocked=tuple(blocked), allowed=tuple(allowed))

    def to_json(self) -> dict[str, Any]:
        """A plain document that from_json reads back."""
        document = asdict(self)
        document["countries"] = list(self.countries)
        for name in ("blocked", "allowed", "ages", "classes"):
            document[name] = list(document[name])
        for words in document["classes"]:
            words["words"] = list(words["words"])
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "RuleSet":
        """The rule set that to_json wrote; unknown or missing keys are refused."""
        try:
            return cls(
                version=int(document["version"]),
                countries=tuple(str(c) for c in document["countries"]),
                age=int(document["age"]),
                disclaimer=str(document["disclaimer"]),
                blocked=tuple(Term(**t) for t in document["blocked"]),
                allowed=tuple(Phrase(**p) for p in document["allowed"]),
                ages=tuple(AgePattern(**a) for a in document["ages"]),
                classes=tuple(
                    WordClass(c["name"], c["language"], tuple(c["words"]))
                    for c in document["classes"]
                ),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidRules(reason=f"it is incomplete ({error})", entry="document") from error


def _check_language(language: str, entry: object) -> None:
    if language not in get_args(Language):
        raise InvalidRules(reason=f"{language!r} is not a language of the gate", entry=entry)
