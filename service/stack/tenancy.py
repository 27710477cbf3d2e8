"""Uses the servers of a home: joins its keeper, or starts one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from service.errors import Unavailable
from service.stack.home import Home, check_room
from service.stack.keeper import keeper_lock, state_file, users_file
from service.stack.lock import Lock
from service.stack.programs import postgres_folder, redis_program
from service.stack.server import last_words
from service.stack.state import read_state

# Recovery after a crash replays what was written since the last checkpoint.
PATIENCE = 300.0
KEEPER_ENDS_WITHIN = 40.0
SOURCE = Path(__file__).resolve().parents[2]


class ServersDidNotStart(Unavailable):
    """{reason}"""


class KeeperDidNotStart(Unavailable):
    """The keeper of the embedded servers did not start; the end of {log} says: {reason}."""


class ServersTooSlow(Unavailable):
    """The embedded servers did not answer within {seconds} seconds; look into {logs}."""


class Tenancy:
    """One use of some servers of a home; they run at least until it is left."""

    def __init__(self, home: Home, names: tuple[str, ...]) -> None:
        """Only remember; nothing is started yet."""
        self.home = home
        self.names = names
        self.locks: list[Lock] = []

    def __enter__(self) -> Self:
        """Become a user of the servers."""
        for name in self.names:
            lock = Lock(users_file(self.home, name))
            self.locks.append(lock)
            # While a keeper is stopping the server it holds the lock alone.
            if not lock.share(within=KEEPER_ENDS_WITHIN):
                self._leave()
                raise ServersTooSlow(seconds=int(KEEPER_ENDS_WITHIN), logs=self.home.logs)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop being a user; the last one's leaving stops the servers."""
        self._leave()

    def urls(self) -> dict[str, str]:
        """Wait until every server answers."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.ensure_keeper()
            states = {name: read_state(state_file(self.home, name)) for name in self.names}
            for state in states.values():
                if state.error:
                    raise ServersDidNotStart(reason=state.error)
            if all(state.url for state in states.values()):
                return {name: state.url for name, state in states.items()}
            time.sleep(0.02)
        raise ServersTooSlow(seconds=int(PATIENCE), logs=self.home.logs)

    def ensure_keeper(self) -> None:
        """Start a keeper where there is none, or none any more."""
        with keeper_lock(self.home) as lock:
            if not self.names or not lock.share():
                return
        self._check_programs()
        check_room(self.home)
        log = self.home.logs / "keeper.log"
        with log.open("ab") as output:
            # It returns when a keeper is at work in the background, this one or another.
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "service.stack.keeper", str(self.home.folder)],
                cwd="/",
                env=os.environ | {"PYTHONPATH": _python_path()},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                check=False,
            )
        if done.returncode:
            raise KeeperDidNotStart(log=log, reason=last_words(log))

    def wait_for_end(self) -> None:
        """After leaving: return when the servers have stopped, unless others use them."""
        if not self.names:
            return
        if not self._until(lambda: not self._is_served(), seconds=2.0):
            return
        with keeper_lock(self.home) as lock:
            self._until(lambda: lock.share() or self._is_served(), seconds=KEEPER_ENDS_WITHIN)

    def _is_served(self) -> bool:
        return any(state_file(self.home, name).exists() for name in self.names)

    def _until(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _check_programs(self) -> None:
        # Asked here, where a missing one can be told at once and in full.
        for name, find in (("postgres", postgres_folder), ("redis", redis_program)):
            if name in self.names:
                find()

    def _leave(self) -> None:
        for lock in self.locks:
            lock.close()
        self.locks.clear()


def _python_path() -> str:
    known = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(filter(None, (str(SOURCE), known)))
