"""Ends servers that a killed predecessor left behind in a data folder."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def can_be_seen() -> bool:
    """Whether an empty answer below means that no server is left."""
    return Path("/proc/self/cwd").exists()


def servers_in(folder: Path, program: str) -> Iterator[int]:
    """The processes of that program whose working directory is the folder.

    Without /proc (macOS) nothing is found and the servers' own locks decide.
    """
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().strip() == program and _is_same(entry / "cwd", folder):
                yield int(entry.name)
        except OSError:
            continue


def end_leftovers(folder: Path, program: str) -> None:
    """Ask, then urge, then force every server left in the folder to end."""
    for number, seconds in PATIENCE:
        deadline = time.monotonic() + seconds
        for pid in servers_in(folder, program):
            _send(pid, number)
        while time.monotonic() < deadline:
            if not any(servers_in(folder, program)):
                return
            time.sleep(0.02)


def _is_same(link: Path, folder: Path) -> bool:
    return os.path.samestat(link.stat(), folder.stat())


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
