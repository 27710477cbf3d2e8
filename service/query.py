"""What a person types, taken apart: what is wanted, what is not, and phrases to be read exactly.

`dog -snow "red ball"` wants a dog and a red ball, nothing with snow in it, and
only pictures whose captions say "red ball". A dash inside a word or between
blanks is no operator, so `well-known` and `dog - snow` mean what they say.
"""

import re
import unicodedata
from dataclasses import dataclass

from service.errors import Invalid

MOST_PARTS = 8
DASHES = "-−–"
# A sign before a quotation or a word, at the start or after a blank.
PART = re.compile(
    rf"""(?<!\S)(?P<sign>[{DASHES}]?)
         (?:"(?P<plain>[^"]*)" | «(?P<angled>[^»]*)» | “(?P<curly>[^”]*)” | „(?P<low>[^“”]*)[“”]
            | (?P<word>\S+))""",
    re.VERBOSE,
)


class OnlyUnwanted(Invalid):
    """Say also what the picture should show: the query only says what it should not."""

    field = "q"


class TooManyParts(Invalid):
    """A query takes at most {most} phrases and unwanted terms; this one has {parts}."""

    field = "q"


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart; the words of phrases are wanted as well."""

    wanted: str
    unwanted: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Every text in it, each of which has to pass the gate."""
        return (self.wanted, *self.unwanted, *self.phrases)


def parse(text: str) -> Query:
    """Take a query apart; a text without operators stays as it is, letter by letter."""
    wanted: list[str] = []
    unwanted: list[str] = []
    phrases: list[str] = []
    for found in PART.finditer(text):
        quoted = next((found[name] for name in QUOTED if found[name] is not None), None)
        said = (found["word"] if quoted is None else quoted).strip()
        if found["sign"] and speaks(said):
            unwanted.append(said)
        elif quoted is not None and speaks(said):
            phrases.append(said)
            wanted.append(said)
        else:
            wanted.append(found[0])
    if not unwanted and not phrases:
        return Query(text)
    if len(unwanted) + len(phrases) > MOST_PARTS:
        raise TooManyParts(most=MOST_PARTS, parts=len(unwanted) + len(phrases))
    if not any(map(speaks, wanted)):
        raise OnlyUnwanted
    return Query(" ".join(wanted), tuple(unwanted), tuple(phrases))


QUOTED = ("plain", "angled", "curly", "low")


def speaks(text: str) -> bool:
    """Whether there is a letter, a digit or a sign that means something."""
    return any(unicodedata.category(char)[0] in "LNS" for char in text)
