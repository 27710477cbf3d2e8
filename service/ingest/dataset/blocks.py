"""Files of judgements in blocks: every distinct value is looked at once, rows become numbers.

Such files are long and say little: some thousand names, some thousand query ids, a few dozen ways
to judge. A block is parsed by Arrow, its distinct values get codes, and what Arrow refuses or a
value spoils is read row by row (lines.py), so that both ways tell the same.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from service.ingest.dataset.dialect import BOM, Dialect
from service.ingest.dataset.lines import Fault, read_or_fault, read_rows
from service.ingest.dataset.rows import Staged, row_reader
from service.ingest.dataset.shape import Shape
from service.ingest.dataset.values import BadValue, image_name, query_id

# Or Ctrl-C would come as an error of its own; Python's comes when a block has been read.
pa.enable_signal_handlers(enable=False)

BLOCK_BYTES = 1 << 22
# So many values are remembered; beyond it all are forgotten, and may get further codes.
MOST_REMEMBERED = 200_000
PARTED = "\x1f"
SPOILT = -1
T = TypeVar("T")
Lines = NDArray[np.int64]
Codes = NDArray[np.int32]
Faults = list[tuple[int, Fault]]
BLANK_LINES = (b"\n\n", b"\n\r\n")


@dataclass(slots=True)
class Coder(Generic[T]):
    """Gives numbers to values as they are met, and keeps those that nobody has been told of."""

    convert: Callable[[str], T]
    known: dict[object, int] = field(default_factory=dict)
    fresh: list[tuple[int, T]] = field(default_factory=list)
    codes: int = 0
    most: int = MOST_REMEMBERED

    def of_written(self, written: str) -> int:
        """The code of a value as a file writes it, SPOILT where it cannot be used."""
        found = self.known.get(written)
        if found is not None:
            return found
        try:
            value = self.convert(written)
        except BadValue:
            return SPOILT
        return self.add(written, value)

    def of_value(self, value: T) -> int:
        """The code of a value that was read already."""
        found = self.known.get(value)
        return self.add(value, value) if found is None else found

    def add(self, name: object, value: T) -> int:
        """A new code."""
        if len(self.known) >= self.most:
            self.known.clear()
        code = self.known[name] = self.codes
        self.codes += 1
        self.fresh.append((code, value))
        return code

    def of_column(self, column: pa.ChunkedArray) -> Codes:
        """The codes of a whole column."""
        coded = column.combine_chunks().dictionary_encode()
        codes = [self.of_written(written) for written in coded.dictionary.to_pylist()]
        found: Codes = np.array(codes, np.int32)[coded.indices.to_numpy()]
        return found

    def take_fresh(self) -> list[tuple[int, T]]:
        """What is new since this was asked last."""
        fresh, self.fresh = self.fresh, []
        return fresh


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file as numbers, the values that are new in it, and its faults."""

    lines: Lines
    # Of the picture, of the query, and of what is said.
    codes: list[Codes]
    new_images: list[tuple[int, str]]
    new_queries: list[tuple[int, str]]
    new_said: list[tuple[int, Staged]]
    faults: Faults
    bytes: int


class BlockReader:
    """Reads one file of judgements."""

    def __init__(self, dialect: Dialect, *, block_bytes: int = BLOCK_BYTES) -> None:
        self.dialect = dialect
        self.block_bytes = block_bytes
        self.read = row_reader(dialect.shape)
        self.images, self.queries = Coder(image_name), Coder(query_id)
        self.said = Coder(lambda written: judged(self.read, dialect.shape, written))

    def blocks(self, file: BinaryIO) -> Iterator[Block]:
        """All of it, in blocks of whole lines."""
        before = start = 0
        while data := whole_lines_of(file, self.block_bytes):
            if b'"' in data or not data.endswith(b"\n"):
                # A quoted text may go on in the next block, and a line may have no end at all.
                file.seek(start)
                yield from self.by_rows(file, before)
                return
            table = None if is_odd(data) else self.parsed(data, first=before == 0)
            if table is None:
                yield from self.by_rows(io.BytesIO(data), before)
            else:
                yield self.coded(table, before + self.begins_with_header(before), len(data))
            before += data.count(b"\n")
            start = file.tell()

    def begins_with_header(self, before: int) -> bool:
        """Whether the block after so many lines does."""
        return before == 0 and self.dialect.shape.has_header

    def parsed(self, data: bytes, *, first: bool) -> pa.Table | None:
        """The block's fields as they are written, None where it is not as regular as that."""
        data = data.removeprefix(BOM) if first else data
        if first and self.dialect.shape.has_header:
            data = data[data.index(b"\n") + 1 :]
        if not data or data.startswith((BOM, b"\n", b"\r\n")):
            return None
        names = [str(place) for place in range(self.dialect.shape.width)]
        try:
            return csv.read_csv(
                pa.BufferReader(data),
                read_options=csv.ReadOptions(
                    use_threads=False, block_size=len(data) + 1, column_names=names
                ),
                parse_options=csv.ParseOptions(
                    delimiter=self.dialect.delimiter, quote_char=False, double_quote=False
                ),
                convert_options=csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            return None

    def coded(self, table: pa.Table, before: int, size: int) -> Block:
        """The block as numbers; a row with a value that cannot be used is read once more, alone."""
        image, query, *ending = (table[str(place)] for place in self.dialect.shape.places)
        codes = [
            self.images.of_column(image),
            self.queries.of_column(query),
            self.said.of_column(pc.binary_join_element_wise(*ending, PARTED)),
        ]
        lines = np.arange(before + 1, before + 1 + len(codes[0]), dtype=np.int64)
        good = np.all([one != SPOILT for one in codes], axis=0)
        faults = [
            (int(lines[at]), row)
            for at in np.flatnonzero(~good)
            if isinstance(row := read_or_fault(self.read, fields_of(table, int(at))), Fault)
        ]
        return self.block(lines[good], [one[good] for one in codes], faults, size)

    def by_rows(self, file: BinaryIO, before: int) -> Iterator[Block]:
        """The same row by row, in blocks of as many rows as are told of at once."""
        read = 0

        def tick(more: int) -> None:
            nonlocal read
            read += more

        rows: list[tuple[int, int, int, int]] = []
        faults: Faults = []
        header = self.begins_with_header(before)
        for line, row in read_rows(file, self.dialect, tick=tick, before=before, header=header):
            if isinstance(row, Fault):
                faults.append((line, row))
            else:
                rows.append((line, *self.codes_of(row)))
            if read:
                yield self.of_rows(rows, faults, read)
                rows, faults, read = [], [], 0
        yield self.of_rows(rows, faults, read)

    def codes_of(self, row: Staged) -> tuple[int, int, int]:
        """A row that was read, as numbers."""
        image, query, *said = row
        return (
            self.images.of_value(str(image)),
            self.queries.of_value(str(query)),
            self.said.of_value(tuple(said)),
        )

    def of_rows(self, rows: list[tuple[int, int, int, int]], faults: Faults, size: int) -> Block:
        """Rows that were read one by one, as a block."""
        table = np.array(rows, np.int64).reshape(len(rows), 4)
        codes = [table[:, column].astype(np.int32) for column in (1, 2, 3)]
        return self.block(table[:, 0], codes, faults, size)

    def block(self, lines: Lines, codes: list[Codes], faults: Faults, size: int) -> Block:
        """These rows with everything that is new in them."""
        images, queries = self.images.take_fresh(), self.queries.take_fresh()
        return Block(lines, codes, images, queries, self.said.take_fresh(), faults, size)


def whole_lines_of(file: BinaryIO, size: int) -> bytes:
    """The next block, with its last line whole unless one line fills it all."""
    data = file.read(size)
    cut = data.rfind(b"\n") + 1
    if len(data) < size:
        return data if cut == len(data) else data + b"\n"
    if 0 < cut < len(data):
        file.seek(cut - len(data), io.SEEK_CUR)
        return data[:cut]
    return data


def is_odd(data: bytes) -> bool:
    """Whether Arrow would see other lines in it than we do, or what PostgreSQL cannot keep."""
    return (
        b"\0" in data
        or any(blank in data for blank in BLANK_LINES)
        or data.count(b"\r") != data.count(b"\r\n")
    )


def judged(read: Callable[[list[str]], Staged], shape: Shape, written: str) -> Staged:
    """What the ending of a row says, read as part of a row whose beginning is in order."""
    parts = written.split(PARTED)
    if len(parts) != len(shape.places) - 2:
        raise BadValue
    row = [""] * shape.width
    for place, part in zip(shape.places, ("a.jpg", "a.jpg#0", *parts), strict=True):
        row[place] = part
    _, _, *said = read(row)
    return tuple(said)


def fields_of(table: pa.Table, at: int) -> list[str]:
    """One row as it is written."""
    return [column[at].as_py() for column in table.columns]
