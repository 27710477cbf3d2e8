"""Small data sets on disk, written in any dialect."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.encoder_stand_in import COLOURS
from tests.factories import plain

Rows = list[list[str]]
TRAIN = tuple(f"{colour}.png" for colour in list(COLOURS)[:5])
TEST = tuple(f"{colour}.png" for colour in list(COLOURS)[5:7])

HEADERS = {
    "train_dataset": ["image", "query_id", "query_text"],
    "captions": ["image", "query_id", "query_text"],
    "test_queries": ["query_id", "query_text", "image"],
    "ExpertAnnotations": ["image", "query_id", "expert_1", "expert_2", "expert_3"],
    "CrowdAnnotations": ["image", "query_id", "share_yes", "yes_count", "no_count"],
}


def small_rows() -> dict[str, Rows]:
    """Five pictures for training and two for testing, each judged against every third caption."""
    captions = [[name, f"{name}#{n}", f'A "{name}", number {n}; seen | twice']
                for name in TRAIN for n in range(2)]  # fmt: skip
    pairs = [(image, query, text) for at, image in enumerate(TRAIN)
             for (_, query, text) in captions[at % 3 :: 3]]  # fmt: skip
    return {
        "captions": captions,
        "train_dataset": [list(pair) for pair in pairs],
        "ExpertAnnotations": [
            [image, query, *sorted(str(1 + (at * 7 + n) % 4) for n in range(3))]
            for at, (image, query, _) in enumerate(pairs)
        ],
        "CrowdAnnotations": [
            [image, query, f"{(at % 4) / 3:.15g}", str(at % 4), str(3 - at % 4)]
            for at, (image, query, _) in enumerate(pairs)
        ],
        "test_queries": [
            [f"{name}#{n}", f"Where is {name}, take {n}?", name] for name in TEST for n in range(2)
        ],
    }


@dataclass(frozen=True)
class Style:
    """How a file is written."""

    delimiter: str = ","
    header: bool = True
    bom: bool = False
    newline: str = "\n"
    quote_all: bool = False
    index: bool = False
    ends: bool = True


@dataclass
class DatasetFolder:
    """A data set to be written to disk; its rows may be changed first."""

    path: Path
    rows: dict[str, Rows] = field(default_factory=small_rows)
    styles: dict[str, Style] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def write(self, *, pictures: bool = True) -> Path:
        """Write everything; answers the folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        for stem, rows in self.rows.items():
            (self.path / self.file(stem)).write_bytes(
                written(HEADERS[stem], rows, self.styles.get(stem, Style()))
            )
        if pictures:
            write_pictures(self.path)
        return self.path

    def file(self, stem: str) -> str:
        """The name of a file."""
        return self.names.get(stem, f"{stem}.csv")


def write_pictures(path: Path) -> None:
    """The pictures of the small data set."""
    for folder, names in (("train_images", TRAIN), ("test_images", TEST)):
        (path / folder).mkdir(exist_ok=True)
        for name in names:
            (path / folder / name).write_bytes(plain(name.removesuffix(".png"))[1].read())


def written(header: Sequence[str], rows: Rows, style: Style) -> bytes:
    """Rows as a file of that style has them."""
    to = io.StringIO()
    writer = csv.writer(
        to,
        delimiter=style.delimiter,
        lineterminator=style.newline,
        quoting=csv.QUOTE_ALL if style.quote_all else csv.QUOTE_MINIMAL,
    )
    if style.header:
        writer.writerow(["", *header] if style.index else header)
    for number, row in enumerate(rows):
        writer.writerow([str(number), *row] if style.index else row)
    text = to.getvalue()
    content = (text if style.ends else text.removesuffix(style.newline)).encode()
    return b"\xef\xbb\xbf" + content if style.bom else content
