"""Finds the processes of a home, so that tests can kill them and see none left."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil


def processes_of(home: Path, word: str = "") -> list[psutil.Process]:
    """Everything that works for the home and has the word in its command line."""
    return [
        process
        for process in psutil.process_iter()
        if process.pid != os.getpid() and _belongs(process, home, word)
    ]


def kill(home: Path, word: str) -> None:
    """Kill -9 the oldest process with that word."""
    found = sorted(processes_of(home, word), key=lambda process: process.create_time())
    assert found, f"no {word} among {processes_of(home)}"
    found[0].send_signal(signal.SIGKILL)


def kill_all(home: Path) -> None:
    """Kill -9 everything at once, as a failing machine would."""
    victims = processes_of(home)
    for process in victims:
        # A server's own processes end by themselves when the first of them dies.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    wait_until(lambda: not any(victim in processes_of(home) for victim in victims))


def wait_until(condition: Callable[[], object], *, seconds: float = 60.0) -> None:
    """Return once the condition holds; the limit is only there to end a broken test."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def _belongs(process: psutil.Process, home: Path, word: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        line = " ".join(process.cmdline())
        names = (line, process.cwd(), process.environ().get("GLIMPSE_HOME", ""))
    except psutil.Error:
        return False
    return word in line and any(_is_inside(name, home) for name in names)


def _is_inside(text: str, home: Path) -> bool:
    return f"{text}/".find(f"{home}/") >= 0 or f"{text} ".find(f"{home} ") >= 0
