"""Whether the stored files and the rows go together, both walked in the order of the hashes."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from sqlalchemy import Engine

from service.db import consistency
from service.db.consistency import PictureFiles
from service.db.engine import connection
from service.keeping.findings import Finding, Problem
from service.keeping.repairs import QUARANTINE, LostPicture, Repairs, why_cut_off
from service.picture import THUMBNAIL_WIDTHS
from service.store import (
    KINDS,
    MissingFile,
    Store,
    original_key,
    served_key,
    thumbnail_key,
)
from service.store.keys import sha_of

AT_ONCE = 1_000
PIECE = 1 << 20
# An upload writes its files before its row; so long nobody takes them for orphans.
UPLOADS_END_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Files:
    """The checks of the store; with quick nothing is read, only listed."""

    engine: Engine
    store: Store
    repairs: Repairs
    quick: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def findings(self, step: Callable[[int], None]) -> Iterator[Finding]:
        """Everything that is amiss; steps tell of each picture."""
        for _sha256, group in groupby(self._merged(), key=itemgetter(0)):
            rows: list[PictureFiles] = []
            keys: list[str] = []
            for _, _, thing in group:
                if isinstance(thing, PictureFiles):
                    rows.append(thing)
                else:
                    keys.append(thing)
            if rows:
                yield from self.picture(rows[0], set(keys))
                step(1)
            else:
                yield from self.orphans(keys)
        yield from self.leftovers()

    def _merged(self) -> Iterator[tuple[str, int, PictureFiles | str]]:
        streams: list[Iterator[tuple[str, int, PictureFiles | str]]] = [self._rows()]
        streams += [self._keys(number, kind) for number, kind in enumerate(KINDS, start=1)]
        return heapq.merge(*streams, key=itemgetter(0))

    def _rows(self) -> Iterator[tuple[str, int, PictureFiles | str]]:
        after, lost = "", LostPicture().message
        while True:
            with connection(self.engine) as conn:
                found = consistency.pictures_after(conn, after, most=AT_ONCE, lost=lost)
            for row in found:
                yield row.sha256, 0, row
            if len(found) < AT_ONCE:
                return
            after = found[-1].sha256

    def _keys(self, number: int, kind: str) -> Iterator[tuple[str, int, PictureFiles | str]]:
        for key in self.store.keys(kind):
            yield sha_of(key), number, key

    def picture(self, row: PictureFiles, keys: set[str]) -> Iterator[Finding]:
        """One picture's files."""
        original = original_key(row.sha256, row.suffix)
        why = self.why_bad_original(row, original, known=original in keys)
        if why and not self._is_known(row.sha256):
            return  # deleted for good since its row was read
        if why:
            kind = "original lost" if why == "is missing" else "original damaged"
            yield self._about(row, kind, original, why, self.repairs.mend_original)
        elif row.lost:
            what = "its file is back, and it is still set aside"
            problem = Problem(
                "set aside", f"picture {row.public_id}", what, "--mend embeds it again"
            )
            yield Finding(problem, lambda: self.repairs.embed_again(row))
        made = [served_key(row.sha256, row.served_suffix)]
        made += [thumbnail_key(row.sha256, width) for width in THUMBNAIL_WIDTHS]
        for key in made:
            if wrong := self.why_bad(key, known=key in keys):
                yield self._about(row, "version lost", key, wrong, self.repairs.make_again)

    def why_bad_original(self, row: PictureFiles, key: str, *, known: bool) -> str | None:
        """What is wrong with an original; None where it is what it is named for."""
        try:
            if not known or self.quick:
                size = self.store.size(key)
                return None if size == row.size_bytes else f"has {size} bytes, not {row.size_bytes}"
            with closing(self.store.open(key)) as file:
                same = digest_of(file) == row.sha256
        except MissingFile:
            return "is missing"
        return None if same else "has other content than its SHA-256 says"

    def why_bad(self, key: str, *, known: bool) -> str | None:
        """What is wrong with a file that is made of the original."""
        try:
            if self.quick or not known:
                return None if self.store.size(key) else "is empty"
            with closing(self.store.open(key)) as file:
                return why_cut_off(file.read())
        except MissingFile:
            return "is missing"

    def orphans(self, keys: list[str]) -> Iterator[Finding]:
        """Files of a picture that no row knows, once no upload can be writing it any more."""
        for key in keys:
            try:
                is_old = self.now() - self.store.changed_at(key) > UPLOADS_END_WITHIN
            except MissingFile:
                continue
            if is_old and not self._is_known(sha_of(key)):
                problem = Problem(
                    "file without picture",
                    key,
                    "no picture in the database belongs to it",
                    f"--mend moves it to {QUARANTINE}/; glimpse import images takes originals in",
                )
                yield Finding(problem, partial(self.repairs.set_aside, key))

    def leftovers(self) -> Iterator[Finding]:
        """Writes that were cut off long ago."""
        for name, begun in self.store.leftovers():
            if self.now() - begun > UPLOADS_END_WITHIN:
                problem = Problem(
                    "cut-off write",
                    f".incoming/{name}",
                    f"its upload ended without it, begun {begun:%Y-%m-%d %H:%M}",
                    f"--mend moves it to {QUARANTINE}/",
                )
                yield Finding(problem, partial(self.repairs.keep_leftover, name))

    def _is_known(self, sha256: str) -> bool:
        with connection(self.engine) as conn:
            return consistency.has_row(conn, sha256)

    def _about(
        self,
        row: PictureFiles,
        kind: str,
        key: str,
        what: str,
        repair: Callable[[PictureFiles], bool],
    ) -> Finding:
        where = f"picture {row.public_id} ({row.name}): {key}"
        if repair == self.repairs.mend_original:
            mend = (
                "--mend takes it from the version that is shown where that is the same file, and "
                "marks the picture as lost where nothing is left to show; upload it again, restore "
                "a backup, or delete the picture"
            )
        else:
            mend = "--mend makes it again of the original"
        return Finding(Problem(kind, where, f"the file {what}", mend), lambda: repair(row))


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of what is left of a file, read piece by piece."""
    digest = sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
