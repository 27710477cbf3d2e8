"""A search as its address asks for it: read, checked field by field, and written again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from service.domain import NO_FILTERS, Filters, Orientation, PictureState, Sort, Source
from service.errors import Invalid

Choice = TypeVar("Choice", bound=StrEnum)
SIDES = (480, 720, 1080, 2160)
SHARES = (0.9, 0.75, 0.5, 0.25)
ESSENCE = {"q", "like", "picture", "country"}
# The address of a picture of ours, as it is copied or dragged from a page.
ADDRESS = re.compile(
    r"(?:https?://(?P<host>[^/\s]+))?/images/(?P<id>[A-Za-z0-9_-]{1,64})"
    r"(?:/(?:file|thumbnail))?/?(?:\?\S*)?"
)
YES_NO = {"yes": True, "no": False}


class BadParameter(Invalid):
    """{name} takes {choices}, not {given}."""

    def __init__(self, **facts: object) -> None:
        """The parameter is only known here."""
        super().__init__(**facts)
        self.field = str(facts["name"])  # type: ignore[misc] # the class has it for all others


class NotAShare(Invalid):
    """The minimum score is a number from 0 to 1, not {given}."""

    field = "min_score"


class NotADay(Invalid):
    """{given} is no day: write it as 2026-01-31."""

    field = "added_from"


class DaysReversed(Invalid):
    """The first day, {since}, comes after the last one, {until}. Exchange them."""

    field = "added_from"


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for."""

    text: str = ""
    cursor: str = ""
    collection: str = ""
    min_score: float | None = None
    like: str = ""
    picture: str = ""
    country: str = ""
    sort: Sort = Sort.BEST
    filters: Filters = NO_FILTERS

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to search with."""
        return bool(self.text or self.has_example)

    @property
    def has_example(self) -> bool:
        """Whether it is asked with a picture, of ours or sent."""
        return bool(self.like or self.picture)

    @property
    def is_narrowed(self) -> bool:
        """Whether something besides the words decides what is shown."""
        return bool(self.parameters().keys() - ESSENCE)

    def parameters(self) -> dict[str, Any]:
        """What has to stay in an address that asks the same."""
        named = self.filters
        found = {
            "q": self.text,
            "like": self.like,
            "picture": self.picture,
            "country": self.country,
            "collection": self.collection,
            "min_score": self.min_score,
            "sort": "" if self.sort is Sort.BEST else self.sort.value,
            "orientation": named.orientation and named.orientation.value,
            "min_side": named.min_side or None,
            "added_from": named.added_from and named.added_from.isoformat(),
            "added_to": named.added_to and named.added_to.isoformat(),
            "source": named.source and named.source.value,
            "captioned": {True: "yes", False: "no", None: None}[named.captioned],
            "state": named.state and named.state.value,
        }
        return {name: value for name, value in found.items() if value not in {"", None}}

    def essence(self) -> dict[str, Any]:
        """What is looked for, without anything that narrows or orders it."""
        return {name: value for name, value in self.parameters().items() if name in ESSENCE}

    def without_example(self) -> dict[str, Any]:
        """The words alone, narrowed as before."""
        kept = self.parameters()
        return {name: value for name, value in kept.items() if name not in {"like", "picture"}}

    def with_weaker(self) -> dict[str, Any]:
        """The same question with no result cut off for its score."""
        return self.parameters() | {"min_score": 0}


def question(given: Mapping[str, str], *, host: str = "") -> Question:
    """Read an address; blanks around the text mean nothing.

    A text that is the address of a picture at this host is that picture.
    """
    text, pasted = given.get("q", "").strip(), None
    if found := ADDRESS.fullmatch(text):
        pasted = found["id"] if found["host"] in {None, host} else None
    since, until = _read(given, "added_from", _day), _read(given, "added_to", _day)
    if since and until and since > until:
        raise DaysReversed(since=since, until=until)
    return Question(
        text="" if pasted else text,
        cursor=given.get("cursor", ""),
        collection=given.get("collection", ""),
        min_score=_read(given, "min_score", _share),
        like=pasted or given.get("like", ""),
        picture=given.get("picture", ""),
        country=given.get("country", "").strip(),
        sort=_chosen(given, "sort", Sort) or Sort.BEST,
        filters=Filters(
            orientation=_chosen(given, "orientation", Orientation),
            min_side=_read(given, "min_side", _side) or 0,
            added_from=since,
            added_to=until,
            source=_chosen(given, "source", Source),
            captioned=_read(given, "captioned", _yes_or_no),
            state=_chosen(given, "state", PictureState),
        ),
    )


Value = TypeVar("Value")


def _read(given: Mapping[str, str], name: str, reader: Callable[[str], Value]) -> Value | None:
    said = given.get(name, "").strip()
    return reader(said) if said else None


def _chosen(given: Mapping[str, str], name: str, kind: type[Choice]) -> Choice | None:
    said = given.get(name, "").strip()
    if not said:
        return None
    try:
        return kind(said)
    except ValueError:
        raise BadParameter(name=name, choices=", ".join(kind), given=said) from None


def _yes_or_no(said: str) -> bool:
    if said not in YES_NO:
        raise BadParameter(name="captioned", choices="yes, no", given=said)
    return YES_NO[said]


def _side(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < len("100000")):
        raise BadParameter(name="min_side", choices="pixels", given=said)
    return int(said)


def _share(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        raise NotAShare(given=said) from None


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise NotADay(given=said) from None
