"""The way back: a backup that was examined through and through becomes a Glimpse again.

Rows come in one transaction, after which nothing but migrations is left to do; stored files lie by
their content, so that writing them again changes nothing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from sqlalchemy import Connection, Engine

from service.db import contents, encoders, migrate
from service.db.engine import connection, make_engine
from service.errors import Conflict, Unavailable
from service.ingest.index import build_index_if_wanted
from service.jobs import NoNudger
from service.keeping.examine import Examined, key_of, table_of
from service.keeping.manifest import BackupNewer
from service.keeping.packing import (
    ENCODERS,
    STORE,
    TABLES,
    BackupDamaged,
    Entry,
    reading,
)
from service.keeping.watch import Watch
from service.store import KINDS, Store
from service.transaction import Transactions

VECTORS_TABLE = "image_vectors"


class DatabaseNotEmpty(Conflict):
    """The database holds {held} already; a restore never mixes two.

    Name an empty database in GLIMPSE_DATABASE_URL, or move what is there out of the way. If a
    restore of this backup was cut off at its very end, glimpse db upgrade finishes it.
    """


class StoreNotEmpty(Conflict):
    """The store holds files that are not in the backup, such as {key}.

    Name an empty place in GLIMPSE_STORE_URL, or move what is there out of the way.
    """


class NoRoomToRestore(Unavailable):
    """The restored pictures and rows need {needed} MB and {free} MB are free; make room first."""


class EncoderNotWritten(Unavailable):
    """The encoder {name} could not be written to {folder}: {reason}."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    pictures: int
    rows: int
    migration: str


@dataclass(frozen=True, slots=True)
class Restore:
    """A backup on its way into an empty database and store; encoders are the home's folder."""

    found: Examined
    database_url: str
    store: Store
    encoders: Path
    watch: Watch

    def check(self) -> None:
        """Refuse a backup that is too new, and places that are not empty; writes nothing."""
        check_known(self.found)
        engine = make_engine(self.database_url)
        try:
            with connection(engine) as conn:
                check_empty(conn)
        finally:
            engine.dispose()
        self.check_store()

    def check_store(self) -> None:
        """The store holds nothing but what a cut-off restore of this backup left."""
        for kind in KINDS:
            for key in self.store.keys(kind):
                if f"{STORE}{key}" not in self.found.sums:
                    raise StoreNotEmpty(key=key)
        free = self.store.free()
        if free is not None and free < self.found.total:
            needed = self.found.total // 2**20 + 1
            raise NoRoomToRestore(needed=needed, free=free // 2**20)

    def run(self) -> Restored:
        """Bring everything back, and the schema to this version."""
        migrate.rebuild(self.database_url, self.found.manifest.migration)
        engine = make_engine(self.database_url)
        try:
            rows = self._fill(engine)
            head = migrate.upgrade(self.database_url)
            self._index(engine)
        finally:
            engine.dispose()
        return Restored(self.found.manifest.pictures, rows, head)

    def _fill(self, engine: Engine) -> int:
        manifest = self.found.manifest
        transactions = Transactions(engine, NoNudger())
        with reading(self.found.file) as entries, transactions() as transaction:
            conn = transaction.conn
            check_empty(conn)
            contents.check_shapes(conn, [table.shape for table in manifest.tables])
            contents.empty(conn)
            contents.without_triggers(conn, enabled=False)
            rows = self._take(conn, entries)
            contents.set_counters(conn, manifest.counters)
            contents.without_triggers(conn, enabled=True)
        return rows

    def _take(self, conn: Connection, entries: Iterator[Entry]) -> int:
        rows = 0
        with self.watch.steps("Restoring", self.found.stored) as step:
            for entry in entries:
                if entry.name.startswith(TABLES):
                    rows += self._table(conn, entry)
                elif entry.name.startswith(STORE):
                    content = self._content(entry)
                    self.store.put(key_of(self.found, entry.name), BytesIO(content))
                    step(1)
                elif entry.name.startswith(ENCODERS):
                    self._learnt(entry)
        return rows

    def _table(self, conn: Connection, entry: Entry) -> int:
        table = table_of(self.found, entry.name)
        if table.name == VECTORS_TABLE:
            for one in encoders.all_keys(conn):
                encoders.make_partition(conn, one)
        rows = contents.copy_in(conn, table.shape, Checked(self.found, entry))
        if rows != table.rows:
            reason = f"{entry.name} has {rows} rows and not {table.rows}"
            raise BackupDamaged(file=self.found.file, reason=reason)
        return rows

    def _content(self, entry: Entry) -> bytes:
        return b"".join(Checked(self.found, entry))

    def _learnt(self, entry: Entry) -> None:
        path = self.encoders / entry.name.removeprefix(ENCODERS)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(self._content(entry))
        except OSError as error:
            reason = error.strerror or str(error)
            raise EncoderNotWritten(
                name=path.parent.name, folder=self.encoders, reason=reason
            ) from error

    def _index(self, engine: Engine) -> None:
        contents.refresh_statistics(engine)
        with connection(engine) as conn:
            active = [one for one in encoders.all_of_them(conn) if one.state != "retired"]
        for stored in active:
            build_index_if_wanted(engine, stored)


class Checked:
    """An entry's content, held once more against the sum that the examination took."""

    def __init__(self, found: Examined, entry: Entry) -> None:
        self.found, self.entry = found, entry

    def __iter__(self) -> Iterator[bytes]:
        """The pieces; the last one is followed by an error where the file changed meanwhile."""
        digest = hashlib.sha256()
        for piece in self.entry.pieces():
            digest.update(piece)
            yield piece
        if digest.hexdigest() != self.found.sums.get(self.entry.name):
            raise BackupDamaged(file=self.found.file, reason="it was changed while it was read")


def check_known(found: Examined) -> None:
    """Refuse a schema that this version does not know."""
    manifest = found.manifest
    if not migrate.known(manifest.migration):
        what = f"revision {manifest.migration}"
        raise BackupNewer(file=found.file, program=manifest.program, what=what)


def check_empty(conn: Connection) -> None:
    """Refuse a database that holds anything that people gave."""
    if held := contents.held(conn):
        told = ", ".join(f"{count} {name}" for name, count in held.items())
        raise DatabaseNotEmpty(held=told)
