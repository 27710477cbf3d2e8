"""The first entry of a backup: which Glimpse made it, and what must be in it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from service.db.contents import Counter, Shape
from service.errors import Conflict, Invalid

PRODUCT = "glimpse"
FORMAT = 1
HASH = 64


class NotABackup(Invalid):
    """{file} is not a backup of Glimpse ({reason}). Nothing was changed."""


class BackupNewer(Conflict):
    """{file} was made by a newer Glimpse ({program}): it has {what}, unknown here.

    Install that version and restore it there. Nothing was changed.
    """


@dataclass(frozen=True, slots=True)
class Table:
    """What a table's entry holds."""

    name: str
    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str

    @property
    def shape(self) -> Shape:
        """The table that it fills."""
        return Shape(self.name, self.columns)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is told of a backup before its contents."""

    program: str
    made_at: str
    migration: str
    pictures: int
    tables: tuple[Table, ...]
    counters: tuple[Counter, ...]

    def as_bytes(self) -> bytes:
        """The manifest as it is written."""
        document = {"product": PRODUCT, "format": FORMAT, **asdict(self)}
        return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()

    def table(self, name: str) -> Table:
        """What is told of one table."""
        return next(one for one in self.tables if one.name == name)


def read(data: bytes, *, file: object) -> Manifest:
    """The manifest of a file; anything else than one that this version writes is refused."""
    document = _document(data, file)
    if document.get("product") != PRODUCT:
        raise NotABackup(file=file, reason="its manifest names another product")
    try:
        if int(document["format"]) > FORMAT:
            what = f"format {int(document['format'])}"
            raise BackupNewer(file=file, program=_text(document["program"]), what=what)
        return Manifest(
            program=_text(document["program"]),
            made_at=_text(document["made_at"]),
            migration=_text(document["migration"]),
            pictures=_count(document["pictures"]),
            tables=tuple(map(_table, _list(document["tables"]))),
            counters=tuple(map(_counter, _list(document["counters"]))),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise NotABackup(file=file, reason="its manifest is damaged") from error


def _document(data: bytes, file: object) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotABackup(file=file, reason="its manifest cannot be read") from error
    if not isinstance(found, dict):
        raise NotABackup(file=file, reason="its manifest cannot be read")
    return found


def _table(found: Mapping[str, Any]) -> Table:
    sha256 = _text(found["sha256"])
    if len(sha256) != HASH:
        raise ValueError(sha256)
    return Table(
        name=_text(found["name"]),
        columns=tuple(map(_text, _list(found["columns"]))),
        rows=_count(found["rows"]),
        size=_count(found["size"]),
        sha256=sha256,
    )


def _counter(found: Mapping[str, Any]) -> Counter:
    return Counter(_text(found["table"]), _text(found["column"]), _count(found["last"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(value)
    return value
