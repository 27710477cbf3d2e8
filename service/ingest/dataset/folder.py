"""What a folder holds of a data set: files by what they tell, pictures by their split."""

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.errors import Invalid, NotFound
from service.ingest.dataset.layout import KINDS, SUFFIXES, Kind

SPLITS = {"train": "train_images", "test": "test_images"}


class NoFolder(NotFound):
    """There is no folder {folder} here. Name one that this machine can read."""


class NoDataset(Invalid):
    """The folder {folder} holds nothing of a data set.

    It needs one of train_dataset.csv, ExpertAnnotations.tsv, CrowdAnnotations.tsv, captions.csv,
    test_queries.csv, train_images/ and test_images/: see docs/datasets.md.
    """


class SameKindTwice(Invalid):
    """{first} and {second} tell the same. Keep one of them in the folder."""


class NotAFile(Invalid):
    """{path} should be a file and is none. Take it away or rename it. Nothing was imported."""


class NotAFolder(Invalid):
    """{path} should be a folder and is none. Take it away or rename it. Nothing was imported."""


class UnreadableFolder(Invalid):
    """{path} cannot be read ({reason}). Give this account the right to read it."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture's file, under the name by which the data set knows it."""

    name: str
    split: str
    path: Path


@dataclass(frozen=True, slots=True)
class Folder:
    """A data set on disk."""

    path: Path
    files: dict[Kind, Path]
    pictures: Sequence[PictureFile]
    has_pictures: bool


def read_folder(path: Path) -> Folder:
    """Look at what is there; nothing is opened yet."""
    if not path.is_dir():
        raise NoFolder(folder=path)
    try:
        files = files_of(path)
        pictures = [found for split in SPLITS for found in pictures_of(path, split)]
    except OSError as error:
        raise UnreadableFolder(path=path, reason=error.strerror) from error
    has_pictures = any((path / name).is_dir() for name in SPLITS.values())
    if not files and not has_pictures:
        raise NoDataset(folder=path)
    return Folder(path, files, pictures, has_pictures)


def files_of(path: Path) -> dict[Kind, Path]:
    """The files by kind, in the order of loading."""
    found: dict[Kind, Path] = {}
    for file in sorted(path.iterdir()):
        kind = KINDS.get(file.stem.lower()) if file.suffix.lower() in SUFFIXES else None
        if kind is None:
            continue
        if not file.is_file():
            raise NotAFile(path=file)
        if kind in found:
            raise SameKindTwice(first=found[kind].name, second=file.name)
        found[kind] = file
    return {kind: found[kind] for kind in Kind if kind in found}


def pictures_of(path: Path, split: str) -> list[PictureFile]:
    """Everything in a split but hidden files: what is no picture is refused by name, later."""
    folder = path / SPLITS[split]
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise NotAFolder(path=folder)
    return [
        PictureFile(unicodedata.normalize("NFC", readable(file.name)), split, file)
        for file in sorted(folder.iterdir())
        if not file.name.startswith(".")
    ]


def readable(name: str) -> str:
    """A file's name; bytes that are no UTF-8 are written out, for no text may hold them."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
