"""Pictures in an object store, reached through whatever fsspec knows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO

import fsspec  # type: ignore[import-untyped]  # it brings no types
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from service.store.failures import UnknownStore, shown

# Left alone, the S3 driver asks five times, for ten seconds, before it says that nobody answers.
_OPTIONS = {
    "s3": {"config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 3}}},
}


class Bucket:
    """The objects under one URL; each is written and read by one request, as pictures are small."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        protocol, separator, _ = url.partition("://")
        self._options = _OPTIONS.get(protocol, {})
        try:
            fsspec.get_filesystem_class(protocol if separator else "no protocol")
        except ImportError as error:
            mend = "pip install 'glimpse[s3]'" if protocol == "s3" else str(error)
            raise UnknownStore(url=shown(url), mend=mend) from error
        except ValueError as error:
            mend = "give GLIMPSE_STORE_URL a URL such as file:///folder or s3://bucket/prefix"
            raise UnknownStore(url=shown(url), mend=mend) from error

    def put(self, key: str, source: BinaryIO) -> None:
        """Write an object; object stores show it when it is whole."""
        system, path = self._at(key)
        system.pipe_file(path, source.read())

    def open(self, key: str) -> BinaryIO:
        """The object's bytes, fetched: so no later read can fail."""
        system, path = self._at(key)
        return BytesIO(system.cat_file(path))

    def size(self, key: str) -> int:
        """The object's length."""
        system, path = self._at(key)
        return int(system.info(path)["size"])

    def changed_at(self, key: str) -> datetime:
        """When the object was written; drivers that do not know are believed to say long ago."""
        system, path = self._at(key)
        try:
            return datetime.fromisoformat(str(system.modified(path))).astimezone(UTC)
        except (NotImplementedError, ValueError):
            return datetime.fromtimestamp(0, UTC)

    def leftovers(self) -> Iterator[tuple[str, datetime]]:
        """Objects are there when they are whole."""
        yield from ()

    def keep_leftover(self, name: str, key: str) -> None:
        """There never is one."""

    def free(self) -> None:
        """Object stores do not say."""

    def delete(self, key: str) -> None:
        """Remove the object, if it is there."""
        system, path = self._at(key)
        try:
            system.rm_file(path)
        except FileNotFoundError:  # some stores mind, S3 does not
            return

    def folders(self, place: str) -> list[str]:
        """The folders right under a place."""
        system, path = self._at(place)
        try:
            found = system.ls(path, detail=False)
        except FileNotFoundError:
            return []
        return sorted(f"{place}/{name.rstrip('/').rpartition('/')[2]}" for name in found)

    def keys(self, folder: str) -> list[str]:
        """The keys under a folder, in order."""
        system, path = self._at(folder)
        root = path.removesuffix(folder)
        return sorted(found.removeprefix(root) for found in system.find(path))

    def _at(self, key: str) -> tuple[AbstractFileSystem, str]:
        """The file system and the key's path in it.

        fsspec keeps one instance a process, and one made before a fork fails
        after it; so it is asked anew each time. Listings must not be kept:
        other processes write too.
        """
        system, path = url_to_fs(f"{self._url}/{key}", use_listings_cache=False, **self._options)
        return system, path
