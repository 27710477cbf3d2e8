"""A file row by row, with line numbers, in bounded memory; damaged rows come out as faults."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from service.ingest.dataset.dialect import BOM, Dialect
from service.ingest.dataset.refusals import HoldsNul, NotUtf8, WrongWidth
from service.ingest.dataset.rows import Staged, row_reader, staged_columns
from service.ingest.dataset.values import BadValue

MAX_LINE = 1 << 18
# A quoted text may go over so many lines; a quotation mark that never closes ends here.
MAX_QUOTED_LINES = 20
MAX_SHOWN = 200
TICK_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused; the column where there is one to blame."""

    reason: str
    value: str
    column: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """As it is staged: PostgreSQL keeps no NUL, and nobody reads a value of a megabyte."""
        shown = self.value.replace("\0", "\\x00")[:MAX_SHOWN]
        return {"column": self.column, "value": shown, "reason": self.reason}


Row = tuple[int, Staged | Fault]


def read_rows(
    file: BinaryIO,
    dialect: Dialect,
    *,
    tick: Callable[[int], None] = lambda _: None,
    before: int = 0,
    header: bool | None = None,
) -> Iterator[Row]:
    """Every row with the number of its line; tick hears how many bytes went by.

    A part of a file comes with the number of the lines before it, and whether it has the header.
    """
    read = row_reader(dialect.shape)
    lines = NumberedLines(file, before)
    skip_header = dialect.shape.has_header if header is None else header
    ticked = 0
    for at, fields in enumerate(split_rows(lines, dialect)):
        if skip_header:
            skip_header = False
            continue
        yield lines.first, fields if isinstance(fields, Fault) else read_or_fault(read, fields)
        if at % TICK_ROWS == 0:
            tick(lines.bytes - ticked)
            ticked = lines.bytes
    tick(lines.bytes - ticked)


def read_or_fault(read: Callable[[list[str]], Staged], fields: list[str]) -> Staged | Fault:
    """What is staged of a row, or why it is refused."""
    try:
        return read(fields)
    except BadValue as error:
        column = error.facts.get("column")
        value = str(error.facts.get("value", ""))
        return Fault(error.message, value, None if column is None else str(column))


class NumberedLines:
    """Lines without their ends; knows where it is, and can look ahead."""

    def __init__(self, file: BinaryIO, before: int = 0) -> None:
        self.lines = whole_lines(file)
        self.ahead: list[bytes] = []
        self.first = self.last = before
        self.bytes = 0

    def next(self) -> bytes | None:
        """The next line, or None at the end."""
        raw = self.ahead.pop(0) if self.ahead else next(self.lines, None)
        if raw is None:
            return None
        if self.last == 0:
            raw = raw.removeprefix(BOM)
        self.last += 1
        self.bytes += len(raw)
        self.first = self.last
        return raw.removesuffix(b"\n").removesuffix(b"\r")

    def peek(self, count: int) -> list[bytes]:
        """So many lines ahead, or as many as there are."""
        while len(self.ahead) < count and (raw := next(self.lines, None)) is not None:
            self.ahead.append(raw)
        return self.ahead[:count]

    def take(self, count: int) -> None:
        """Count lines that were looked at as read, as parts of the present row."""
        for raw in self.ahead[:count]:
            self.last += 1
            self.bytes += len(raw)
        del self.ahead[:count]


def whole_lines(file: BinaryIO) -> Iterator[bytes]:
    """Line after line; of one without an end only the beginning, which is refused soon enough."""
    pieces = iter(partial(file.readline, MAX_LINE), b"")
    for piece in pieces:
        yield piece
        rest = piece
        while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
            rest = next(pieces, b"")


def split_rows(lines: NumberedLines, dialect: Dialect) -> Iterator[list[str] | Fault]:
    """The fields of each row; blank lines are no rows."""
    delimiter, width = dialect.delimiter, dialect.shape.width
    while (raw := lines.next()) is not None:
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            yield undecodable(raw, dialect)
            continue
        if not line or (line.isspace() and delimiter not in line):
            continue
        if "\0" in line:
            before = line[: line.index("\0")].count(delimiter)
            yield fault_at(before, line, HoldsNul().message, dialect)
        elif '"' in line:
            yield quoted_fields(lines, line, dialect)
        elif len(fields := line.split(delimiter)) == width:
            yield fields
        else:
            yield wrong_width(line, len(fields), width)


def wrong_width(line: str, found: int, width: int) -> Fault:
    """A row with too many or too few columns."""
    return Fault(WrongWidth(found=found, width=width).message, line)


def undecodable(raw: bytes, dialect: Dialect) -> Fault:
    """A row that is no UTF-8, with the first field that is to blame."""
    line = raw.decode("utf-8", "backslashreplace")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].count(dialect.delimiter.encode())
        return fault_at(before, line, NotUtf8().message, dialect)
    return Fault(NotUtf8().message, line)


def fault_at(place: int, line: str, reason: str, dialect: Dialect) -> Fault:
    """A row whose field at a place is to blame; the whole row where that is no column of it."""
    column = column_at(place, dialect)
    value = line if column is None else line.split(dialect.delimiter)[place]
    return Fault(reason, value, column)


def column_at(place: int, dialect: Dialect) -> str | None:
    """What the column at a place is called."""
    shape = dialect.shape
    return shape.names[shape.places.index(place)] if place in shape.places else None


def quoted_fields(lines: NumberedLines, line: str, dialect: Dialect) -> list[str] | Fault:
    """The fields of a row with quotation marks: as CSV has them, or as mere characters."""
    width = dialect.shape.width
    fields = csv_fields(line, dialect.delimiter)
    if fields is not None and len(fields) == width:
        return fields
    if line.count('"') % 2 and (joined := over_several_lines(lines, line, dialect)):
        return joined
    plain = line.split(dialect.delimiter)
    if len(plain) == width:
        return plain
    return wrong_width(line, len(fields or plain), width)


def csv_fields(text: str, delimiter: str) -> list[str] | None:
    """The fields by the rules of CSV, None where they are broken."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def over_several_lines(lines: NumberedLines, line: str, dialect: Dialect) -> list[str] | None:
    """A row whose quoted text goes on below, unless what follows is rows of its own."""
    text = line
    for count, raw in enumerate(lines.peek(MAX_QUOTED_LINES), start=1):
        try:
            more = raw.rstrip(b"\r\n").decode()
        except UnicodeDecodeError:
            return None
        if more.count(dialect.delimiter) >= dialect.shape.width - 1:
            return None
        text = f"{text}\n{more}"
        if more.count('"') % 2:
            fields = csv_fields_of_lines(text, dialect.delimiter)
            if fields is not None and len(fields) == dialect.shape.width:
                lines.take(count)
                return fields
            return None
    return None


def csv_fields_of_lines(text: str, delimiter: str) -> list[str] | None:
    """As csv_fields, for a row of several lines; None where it is more than one row."""
    try:
        lines = [f"{line}\n" for line in text.split("\n")]
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def to_stage(rows: Iterator[Row], dialect: Dialect, number: int) -> Iterator[tuple[object, ...]]:
    """Rows as the staging table has them: file, line, the layout's columns, and the fault."""
    nothing = (None,) * len(staged_columns(dialect.shape))
    for line, row in rows:
        if isinstance(row, Fault):
            yield (number, line, *nothing, json.dumps(row.as_json()))
        else:
            yield (number, line, *row, None)
