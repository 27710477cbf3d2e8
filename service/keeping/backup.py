"""A copy of everything in one file, as it stood at one moment, while the service goes on."""

import glob
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, Engine

from service.db import contents, locks, migrate
from service.db.contents import Shape
from service.encoder.pair.folder import CARD
from service.errors import Conflict, Unavailable
from service.keeping.examine import Faults, entry_of
from service.keeping.manifest import Manifest, Table
from service.keeping.packing import ENCODERS, FAULTS, MANIFEST, STORE, Writer, kind_of, writing
from service.keeping.watch import Watch
from service.stack.lock import Lock
from service.store import (
    ORIGINAL,
    MissingFile,
    Store,
    original_key,
    served_key,
    thumbnail_key,
)
from service.store.keys import sha_of

WIDTHS = (320, 640)
# What is made of a picture takes about as much room as the picture.
SHARE_OF_MADE = 1.3
# The tables as text, which may be longer than they are on the disk, before they are packed.
SHARE_OF_TEXT = 2
IMAGES = "images"
WHOLE, LOCK = ".whole", ".lock"


class BackupExists(Conflict):
    """{file} is there already. Choose another name, or let --force replace it."""


class NoPlaceForBackup(Unavailable):
    """{file} cannot be written: {reason}."""


class NoRoomForBackup(Unavailable):
    """The backup may need {needed} MB and {free} MB are free in {folder}; name another place."""


class NothingToBackUp(Conflict):
    """There is no Glimpse to back up here yet: the database holds no tables."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup is made of; encoders are the home's folder of those learnt here."""

    engine: Engine
    store: Store
    encoders: Path
    watch: Watch
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def write(self, file: Path, *, force: bool = False) -> "Made":
        """Write the backup; it has its name only when it is whole."""
        kind = kind_of(file)
        check_place(file, force=force)
        try:
            with beside(file) as folder, locks.shared(self.engine, locks.Lock.STORED_FILES):
                with contents.snapshot(self.engine) as conn:
                    spooled = self._spool(conn, file, folder)
                whole, made_at = folder / WHOLE, int(self.now().timestamp())
                with writing(whole, kind=kind, made_at=made_at) as writer:
                    made = self._pack(writer, spooled, file)
                whole.replace(file)
        except OSError as error:
            raise NoPlaceForBackup(file=file, reason=error.strerror or str(error)) from error
        return made

    def _spool(self, conn: Connection, file: Path, folder: Path) -> "Spooled":
        """The tables of one moment, put aside: their hashes stand before them in the file."""
        revision = migrate.current(conn)
        if revision is None:
            raise NothingToBackUp
        check_room(file, int(contents.size(conn) * SHARE_OF_TEXT))
        shapes = contents.shapes(conn)
        tables = []
        with self.watch.steps("Reading the tables", len(shapes)) as step:
            for shape in shapes:
                tables.append(spool(conn, shape, folder))
                step(1)
        return Spooled(folder, revision, tuple(tables), tuple(contents.counters(conn)))

    def _pack(self, writer: Writer, spooled: "Spooled", file: Path) -> "Made":
        pictures = spooled.table(IMAGES).rows
        manifest = Manifest(
            program=version("glimpse"),
            made_at=self.now().isoformat(timespec="seconds"),
            migration=spooled.revision,
            pictures=pictures,
            tables=spooled.tables,
            counters=spooled.counters,
        )
        check_room(file, int(spooled.bytes_of_pictures() * SHARE_OF_MADE) + spooled.size)
        writer.add(MANIFEST, manifest.as_bytes())
        for table in spooled.tables:
            with spooled.open(table.name) as rows:
                writer.add_file(entry_of(table.name), rows, size=table.size, sha256=table.sha256)
        made = Made(file, pictures)
        with self.watch.steps("Copying pictures", pictures) as step:
            for sha256, suffix, served_suffix, _ in spooled.images():
                self._picture(writer, made, sha256, suffix, served_suffix)
                step(1)
        self._learnt(writer)
        faults = Faults(tuple(made.missing), tuple(made.damaged))
        writer.add(FAULTS, faults.as_bytes())
        return made

    def _picture(
        self, writer: Writer, made: "Made", sha256: str, suffix: str, served_suffix: str
    ) -> None:
        """All files of a picture; one that is lost or has other content stops nobody's backup."""
        wanted = [original_key(sha256, suffix), served_key(sha256, served_suffix)]
        wanted += [thumbnail_key(sha256, width) for width in WIDTHS]
        for key in wanted:
            try:
                with closing(self.store.open(key)) as stored:
                    content = stored.read()
            except MissingFile:
                made.missing.append(key)
                continue
            found = writer.add(f"{STORE}{key}", content)
            if key.startswith(f"{ORIGINAL}/") and found != sha_of(key):
                made.damaged.append(key)

    def _learnt(self, writer: Writer) -> None:
        """Encoders that were learnt here; fetched ones can be fetched again."""
        for card in sorted(self.encoders.glob(f"*/{CARD}")):
            for path in sorted(one for one in card.parent.iterdir() if one.is_file()):
                if not path.name.startswith("."):
                    writer.add(f"{ENCODERS}{card.parent.name}/{path.name}", path.read_bytes())


@dataclass(slots=True)
class Made:
    """A backup that was made, and which stored files could not be copied as they should be."""

    file: Path
    pictures: int
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spooled:
    """The tables of one moment, a file each."""

    folder: Path
    revision: str
    tables: tuple[Table, ...]
    counters: tuple[contents.Counter, ...]

    @property
    def size(self) -> int:
        """How much room they take, unpacked."""
        return sum(table.size for table in self.tables)

    def table(self, name: str) -> Table:
        """What is told of one table."""
        return next(table for table in self.tables if table.name == name)

    def open(self, name: str) -> BinaryIO:
        """The rows of one table."""
        return (self.folder / name).open("rb")

    def images(self) -> Iterator[tuple[str, str, str, int]]:
        """Hash, suffix, the served file's suffix and size of each picture."""
        columns = self.table(IMAGES).columns
        places = [columns.index(c) for c in ("sha256", "suffix", "served_suffix", "size_bytes")]
        with self.open(IMAGES) as rows:
            for row in rows:
                fields = row.rstrip(b"\n").decode().split("\t")
                sha256, suffix, served_suffix, size = (fields[place] for place in places)
                yield sha256, suffix, served_suffix, int(size)

    def bytes_of_pictures(self) -> int:
        """How large the originals are together."""
        return 2 * sum(size for *_, size in self.images())


def spool(conn: Connection, shape: Shape, folder: Path) -> Table:
    """Put one table aside, and know its hash."""
    digest, size, rows = hashlib.sha256(), 0, 0
    with (folder / shape.name).open("wb") as file:
        for piece in contents.copy_out(conn, shape):
            digest.update(piece)
            size += len(piece)
            # A line break inside a value is written as two other characters.
            rows += piece.count(b"\n")
            file.write(piece)
    return Table(shape.name, shape.columns, rows, size, digest.hexdigest())


def check_place(file: Path, *, force: bool) -> None:
    """Refuse what could not be written in the end, before the work begins."""
    if file.is_dir():
        raise NoPlaceForBackup(file=file, reason="it is a folder; name a file in it")
    if file.exists() and not force:
        raise BackupExists(file=file)
    if not file.parent.is_dir():
        raise NoPlaceForBackup(file=file, reason=f"there is no folder {file.parent}")
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError as error:
        raise NoPlaceForBackup(file=file, reason=error.strerror or str(error)) from error


def check_room(file: Path, needed: int) -> None:
    """Refuse to fill a disk."""
    free = shutil.disk_usage(file.parent).free
    if free < needed:
        raise NoRoomForBackup(needed=needed // 2**20 + 1, free=free // 2**20, folder=file.parent)


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A folder for what is written before the backup is whole; those of the killed go."""
    start = f".{file.name}-"
    for left in file.parent.glob(f"{glob.escape(start)}*/{LOCK}"):
        with Lock(left) as lock:
            if lock.own():
                shutil.rmtree(left.parent, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=start, dir=file.parent) as name:
        folder = Path(name)
        with Lock(folder / LOCK) as lock:
            lock.own()
            yield folder
