"""Reads a backup through and through before anything is written from it."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service.keeping import manifest
from service.keeping.manifest import Manifest, NotABackup, Table
from service.keeping.packing import (
    ENCODERS,
    FAULTS,
    MANIFEST,
    STORE,
    SUM,
    SUMS,
    TABLES,
    BackupDamaged,
    Entry,
    reading,
)
from service.keeping.watch import Watch
from service.store import KINDS, ORIGINAL
from service.store.keys import is_key, sha_of

# What is read into memory at once; a million pictures make sums of some 400 MB.
MOST_MANIFEST, MOST_SUMS = 64 * 2**20, 2**30
LEARNT = re.compile(r"[^/\0.][^/\0]*/[^/\0.][^/\0]*")


@dataclass(frozen=True, slots=True)
class Faults:
    """What was amiss already when the backup was made: files lost, files with other content."""

    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def as_bytes(self) -> bytes:
        """As it is written."""
        document = {"missing": list(self.missing), "damaged": list(self.damaged)}
        return (json.dumps(document, indent=1) + "\n").encode()


@dataclass(slots=True)
class Examined:
    """A backup of which every byte was read and is the one that was written."""

    file: Path
    manifest: Manifest
    faults: Faults = field(default_factory=Faults)
    sums: dict[str, str] = field(default_factory=dict)
    originals: int = 0
    stored: int = 0
    total: int = 0
    digest: str = ""


def examine(file: Path, watch: Watch) -> Examined:
    """Check everything, or say what is wrong; writes nothing."""
    with reading(file) as entries:
        first = next(entries, None)
        if first is None or first.name != MANIFEST:
            raise NotABackup(file=file, reason="it does not begin with a manifest")
        data = first.read(MOST_MANIFEST)
        found = Examined(file, manifest.read(data, file=file))
        found.sums[MANIFEST] = hashlib.sha256(data).hexdigest()
        with watch.steps("Checking the backup", found.manifest.pictures) as step:
            last = take_all(found, entries, step)
    if last is None:
        raise BackupDamaged(file=file, reason="its end is missing")
    found.digest = hashlib.sha256(last).hexdigest()
    check_sums(found, last)
    check_complete(found)
    return found


def take_all(
    found: Examined, entries: Iterator[Entry], step: Callable[[int], None]
) -> bytes | None:
    """Read every entry; answers the closing sums, or None where there are none."""
    for entry in entries:
        if entry.name in found.sums:
            raise BackupDamaged(file=found.file, reason=f"{entry.name} is there twice")
        if entry.name == SUMS:
            last = entry.read(MOST_SUMS)
            if next(entries, None) is not None:
                raise BackupDamaged(file=found.file, reason="something follows its end")
            return last
        if entry.name == FAULTS:
            data = entry.read(MOST_MANIFEST)
            found.sums[FAULTS] = hashlib.sha256(data).hexdigest()
            found.faults = faults_of(data, found.file)
        else:
            before = found.originals
            take(found, entry)
            step(found.originals - before)
    return None


def take(found: Examined, entry: Entry) -> None:
    """One entry: known by its name, and its content hashed."""
    digest = hashlib.sha256()
    for piece in entry.pieces():
        digest.update(piece)
    sha256 = found.sums[entry.name] = digest.hexdigest()
    found.total += entry.size
    if entry.name.startswith(TABLES):
        table = table_of(found, entry.name)
        if (entry.size, sha256) != (table.size, table.sha256):
            raise BackupDamaged(file=found.file, reason=f"{entry.name} is not as its manifest says")
    elif entry.name.startswith(STORE):
        key = key_of(found, entry.name)
        found.stored += 1
        if key.startswith(f"{ORIGINAL}/"):
            found.originals += 1
    elif not LEARNT.fullmatch(entry.name.removeprefix(ENCODERS)):
        raise NotABackup(file=found.file, reason=f"it holds {entry.name!r}")


def table_of(found: Examined, name: str) -> Table:
    """The table whose entry has this name."""
    for table in found.manifest.tables:
        if name == entry_of(table.name):
            return table
    raise NotABackup(file=found.file, reason=f"it holds {name!r}")


def entry_of(table: str) -> str:
    """The name of a table's entry."""
    return f"{TABLES}{table}.copy"


def key_of(found: Examined, name: str) -> str:
    """The key of a stored file; nothing may lead out of the store."""
    key = name.removeprefix(STORE)
    if not is_key(key) or key.partition("/")[0] not in KINDS:
        raise NotABackup(file=found.file, reason=f"it holds {name!r}")
    return key


def faults_of(data: bytes, file: Path) -> Faults:
    """What was amiss, read back."""
    try:
        document = json.loads(data)
        return Faults(
            tuple(map(_text, document["missing"])), tuple(map(_text, document["damaged"]))
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BackupDamaged(file=file, reason=f"{FAULTS} cannot be read") from error


def check_sums(found: Examined, last: bytes) -> None:
    """Everything is there, and nothing else, with the content that was written."""
    written: dict[str, str] = {}
    for line in last.decode("utf-8", "replace").splitlines():
        if (match := SUM.fullmatch(line)) is None:
            raise BackupDamaged(file=found.file, reason=f"{SUMS} cannot be read")
        written[match[2]] = match[1]
    for name in [*written, *found.sums]:
        if found.sums.get(name) != written.get(name):
            lost = name not in found.sums
            reason = f"{name} is missing" if lost else f"{name} has other content"
            raise BackupDamaged(file=found.file, reason=reason)


def check_complete(found: Examined) -> None:
    """Every table and every picture of the manifest is there; originals are what they are named."""
    damaged = set(found.faults.damaged)
    for table in found.manifest.tables:
        if entry_of(table.name) not in found.sums:
            reason = f"{entry_of(table.name)} is missing"
            raise BackupDamaged(file=found.file, reason=reason)
    for name, sha256 in found.sums.items():
        key = name.removeprefix(STORE)
        is_original = key != name and key.startswith(f"{ORIGINAL}/")
        if is_original and sha_of(key) != sha256 and key not in damaged:
            raise BackupDamaged(file=found.file, reason=f"{name} has other content")
    lost = sum(key.startswith(f"{ORIGINAL}/") for key in found.faults.missing)
    if found.originals + lost != found.manifest.pictures:
        reason = f"it has {found.originals} of {found.manifest.pictures} pictures"
        raise BackupDamaged(file=found.file, reason=reason)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
