"""Sees that one home has one `glimpse up` at a time."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import Conflict
from service.stack.home import Home
from service.stack.lock import Lock

# After a kill -9 the parts of the dead instance still have to end.
PREDECESSOR_ENDS_WITHIN = 30.0


class AlreadyRunning(Conflict):
    """Glimpse already runs from {home}: process {pid}, {url}."""


class Instance:
    """The right to be the running instance of a home."""

    def __init__(self, home: Home, lock: Lock) -> None:
        """Write down who holds the lock."""
        self.lock = lock
        self.note = home.run / "up.lock"
        self.tell("")

    def tell(self, url: str) -> None:
        """Let a second start know where this one answers."""
        # In place: a renamed file would be another one than the locked one.
        self.note.write_text(json.dumps({"pid": os.getpid(), "url": url}))


@contextmanager
def only_instance(home: Home) -> Iterator[Instance]:
    """Hold the right to run, or say who does."""
    with Lock(home.run / "up.lock") as lock:
        if not lock.own():
            note = _read(lock.path)
            pid = int(note.get("pid", 0))
            if _lives(pid) or not lock.own(within=PREDECESSOR_ENDS_WITHIN):
                url = note.get("url") or "starting"
                raise AlreadyRunning(home=home.folder, pid=pid, url=url)
        yield Instance(home, lock)


def running_url(home: Home) -> str | None:
    """Where the running instance answers, if there is one."""
    with Lock(home.run / "up.lock") as lock:
        if lock.share():
            return None
        return str(_read(lock.path).get("url") or "") or None


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except ValueError:
        return {}


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0
