"""Fields of a row become what is staged of it, or a reason why it is refused."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from service.ingest.dataset import values
from service.ingest.dataset.layout import RATED, TOKENS, Kind
from service.ingest.dataset.shape import Shape
from service.ingest.dataset.values import BadValue, image_name, query_id

T = TypeVar("T")
Staged = tuple[object, ...]
Read = Callable[[Sequence[str]], Staged]

TEXTS = ("image", "query_id", "text")
GRADES = ("image", "query_id", "grades")
VOTES = ("image", "query_id", "yes", "no")
ALL = ("image", "query_id", "text", "grades", "share")
# So many different endings of rows are remembered; real files have some dozens.
MOST_REMEMBERED = 10_000


class RowRefused(BadValue):
    """{reason}"""


def staged_columns(shape: Shape) -> tuple[str, ...]:
    """The columns that a file's rows fill in the staging table."""
    if shape.layout == RATED:
        return ALL
    return {Kind.EXPERTS: GRADES, Kind.CROWD: VOTES}.get(shape.layout.kind, TEXTS)


def row_reader(shape: Shape) -> Read:
    """What reads the rows of a file of this shape."""
    if shape.layout == RATED:
        return rated_reader(shape)
    if shape.layout == TOKENS:
        return token_reader(shape)
    if shape.layout.kind == Kind.EXPERTS:
        return judgement_reader(shape, grades_of)
    if shape.layout.kind == Kind.CROWD:
        return judgement_reader(shape, votes_of)
    return text_reader(shape)


def value(shape: Shape, row: Sequence[str], column: int, convert: Callable[[str], T]) -> T:
    """One column's value, or a refusal that names the column."""
    written = row[shape.places[column]]
    try:
        return convert(written)
    except BadValue as error:
        raise RowRefused(reason=error.message, column=shape.names[column], value=written) from error


def judgement_reader(shape: Shape, judged: Callable[[Shape, Sequence[str]], Staged]) -> Read:
    """Image, query id and what was judged; equal endings of rows are looked at once."""
    image_at, query_at, *ending = shape.places
    first, second, third = ending
    remembered: dict[tuple[str, str, str], Staged] = {}

    def read(row: Sequence[str]) -> Staged:
        end = row[first], row[second], row[third]
        known = remembered.get(end)
        if known is None:
            known = judged(shape, row)
            if len(remembered) < MOST_REMEMBERED:
                remembered[end] = known
        try:
            return (image_name(row[image_at]), query_id(row[query_at]), *known)
        except BadValue:
            # Once more, slowly, to learn which column it was.
            return (value(shape, row, 0, image_name), value(shape, row, 1, query_id), *known)

    return read


def grades_of(shape: Shape, row: Sequence[str]) -> Staged:
    """The grades of a panel, sorted: their places say nothing about persons."""
    return (as_array(value(shape, row, column, values.grade) for column in (2, 3, 4)),)


def as_array(grades: Iterable[int]) -> str:
    """Grades as PostgreSQL writes an array."""
    return "{" + ",".join(map(str, sorted(grades))) + "}"


def votes_of(shape: Shape, row: Sequence[str]) -> Staged:
    """Yes and no, which must agree with the share beside them."""
    value(shape, row, 2, values.share)
    yes, no = value(shape, row, 3, values.count), value(shape, row, 4, values.count)
    return value(shape, row, 2, lambda written: values.votes(written, yes, no))


def text_reader(shape: Shape) -> Read:
    """Image, query id and text; a pair for training may come without its text."""
    columns = {name: at for at, name in enumerate(shape.layout.columns)}
    image, name, text = (columns[column] for column in ("image", "query_id", "query_text"))
    is_pair = shape.layout.kind == Kind.TRAINING
    convert: Callable[[str], str | None] = values.query_text if is_pair else values.required_text

    def read(row: Sequence[str]) -> Staged:
        return (
            value(shape, row, image, image_name),
            value(shape, row, name, query_id),
            value(shape, row, text, convert),
        )

    return read


def token_reader(shape: Shape) -> Read:
    """<image file>#<number> and text."""

    def read(row: Sequence[str]) -> Staged:
        name = value(shape, row, 0, query_id)
        return name.rpartition("#")[0], name, value(shape, row, 1, values.required_text)

    return read


def rated_reader(shape: Shape) -> Read:
    """Image, text, up to three grades and the crowd's share; a text makes its own query id."""

    def read(row: Sequence[str]) -> Staged:
        image = value(shape, row, 0, image_name)
        text = value(shape, row, 1, values.required_text)
        grades = [
            value(shape, row, column, values.grade)
            for column in (2, 3, 4)
            if row[shape.places[column]].strip()
        ]
        share = value(shape, row, 5, values.share) if row[shape.places[5]].strip() else None
        return image, values.query_id_of(text), text, as_array(grades) if grades else None, share

    return read
