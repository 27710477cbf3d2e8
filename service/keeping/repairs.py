"""The mending of stored files: made again, brought back, moved aside; nothing is deleted."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from io import BytesIO

import structlog

from service.db import consistency, encodings
from service.db.consistency import PictureFiles
from service.errors import Conflict, GlimpseError
from service.jobs import Job
from service.picture import Derivatives, prepare
from service.store import ORIGINAL, MissingFile, Store, original_key, served_key, thumbnail_key
from service.transaction import Transactions

log = structlog.get_logger()

QUARANTINE = "quarantine"
RIFF = struct.Struct("<4sI4s")


class LostPicture(Conflict):
    """The picture's original file is lost. Upload it again, restore a backup, or delete it."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What can be done about a file; limits are those of an upload."""

    transactions: Transactions
    store: Store
    limits: tuple[int, int]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def mend_original(self, row: PictureFiles) -> bool:
        """Bring the original back from its served twin; with nothing left to show, mark it lost."""
        original = original_key(row.sha256, row.suffix)
        if self.store.exists(original):
            self.set_aside(original)
        served = self._served(row)
        if served is not None and is_content(served, row.sha256):
            self.store.put(original, served)
            return self.embed_again(row)
        if served is None:
            with self.transactions() as transaction:
                error = LostPicture().message
                consistency.mark_lost(transaction.conn, row.image_key, error=error)
        return False

    def make_again(self, row: PictureFiles) -> bool:
        """Make the served version and the thumbnails of the original, or of what is served."""
        made = self._made(row, original_key(row.sha256, row.suffix))
        if made is not None and made.served_suffix == row.served_suffix:
            self.store.put(served_key(row.sha256, row.served_suffix), made.served)
        else:
            made = self._made(row, served_key(row.sha256, row.served_suffix))
        if made is None:
            return False
        for width, thumbnail in made.thumbnails.items():
            self.store.put(thumbnail_key(row.sha256, width), thumbnail)
        return self.store.exists(served_key(row.sha256, row.served_suffix))

    def _made(self, row: PictureFiles, key: str) -> Derivatives | None:
        most, pixels = self.limits
        try:
            data = self.store.read(key)
            if key.startswith(f"{ORIGINAL}/") and not is_content(data, row.sha256):
                return None
            # It came in once: a limit that is lower by now does not count.
            most = max(most, len(data))
            return prepare(BytesIO(data), max_bytes=most, max_pixels=pixels).derivatives
        except MissingFile:
            return None
        except GlimpseError as error:
            log.warning("not made again", key=key, reason=error.message)
            return None

    def embed_again(self, row: PictureFiles) -> bool:
        """Take the picture out of quarantine."""
        with self.transactions() as transaction:
            if encodings.retry(transaction.conn, image_key=row.image_key):
                transaction.nudge(Job.EMBED)
        return True

    def set_aside(self, key: str) -> bool:
        """Out of the way, and kept."""
        self.store.move(key, f"{QUARANTINE}/{self.now():%Y%m%d}/{key}")
        return True

    def keep_leftover(self, name: str) -> bool:
        """What was written before an upload was cut off, out of the way and kept."""
        safe = "".join(letter for letter in name.lower() if letter.isalnum() and letter.isascii())
        self.store.keep_leftover(name, f"{QUARANTINE}/{self.now():%Y%m%d}/incoming/{safe or '0'}")
        return True

    def _served(self, row: PictureFiles) -> bytes | None:
        try:
            served = self.store.read(served_key(row.sha256, row.served_suffix))
        except MissingFile:
            return None
        return served if why_cut_off(served) is None else None


def is_content(data: bytes, sha256: str) -> bool:
    """Whether these are the bytes with that hash."""
    return file_digest(BytesIO(data), "sha256").hexdigest() == sha256


def why_cut_off(data: bytes) -> str | None:
    """Why bytes of a made version cannot be whole: empty, or a WebP shorter than it says."""
    if not data:
        return "is empty"
    if data[:4] == b"RIFF":
        if len(data) < RIFF.size:
            return "is cut off"
        _, size, _ = RIFF.unpack_from(data)
        if size + 8 > len(data):
            return "is cut off"
    return None
