"""What the two embedded servers have in common: starting, answering, stopping."""

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from service.errors import Unavailable
from service.stack.account import Account
from service.stack.leftovers import end_leftovers

LAUNCHER = Path(__file__).with_name("launch.py")


class ServerDidNotStart(Unavailable):
    """{name} did not start; the end of {log} says: {reason}."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server keeps its things and under whom it runs.

    `home` is where programs may be copied to; `secrets` is a folder that only
    the owner of the home opens.
    """

    home: Path
    data: Path
    sockets: Path
    secrets: Path
    log: Path
    account: Account


class Server(ABC):
    """One embedded server; stop_signals are tried in turn before it is killed."""

    name: ClassVar[str]
    program: ClassVar[str]
    stop_signals: ClassVar[tuple[tuple[signal.Signals, float], ...]]

    def __init__(self, place: Place) -> None:
        """Only remember the place; nothing is touched before start."""
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """How clients reach it."""

    @abstractmethod
    def prepare(self) -> list[str]:
        """Make the data folder usable and return the command that serves it."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client would be served now."""

    def start(self) -> None:
        """Begin to serve; returns before the server answers."""
        self.place.account.own(self.place.data)
        end_leftovers(self.place.data, self.program)
        self.process = self._launch(self.prepare())

    def wait(self, seconds: float = 60.0) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if self.has_ended() or time.monotonic() > deadline:
                raise self.failure()
            time.sleep(0.02)

    def has_ended(self) -> bool:
        """Whether it was never started or is gone."""
        return self.process is None or self.process.poll() is not None

    def failure(self) -> ServerDidNotStart:
        """The error that tells the last words of the log."""
        return ServerDidNotStart(
            name=self.name, log=self.place.log, reason=last_words(self.place.log)
        )

    def stop(self) -> None:
        """End it in order, and by force when it does not listen."""
        if self.process is None:
            return
        for number, seconds in self.stop_signals:
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        else:
            self.process.kill()
            self.process.wait()
        end_leftovers(self.place.data, self.program)
        self.process = None

    def _launch(self, argv: list[str]) -> subprocess.Popen[bytes]:
        self.place.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.place.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own launcher and the server's own program
                launch_argv(argv, account=self.place.account, number=self.stop_signals[0][0]),
                cwd=self.place.data,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        # Nothing of the caller's: PG* variables or a library path would change what starts.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "GLIMPSE_HOME": str(self.place.home),
        }

    def reachable_data(self) -> str:
        """The data folder's path as the server's own account can follow it."""
        if self.place.account.reaches(self.place.data):
            return str(self.place.data)
        # The launcher starts inside the folder, so that a parent closed to the account
        # (a home under /root) does not matter; only Linux has a name for that place.
        return "/proc/self/cwd"


def launch_argv(argv: list[str], *, account: Account | None, number: signal.Signals) -> list[str]:
    """The command that becomes argv and dies with the caller."""
    who = ["", ""] if account is None or account.is_self else [str(account.uid), str(account.gid)]
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
    return [*launcher, str(os.getpid()), str(int(number)), *who, *argv]


def last_words(log: Path, lines: int = 3) -> str:
    """The last lines of a log, as one line."""
    try:
        tail = log.read_bytes()[-4096:].decode(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return " | ".join(line.strip() for line in tail[-lines:] if line.strip()) or "(nothing)"
