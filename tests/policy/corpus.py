"""Reads the corpus: queries with the verdict each deserves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SLICES = ("worked", "generated", "independent", "second")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One query; hard marks what two people might judge differently."""

    query: str
    is_blocked: bool
    language: str
    kind: str
    is_hard: bool


def read(path: Path) -> Iterator[Labelled]:
    """The queries of one file; a line ends at LF and nothing is stripped from a query."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    for line in lines[1:]:
        if line:
            query, label, language, kind, note = line.split("\t")
            yield Labelled(query, label == "block", language, kind, "hard" in note)


def slice_of(name: str) -> list[Labelled]:
    """One slice of the corpus in tests/policy."""
    return list(read(FOLDER / f"{name}.tsv"))


def share_right(rows: Iterable[Labelled], wrong: set[str]) -> float:
    """Which part of the rows is judged as labelled."""
    listed = list(rows)
    return 1 - sum(row.query in wrong for row in listed) / len(listed) if listed else 1.0
