"""Filters as conditions on a picture's row `i`, the same for neighbours and for captions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, text

from service.db.captions import says, says_every_word
from service.db.images import STORED_STATE
from service.domain import Filters, Orientation

# Nearly as wide as high counts as square.
SQUARE = 0.05
SHAPES = {
    Orientation.LANDSCAPE: f"i.width > i.height * {1 + SQUARE}",
    Orientation.PORTRAIT: f"i.height > i.width * {1 + SQUARE}",
    Orientation.SQUARE: f"abs(i.width - i.height) <= {SQUARE} * least(i.width, i.height)",
}
CAPTIONED = "EXISTS (SELECT FROM captions t WHERE t.image_id = i.id)"
IN_STATE = """coalesce((SELECT e.state FROM encodings e JOIN encoders n ON n.id = e.encoder_id
                         WHERE e.image_id = i.id AND n.state = 'serving'), 'pending') = :state"""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Conditions that pictures have to meet, with the values in them."""

    conditions: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """What to add to a WHERE that knows the picture as `i`."""
        return "".join(f" AND {condition}" for condition in self.conditions)


EVERYTHING = Narrowing()


def narrowing(
    filters: Filters, *, phrases: Sequence[str] = (), unwanted: Sequence[str] = ()
) -> Narrowing:
    """The filters, captions that say every phrase, and none that names what is unwanted."""
    values: dict[str, object] = {}
    found = [*from_filters(filters, values)]
    for number, phrase in enumerate(phrases):
        values[f"phrase_{number}"] = phrase
        found.append(says(f"phrase_{number}"))
    for number, term in enumerate(unwanted):
        values[f"unwanted_{number}"] = term
        found.append(f"NOT {says(f'unwanted_{number}')}")
    return Narrowing(tuple(found), values)


def describing(narrowed: Narrowing, words: str) -> Narrowing:
    """The same conditions, and a caption that says every one of the words."""
    values = {**narrowed.values, "words": words}
    return Narrowing((*narrowed.conditions, says_every_word("words")), values)


def from_filters(filters: Filters, values: dict[str, object]) -> Iterator[str]:
    """A condition for each filter that is set; its value goes into values."""
    if filters.orientation:
        yield SHAPES[filters.orientation]
    if filters.min_side:
        values["min_side"] = filters.min_side
        yield "least(i.width, i.height) >= :min_side"
    if filters.added_from:
        values["added_from"] = filters.added_from
        yield "i.created_at >= CAST(:added_from AS date)"
    if filters.added_to:
        values["added_before"] = filters.added_to + timedelta(days=1)
        yield "i.created_at < CAST(:added_before AS date)"
    if filters.source:
        values["source"] = filters.source.value
        yield "i.source = :source"
    if filters.captioned is not None:
        yield CAPTIONED if filters.captioned else f"NOT {CAPTIONED}"
    if filters.state:
        values["state"] = STORED_STATE[filters.state]
        yield IN_STATE


def leaves_few(conn: Connection, narrowed: Narrowing, *, few: int) -> bool:
    """Whether at most so many pictures meet the conditions; counts no further."""
    counted = conn.scalar(
        text(
            f"""
            SELECT count(*) FROM (
                SELECT FROM images i WHERE i.deleted_at IS NULL {narrowed.sql} LIMIT :most) found
            """
        ),
        {**narrowed.values, "most": few + 1},
    )
    return int(counted or 0) <= few
