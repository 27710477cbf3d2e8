"""One running part: its process, its restarts and its end."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO

from service.stack.part import Part
from service.stack.sentinel import is_left
from service.stack.server import launch_argv

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
WELL_AFTER = 30.0
LONGEST_LINE = 64 * 1024


class Child:
    """A part and the process that plays it at the moment."""

    def __init__(
        self, part: Part, sink: Callable[[str, bytes], None], note: Callable[[str], None]
    ) -> None:
        """Nothing is started yet; sink takes lines, note tells the sentinel."""
        self.part = part
        self.sink = sink
        self.note = note
        self.process: subprocess.Popen[bytes] | None = None
        self.reader: threading.Thread | None = None
        self.failures = 0
        self.started = 0.0
        self.next_start = 0.0

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C does not reach it."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - the caller's own parts
            launch_argv(list(self.part.argv), account=None, number=signal.SIGTERM),
            env=dict(self.part.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.note(f"+{self.process.pid}\n")
        if self.process.stdout is not None:
            self.reader = threading.Thread(
                target=self._read, args=(self.process.stdout,), name=self.part.name, daemon=True
            )
            self.reader.start()

    def status(self) -> int | None:
        """The exit status of a process that has just ended, once; it is then cleared away."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self._clear(self.process)
        return status

    def plan_restart(self, now: float) -> float:
        """Set the time of the next start; the pause doubles until the part ran well."""
        if now - self.started > WELL_AFTER:
            self.failures = 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**self.failures)
        self.failures += 1
        self.next_start = now + pause
        return pause

    def ask_to_stop(self) -> None:
        """Send the part its stop signal."""
        if self.process is not None:
            self.process.send_signal(self.part.stop_signal)

    def force(self) -> None:
        """End the process and everything it started, now."""
        if self.process is not None:
            _kill_group(self.process.pid)
            self.process.wait()
            self._clear(self.process)

    def _clear(self, process: subprocess.Popen[bytes]) -> None:
        # A killed part's own children would keep its port and its work.
        if is_left(process.pid):
            _kill_group(process.pid)
        self.note(f"-{process.pid}\n")
        if self.reader is not None:
            self.reader.join(timeout=2.0)
        self.process = None

    def _read(self, output: IO[bytes]) -> None:
        with output:
            while line := output.readline(LONGEST_LINE):
                self.sink(self.part.name, line)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
