"""Reasons kept as sentences (of a refused file, of a failed picture) in the reader's language.

The use cases word them in English, from the docstring of an error; here the
docstring is found again, so that its translation can be filled in. What checks
say is found among the sentences of kept_words.
"""

import inspect
import re
from collections.abc import Iterator
from functools import lru_cache

from service.errors import GlimpseError
from service.web.kept_words import KEPT
from service.web.words import say

BRACES = re.compile(r"\{\w+\}")
FACT = re.compile(r"\\\{(\w+)\\\}")


def reworded(reason: str | None) -> str:
    """The reason in the language of this answer; what nothing here has worded stays as it is."""
    if not reason:
        return ""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            facts = {name: fact_words(fact) for name, fact in found.groupdict().items()}
            return say(template).format(**facts)
    return reason


def fact_words(fact: str) -> str:
    """A fact inside a reason; a few are sentences of ours themselves."""
    return say(fact) if fact in KEPT else fact


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = [(one, re.compile(_pattern(one), re.DOTALL)) for one in KEPT]
    for kind in _descendants(GlimpseError):
        template = " ".join(inspect.cleandoc(kind.__doc__ or "").split())
        found.append((template, re.compile(_pattern(template), re.DOTALL)))
    # The one that says most itself first: some consist of little but facts.
    return sorted(found, key=lambda pair: -len(BRACES.sub("", pair[0])))


def _pattern(template: str) -> str:
    known: set[str] = set()

    def place(fact: re.Match[str]) -> str:
        name = fact[1]
        again = name in known
        known.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.+)"

    return FACT.sub(place, re.escape(template))


def _descendants(kind: type[GlimpseError]) -> Iterator[type[GlimpseError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
