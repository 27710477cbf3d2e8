"""How a file is written: found from its beginning, before anything of it is believed."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.errors import Invalid
from service.ingest.dataset.layout import Kind, layouts_of
from service.ingest.dataset.rows import row_reader
from service.ingest.dataset.shape import MissingColumns, Shape, shape_of
from service.ingest.dataset.values import BadValue

BOM = b"\xef\xbb\xbf"
# What stands for bytes that are no UTF-8 once they were decoded all the same.
UNDECODABLE = "\ufffd"
DELIMITERS = "\t|;,"
HEAD_BYTES = 1 << 17
HEAD_ROWS = 200
# So many first rows of which not one can be read are no accident.
TELLING_ROWS = 5


class EmptyFile(Invalid):
    """{file} is empty. Put the whole file there, or take it away. Nothing was imported."""


class NotText(Invalid):
    """{file} is no text in UTF-8: none of its first {rows} rows is.

    Save it as CSV in UTF-8. Nothing was imported.
    """


class LooksLike(NotText):
    """{file} is no text in UTF-8: it looks like {kind}.

    Save it as CSV in UTF-8. Nothing was imported.
    """


class NotWhatItSays(Invalid):
    """{file} is not what its name says: not one of its first {rows} rows holds {columns}.

    Look at what is in it. Nothing was imported.
    """


class NoSeparatorFits(NotWhatItSays):
    """{file} is not what its name says: it should have the columns {columns}.

    No separator (tab, | ; or ,) gives its rows that many. Nothing was imported.
    """


# The first bytes of files that are often saved under a wrong name.
SIGNATURES = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "ZIP, XLSX",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"%PDF": "PDF",
    b"\x1f\x8b": "GZIP",
    b"PAR1": "Parquet",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file's rows are parted, and what its columns are."""

    delimiter: str
    shape: Shape


def sniff(path: Path, kind: Kind) -> Dialect:
    """The dialect of a file; raises where it cannot be what its name says."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    lines = head_lines(path.name, head)
    found = [(fit(dialect, lines), dialect) for dialect in candidates(path.name, kind, lines)]
    columns = ", ".join(layouts_of(kind)[0].columns)
    if not found:
        raise NoSeparatorFits(file=path.name, columns=columns)
    (_, read, seen), dialect = max(found, key=lambda one: one[0])
    rows = lines[dialect.shape.has_header :]
    if seen >= TELLING_ROWS and all(UNDECODABLE in line for line in rows):
        raise NotText(file=path.name, rows=seen)
    if seen >= TELLING_ROWS and read == 0:
        raise NotWhatItSays(file=path.name, rows=seen, columns=columns)
    return dialect


def head_lines(name: str, head: bytes) -> list[str]:
    """The first lines that hold something; a cut last one is left out."""
    for signature, meaning in SIGNATURES.items():
        if head.startswith(signature):
            raise LooksLike(file=name, kind=meaning)
    if not head.removeprefix(BOM).strip():
        raise EmptyFile(file=name)
    whole = head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1] or head
    text = whole.removeprefix(BOM).decode("utf-8", "replace")
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return [line for line in lines if line.strip()][:HEAD_ROWS]


def candidates(name: str, kind: Kind, lines: Sequence[str]) -> list[Dialect]:
    """What the file could be; a header that lacks a column tells only if nothing else fits."""
    found, lacking = [], None
    for delimiter in DELIMITERS:
        try:
            shape = shape_of(name, kind, [fields(line, delimiter) for line in lines])
        except MissingColumns as error:
            lacking = lacking or error
            continue
        if shape is not None:
            found.append(Dialect(delimiter, shape))
    if not found and lacking is not None:
        raise lacking
    return found


def fields(line: str, delimiter: str) -> list[str]:
    """The fields of one line, as far as one line tells."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def fit(dialect: Dialect, lines: Sequence[str]) -> tuple[int, int, int]:
    """How many rows have the right width, how many of them can be read, and how many there are."""
    rows = [fields(line, dialect.delimiter) for line in lines[dialect.shape.has_header :]]
    wide = [row for row in rows if len(row) == dialect.shape.width]
    read = row_reader(dialect.shape)
    good = 0
    for row in wide:
        try:
            read(row)
        except BadValue:
            continue
        good += 1
    return len(wide), good, len(rows)
