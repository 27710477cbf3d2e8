"""Pictures in a folder of this machine: each file whole or not there, and only its owner's."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj, disk_usage
from typing import BinaryIO

_OWNER_ONLY = 0o700
# Files on their way in; in the store's own folder, since renaming needs the same disk.
_INCOMING = ".incoming"


class Folder:
    """The files under one folder, which is made when the first of them comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, source: BinaryIO) -> None:
        """Write a file so that a reader, or a crash, meets all of it or nothing."""
        incoming = self._root / _INCOMING
        _make(incoming)
        descriptor, name = tempfile.mkstemp(dir=incoming)  # readable for its owner only
        try:
            with os.fdopen(descriptor, "wb") as file:
                copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())
            self._move(Path(name), self._root / key)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise

    def open(self, key: str) -> BinaryIO:
        """The file itself."""
        return (self._root / key).open("rb")

    def size(self, key: str) -> int:
        """The file's length."""
        return (self._root / key).stat().st_size

    def changed_at(self, key: str) -> datetime:
        """When the file was written."""
        return datetime.fromtimestamp((self._root / key).stat().st_mtime, UTC)

    def leftovers(self) -> Iterator[tuple[str, datetime]]:
        """What is on its way in, or was when its process died."""
        incoming = self._root / _INCOMING
        for path in sorted(incoming.iterdir()) if incoming.is_dir() else []:
            with suppress(FileNotFoundError):  # it came in, or was given up, meanwhile
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def keep_leftover(self, name: str, key: str) -> None:
        """Out of the way, with everything that was written of it."""
        self._move(self._root / _INCOMING / name, self._root / key)

    def free(self) -> int:
        """How much room the disk has."""
        place = next(place for place in (self._root, *self._root.parents) if place.exists())
        return disk_usage(place).free

    def delete(self, key: str) -> None:
        """Remove the file, if it is there."""
        (self._root / key).unlink(missing_ok=True)

    def folders(self, place: str) -> list[str]:
        """The folders right under a place."""
        try:
            names = sorted(path.name for path in (self._root / place).iterdir())
        except FileNotFoundError:
            return []
        return [f"{place}/{name}" for name in names]

    def keys(self, folder: str) -> list[str]:
        """The keys under a folder, in order."""
        walk = os.walk(self._root / folder, onerror=_raise_unless_missing)
        paths = (Path(parent, name) for parent, _, names in walk for name in names)
        return sorted(path.relative_to(self._root).as_posix() for path in paths)

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        try:
            source.rename(target)
        except FileNotFoundError:
            _make(target.parent)
            source.rename(target)
        # The new name itself must outlive a power cut.
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _make(folder: Path) -> None:
    """Make a folder and those above it, all for their owner only."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)


def _raise_unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
