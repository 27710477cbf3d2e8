"""A backup as one file: a tar, compressed as its name says.

The entries come in one order: the manifest, the tables, the stored files, the encoders learnt here,
what was amiss when it was made, and last the SHA-256 of everything before.
"""

import gzip
import hashlib
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard

from service.errors import Invalid
from service.keeping.manifest import NotABackup

MANIFEST, FAULTS, SUMS = "manifest.json", "faults.json", "SHA256SUMS"
TABLES, STORE, ENCODERS = "tables/", "store/", "encoders/"
ENTRY = re.compile(r"(manifest\.json|faults\.json|SHA256SUMS|(tables|store|encoders)/[^\0\n\\]+)")
SUM = re.compile(r"([0-9a-f]{64})  ([^\0\n\\]+)")
PIECE = 2**20
# Pictures are compressed already; what is gained comes from the tables.
ZSTD_LEVEL, GZIP_LEVEL = 3, 1
ZSTD_MAGIC, GZIP_MAGIC = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"
SUFFIXES = {
    ".tar": "plain",
    ".tar.gz": "gzip",
    ".tgz": "gzip",
    ".tar.zst": "zstd",
    ".tzst": "zstd",
}
UNREADABLE = (tarfile.TarError, EOFError, OSError, zlib.error, zstandard.ZstdError, ValueError)


class UnknownSuffix(Invalid):
    """{file} tells by its name no kind of archive; end it with .tar, .tar.gz or .tar.zst."""


class BackupDamaged(Invalid):
    """The backup {file} is damaged: {reason}. Nothing was changed; use another copy."""


def kind_of(file: Path) -> str:
    """How a file of this name is compressed."""
    for suffix, kind in SUFFIXES.items():
        if file.name.endswith(suffix) and file.name != suffix:
            return kind
    raise UnknownSuffix(file=file)


@dataclass(slots=True)
class Writer:
    """Takes the entries one by one; the sums are known at the end."""

    tar: tarfile.TarFile
    made_at: int
    sums: list[str] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> str:
        """One entry from memory; answers its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._add(name, BytesIO(content), len(content), sha256)
        return sha256

    def add_file(self, name: str, file: BinaryIO, *, size: int, sha256: str) -> None:
        """One entry from an open file whose hash is known."""
        self._add(name, file, size, sha256)

    def close(self) -> None:
        """The last entry, without which a backup was cut off."""
        self.add(SUMS, "".join(f"{line}\n" for line in self.sums).encode())

    def _add(self, name: str, file: BinaryIO, size: int, sha256: str) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, self.made_at, 0o600
        self.tar.addfile(entry, file)
        self.sums.append(f"{sha256}  {name}")


@contextmanager
def writing(file: Path, *, kind: str, made_at: int) -> Iterator[Writer]:
    """A new archive, readable for its owner only, all of it on the disk in the end."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with (
            _compressing(raw, kind) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            writer = Writer(tar, made_at)
            yield writer
            writer.close()
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def _compressing(raw: BinaryIO, kind: str) -> Iterator[IO[bytes]]:
    if kind == "plain":
        yield raw
    elif kind == "gzip":
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=GZIP_LEVEL) as out:
            yield cast("IO[bytes]", out)
    else:
        compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True)
        with compressor.stream_writer(raw, closefd=False) as out:
            yield out


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry while it is read."""

    name: str
    size: int
    stream: IO[bytes]
    file: Path

    def pieces(self) -> Iterator[bytes]:
        """The content, never all of it in memory."""
        with _told(self.file):
            while piece := self.stream.read(PIECE):
                yield piece

    def read(self, most: int) -> bytes:
        """The content of an entry that must not be larger than that."""
        if self.size > most:
            raise BackupDamaged(file=self.file, reason=f"{self.name} is too large")
        return b"".join(self.pieces())


@contextmanager
def reading(file: Path) -> Iterator[Iterator[Entry]]:
    """The entries of a backup in order; whatever cannot be read is told in our words."""
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(file.open("rb"))
            stream = stack.enter_context(_decompressing(raw))
            tar = stack.enter_context(tarfile.open(fileobj=stream, mode="r|"))
        except FileNotFoundError as error:
            raise NotABackup(file=file, reason="there is no such file") from error
        except UNREADABLE as error:
            reason = "it is no archive, or its beginning is lost"
            raise NotABackup(file=file, reason=reason) from error
        yield _entries(tar, file)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise BackupDamaged(file=file, reason=words) from error


@contextmanager
def _decompressing(raw: BinaryIO) -> Iterator[IO[bytes]]:
    magic = raw.read(4)
    raw.seek(0)
    if magic == ZSTD_MAGIC:
        with zstandard.ZstdDecompressor().stream_reader(raw, closefd=False) as stream:
            yield stream
    elif magic[:2] == GZIP_MAGIC:
        with gzip.GzipFile(fileobj=raw, mode="rb") as stream:
            yield cast("IO[bytes]", stream)
    else:
        yield raw


def _entries(tar: tarfile.TarFile, file: Path) -> Iterator[Entry]:
    while True:
        with _told(file):
            found = tar.next()
        if found is None:
            return
        stream = tar.extractfile(found) if found.isreg() else None
        if stream is None or not ENTRY.fullmatch(found.name):
            raise NotABackup(file=file, reason=f"it holds {found.name!r}")
        yield Entry(found.name, found.size, stream, file)
        # tarfile keeps every entry for a way back that a stream has not.
        tar.members.clear()  # type: ignore[attr-defined]
