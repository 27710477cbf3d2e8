"""How a file is written: found from its beginning, before anything of it is believed."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.errors import Invalid
from service.ingest.dataset.layout import Kind
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
    """{file} is no text in UTF-8 ({reason}). Save it as CSV in UTF-8. Nothing was imported."""


class NotWhatItSays(Invalid):
    """{file} does not hold {kind}: {reason}. Nothing was imported."""


SHOULD_HOLD = {
    Kind.QUESTIONS: "evaluation questions (query_id, query_text, image)",
    Kind.CAPTIONS: "captions (image, query_id, query_text)",
    Kind.TRAINING: "pairs for training (image, query_id, query_text)",
    Kind.EXPERTS: "experts' judgements (image, query id, three grades from 1 to 4)",
    Kind.CROWD: "the crowd's judgements (image, query id, share of yes, yes count, no count)",
}
# The first bytes of files that are often saved under a wrong name.
SIGNATURES = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a ZIP archive or a spreadsheet",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x89PNG": "a PNG picture",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
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
    if not found:
        reason = "no separator (tab, | ; or ,) gives its rows the right number of columns"
        raise NotWhatItSays(file=path.name, kind=SHOULD_HOLD[kind], reason=reason)
    (_, read, seen), dialect = max(found, key=lambda one: one[0])
    rows = lines[dialect.shape.has_header :]
    if seen >= TELLING_ROWS and all(UNDECODABLE in line for line in rows):
        raise NotText(file=path.name, reason=f"none of its first {seen} rows is")
    if seen >= TELLING_ROWS and read == 0:
        reason = f"not one of its first {seen} rows can be read as such"
        raise NotWhatItSays(file=path.name, kind=SHOULD_HOLD[kind], reason=reason)
    return dialect


def head_lines(name: str, head: bytes) -> list[str]:
    """The first lines that hold something; a cut last one is left out."""
    for signature, meaning in SIGNATURES.items():
        if head.startswith(signature):
            raise NotText(file=name, reason=f"it looks like {meaning}")
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
