"""A lock file: the kernel lets go of it when its holder ends, however that happens."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class Lock:
    """A lock held by many (shared) or by one (exclusive)."""

    def __init__(self, path: Path) -> None:
        """Open the file; nothing is held yet."""
        self.path = path
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self, *, within: float = 0.0) -> bool:
        """Hold it together with others."""
        return self._take(fcntl.LOCK_SH, within)

    def own(self, *, within: float = 0.0) -> bool:
        """Hold it alone."""
        return self._take(fcntl.LOCK_EX, within)

    def release(self) -> None:
        """Let go, but stay ready to take it again."""
        fcntl.flock(self.handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go for good, unless a child process was given the lock too."""
        os.close(self.handle)

    def __enter__(self) -> Self:
        """Use as a block that closes the lock."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _take(self, kind: int, within: float) -> bool:
        deadline = time.monotonic() + within
        while True:
            try:
                fcntl.flock(self.handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.02)
            else:
                return True
