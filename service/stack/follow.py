"""Reads what others append to a log, as it comes."""

from collections.abc import Iterator
from pathlib import Path


class Follower:
    """One log, from its present end on; a trimmed log is read from its beginning."""

    def __init__(self, log: Path) -> None:
        """Start after what is there already."""
        self.log = log
        self.position = self._size()
        self.rest = b""

    def lines(self) -> Iterator[bytes]:
        """The whole lines that have come since the last call."""
        size = self._size()
        if size < self.position:
            self.position, self.rest = 0, b""
        if size == self.position:
            return
        with self.log.open("rb") as file:
            file.seek(self.position)
            fresh = self.rest + file.read(size - self.position)
        self.position = size
        *whole, self.rest = fresh.split(b"\n")
        yield from whole

    def _size(self) -> int:
        try:
            return self.log.stat().st_size
        except FileNotFoundError:
            return 0
