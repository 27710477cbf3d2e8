"""Which column of a file is where, found from its header or from the order agreed on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import Invalid
from service.ingest.dataset.layout import ALIASES, Kind, Layout, layouts_of

PICTURE_NAME = re.compile(r"[^#]+\.(jpe?g|jpe|jfif|png|webp|gif|avif|bmp|tiff?)", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?[0-9.,]+(e[-+]?[0-9]+)?", re.IGNORECASE)
QUERY_ID = re.compile(r".+#\d{1,4}")
_WORD_BREAKS = re.compile(r"[^a-z0-9]+")


class MissingColumns(Invalid):
    """{file} lacks the column {columns}; its header has {header}. Nothing was imported."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the layout's columns are, in a file whose rows have so many fields."""

    layout: Layout
    places: tuple[int, ...]
    width: int
    # What the columns are called in reports: as in the file's header, else as in the layout.
    names: tuple[str, ...]
    has_header: bool


def shape_of(file: str, kind: Kind, rows: Sequence[Sequence[str]]) -> Shape | None:
    """The shape of a file by its first rows, None where they fit no layout of this kind."""
    if not rows:
        return None
    if is_header(rows, kind):
        return shape_by_header(file, kind, rows[0])
    return shape_by_order(kind, rows)


def is_header(rows: Sequence[Sequence[str]], kind: Kind) -> bool:
    """Whether the first row names columns rather than being a row, perhaps a damaged one."""
    first = rows[0]
    if any(looks_like_data(field) for field in first):
        return False
    known = {name for layout in layouts_of(kind) for column in layout.columns
             for name in ALIASES[column]}  # fmt: skip
    if any(plain(field) in known for field in first):
        return True
    widths = [len(row) for row in rows]
    words = all(field.strip() and not is_number(field) for field in first)
    return words and len(first) == max(set(widths), key=widths.count)


def is_number(field: str) -> bool:
    """Whether a field holds a number."""
    return bool(NUMBER.fullmatch(field.strip()))


def looks_like_data(field: str) -> bool:
    """Whether a field is a picture's name or a query id."""
    return bool(PICTURE_NAME.fullmatch(field.strip()) or QUERY_ID.fullmatch(field.strip()))


def plain(name: str) -> str:
    """A column's name without case and punctuation."""
    return _WORD_BREAKS.sub("_", name.lower()).strip("_")


def shape_by_header(file: str, kind: Kind, header: Sequence[str]) -> Shape | None:
    """Columns by their names, in any order, among others."""
    if len(header) == 1:
        return None
    found = [by_names(layout, header) for layout in layouts_of(kind)]
    best = max(found, key=lambda shape: (-len(missing(shape)), len(shape.places)))
    if not missing(best):
        return best
    for layout in layouts_of(kind):
        if not layout.named and len(header) == len(layout.columns):
            return Shape(
                layout, tuple(range(len(header))), len(header), tuple(header), has_header=True
            )
    if len(missing(best)) == len(best.layout.columns):
        return None
    columns = " and ".join(missing(best))
    raise MissingColumns(file=file, columns=columns, header=", ".join(header))


def by_names(layout: Layout, header: Sequence[str]) -> Shape:
    """The layout with each column where the header names it, or at -1."""
    names = [plain(name) for name in header]
    places = []
    for column in layout.columns:
        hits = [at for at, name in enumerate(names) if name in ALIASES[column]]
        places.append(next((at for at in hits if at not in places), -1))
    shown = tuple(header[at] if at >= 0 else column
                  for at, column in zip(places, layout.columns, strict=True))  # fmt: skip
    return Shape(layout, tuple(places), len(header), shown, has_header=True)


def missing(shape: Shape) -> list[str]:
    """The layout's columns that the header does not name."""
    return [column for at, column in zip(shape.places, shape.layout.columns, strict=True)
            if at < 0]  # fmt: skip


def shape_by_order(kind: Kind, rows: Sequence[Sequence[str]]) -> Shape | None:
    """Columns in the agreed order, perhaps behind an index column."""
    widths = [len(row) for row in rows]
    width = max(set(widths), key=widths.count)
    typical = [row for row in rows if len(row) == width]
    for layout in layouts_of(kind):
        first = 1 if width == len(layout.columns) + 1 and is_index(typical) else 0
        if width == len(layout.columns) + first:
            places = tuple(range(first, width))
            return Shape(layout, places, width, layout.columns, has_header=False)
    return None


def is_index(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first column only counts the rows."""
    return all(row[0].strip().isdigit() for row in rows)
