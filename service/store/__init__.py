"""Picture bytes by content hash, in a folder or in any object store that fsspec knows."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from service.store.bucket import Bucket
from service.store.failures import (
    MissingFile,
    NotAKey,
    StoreFull,
    StoreUnavailable,
    UnknownStore,
    shown,
    translated,
)
from service.store.folder import Folder
from service.store.keys import (
    KINDS,
    ORIGINAL,
    SERVED,
    THUMBNAIL,
    folder,
    is_key,
    original_key,
    served_key,
    thumbnail_key,
)

__all__ = [
    "KINDS",
    "ORIGINAL",
    "SERVED",
    "THUMBNAIL",
    "MissingFile",
    "NotAKey",
    "Store",
    "StoreFull",
    "StoreUnavailable",
    "UnknownStore",
    "original_key",
    "served_key",
    "thumbnail_key",
]

_FILE = "file://"


class Store:
    """The stored files; safe to share between threads, and to keep across a fork."""

    def __init__(self, url: str) -> None:
        self._shown = shown(url)
        is_folder = url.startswith(_FILE)
        self._files = Folder(Path(url.removeprefix(_FILE))) if is_folder else Bucket(url)

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Store a file, whole or not at all; storing it again changes nothing."""
        source = BytesIO(content) if isinstance(content, bytes) else content
        with translated(self._shown):
            self._files.put(_checked(key), source)

    def open(self, key: str) -> BinaryIO:
        """A stored file, to be closed by whoever asked for it."""
        with translated(self._shown, reading=key):
            return self._files.open(_checked(key))

    def read(self, key: str) -> bytes:
        """All bytes of a stored file."""
        with translated(self._shown, reading=key), closing(self.open(key)) as file:
            return file.read()

    def size(self, key: str) -> int:
        """How many bytes a stored file has."""
        with translated(self._shown, reading=key):
            return self._files.size(_checked(key))

    def exists(self, key: str) -> bool:
        """Whether the file is there; raises when nobody can say."""
        try:
            self.size(key)
        except MissingFile:
            return False
        return True

    def changed_at(self, key: str) -> datetime:
        """When a stored file was written."""
        with translated(self._shown, reading=key):
            return self._files.changed_at(_checked(key))

    def leftovers(self) -> Iterator[tuple[str, datetime]]:
        """Names of files whose writing was cut off, or is under way, with when they were begun."""
        with translated(self._shown):
            yield from self._files.leftovers()

    def keep_leftover(self, name: str, key: str) -> None:
        """Put what was left of a cut-off write where it can be looked at, under this key."""
        with translated(self._shown):
            self._files.keep_leftover(name, _checked(key))

    def move(self, key: str, to: str) -> None:
        """Give a file another key; cut off on the way it is there under both."""
        with closing(self.open(key)) as file:
            self.put(to, file)
        self.delete(key)

    def free(self) -> int | None:
        """How many bytes more fit in; None where nobody can say."""
        return self._files.free()

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is as good as removed."""
        with translated(self._shown):
            self._files.delete(_checked(key))

    def delete_picture(self, sha256: str) -> None:
        """Remove everything that is stored of a picture."""
        for kind in KINDS:
            for key in self._listed(folder(kind, sha256)):
                if key.rpartition("/")[2].startswith(sha256):
                    self.delete(key)

    def keys(self, kind: str) -> Iterator[str]:
        """The keys of all files of one kind, in order, never all of them in memory."""
        with translated(self._shown):
            places = self._files.folders(kind)
        for place in places:
            yield from self._listed(place)

    def _listed(self, place: str) -> list[str]:
        with translated(self._shown):
            return [key for key in self._files.keys(place) if is_key(key)]


def _checked(key: str) -> str:
    if not is_key(key):
        raise NotAKey(key=key)
    return key
