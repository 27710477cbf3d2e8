"""Runs the parts of `glimpse up`: starts, watches, restarts and stops them in order."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from service.errors import Unavailable
from service.stack.child import Child
from service.stack.logs import Logs
from service.stack.part import Life, Part

TURN = 0.1
TEND_EVERY = 1.0
HOPELESS_AFTER = 5
SENTINEL = Path(__file__).with_name("sentinel.py")


class PartDidNotStart(Unavailable):
    """The part {name} did not start: {reason}. The end of its log {log} tells more."""


class StopAsked(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Supervisor:
    """The parts as one foreground program.

    `tend` is called about once a second and may mend what the parts stand on;
    `inherited` are file descriptors (locks) that outlive a killed supervisor
    until its parts have ended.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        logs: Logs,
        tend: Callable[[], None],
        inherited: Sequence[int] = (),
    ) -> None:
        """Nothing is started yet."""
        self.logs = logs
        self.tend = tend
        self.inherited = tuple(inherited)
        self.children = [Child(part, logs.write, self._note) for part in parts]
        self.running: list[Child] = []
        self.groups: set[str] = set()
        self.sentinel: subprocess.Popen[str] | None = None
        self.asked = 0
        self.next_tend = 0.0
        self.trouble = ""

    def run(self, announce: Callable[[], None]) -> None:
        """Start every part, announce, and watch until somebody asks to stop."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._ask) for number in numbers}
        try:
            for child in self.children:
                self._begin(child)
            announce()
            while True:
                self._turn()
        except StopAsked:
            self.logs.say("stopping; press Ctrl-C again to hurry")
        finally:
            self._stop_all()
            self._end_sentinel()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def _begin(self, child: Child) -> None:
        part = child.part
        child.start()
        if part.life is Life.STEP:
            self._await_end(child)
            return
        self.running.append(child)
        deadline = time.monotonic() + part.ready_within
        while part.is_ready is not None and not part.is_ready():
            self._turn()
            if child.failures >= HOPELESS_AFTER:
                raise self._gave_up(child, f"it ended {child.failures} times")
            if time.monotonic() > deadline:
                raise self._gave_up(child, f"it was not ready after {part.ready_within:.0f} s")

    def _await_end(self, child: Child) -> None:
        self.running.append(child)
        while (status := child.status()) is None:
            self._turn(but=child)
        self.running.remove(child)
        if status:
            raise self._gave_up(child, f"it ended with status {status}")

    def _turn(self, but: Child | None = None) -> None:
        """One look at everything; `but` is left to the caller."""
        self._check_sentinel()
        now = time.monotonic()
        for child in list(self.running):
            if child is not but:
                self._look_after(child, now)
        if now >= self.next_tend:
            self.next_tend = now + TEND_EVERY
            self._tend_once()
        time.sleep(TURN)
        if self.asked:
            raise StopAsked

    def _look_after(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.next_start:
                child.start()
        elif (status := child.status()) is not None:
            if child.part.life is Life.ERRAND and status == 0:
                self.logs.say(f"{child.part.name} is done")
                self.running.remove(child)
                return
            pause = child.plan_restart(now)
            self.logs.say(
                f"{child.part.name} ended with status {status}; it starts again in {pause:.1f} s",
                level="warning",
            )

    def _tend_once(self) -> None:
        trouble = ""
        try:
            self.tend()
        except Unavailable as failure:
            trouble = failure.message
        if trouble and trouble != self.trouble:
            self.logs.say(trouble, level="error")
        self.trouble = trouble

    def _stop_all(self) -> None:
        for child in reversed(self.running):
            self._stop(child)
        self.running.clear()

    def _stop(self, child: Child) -> None:
        if child.process is None:
            return
        child.ask_to_stop()
        deadline = time.monotonic() + child.part.stop_within
        while child.status() is None:
            hurried = self.asked > 1
            if hurried or time.monotonic() > deadline:
                self.logs.say(f"{child.part.name} is ended by force", level="warning")
                child.force()
                return
            time.sleep(TURN / 5)

    def _gave_up(self, child: Child, reason: str) -> PartDidNotStart:
        name = child.part.name
        return PartDidNotStart(name=name, reason=reason, log=self.logs.file(name))

    def _note(self, line: str) -> None:
        if line.startswith("+"):
            self.groups.add(line[1:])
        else:
            self.groups.discard(line[1:])
        self._check_sentinel()
        self._tell_sentinel(line)

    def _check_sentinel(self) -> None:
        if self.sentinel is not None and self.sentinel.poll() is None:
            return
        self.sentinel = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(SENTINEL), str(self.logs.folder)],
            stdin=subprocess.PIPE,
            text=True,
            pass_fds=self.inherited,
            start_new_session=True,
        )
        for group in self.groups:
            self._tell_sentinel(f"+{group}")

    def _tell_sentinel(self, line: str) -> None:
        if self.sentinel is None or self.sentinel.stdin is None:
            return
        try:
            self.sentinel.stdin.write(line)
            self.sentinel.stdin.flush()
        except BrokenPipeError:
            return

    def _end_sentinel(self) -> None:
        if self.sentinel is not None:
            self.sentinel.communicate()
            self.sentinel = None
