"""Keeps the servers of a home running while anybody uses them.

Run as `python -m service.stack.keeper HOME` by whoever finds no keeper; it
goes into the background once it is the only one. A user holds a shared lock on
`run/<server>.users`; when the keeper gets that lock alone, the server stops.
The kernel releases the locks of killed processes, so nothing is left behind.
"""

import logging
import os
import signal
import sys
import time
from pathlib import Path

from service.config import read_settings
from service.errors import GlimpseError
from service.stack.home import Home, open_home
from service.stack.lock import Lock
from service.stack.postgres import EmbeddedPostgres
from service.stack.redis_server import EmbeddedRedis
from service.stack.server import Place, Server
from service.stack.sockets import forget_sockets, socket_folder
from service.stack.state import State, write_state
from service.stack.trim import trim

TURN = 0.1
LONGEST_PAUSE = 10.0
WELL_AFTER = 30.0
HOPELESS_AFTER = 3
TRIM_EVERY = 60.0

log = logging.getLogger("keeper")


class Kept:
    """One server under the keeper's eyes."""

    def __init__(self, name: str, server: Server, home: Home) -> None:
        """Know the server; nothing is started yet."""
        self.server = server
        self.users = Lock(users_file(home, name))
        self.state_file = state_file(home, name)
        self.is_up = False
        self.failures = 0
        self.next_try = 0.0
        self.started = 0.0

    def turn(self, now: float) -> None:
        """Start it, see whether it answers, or start it again after a pause."""
        if self.server.process is None:
            if now >= self.next_try:
                self._start(now)
        elif self.server.has_ended():
            self._fall(now, self.server.failure().message)
        elif not self.is_up and self.server.answers():
            self.is_up = True
            write_state(self.state_file, State(url=self.server.url))
            log.info("%s answers", self.server.name)
        elif self.is_up and now - self.started > WELL_AFTER:
            self.failures = 0

    def stop(self) -> None:
        """End it, for nobody uses it."""
        self.state_file.unlink(missing_ok=True)
        if self.server.process is not None:
            log.info("%s stops: nobody uses it", self.server.name)
        self.server.stop()
        self.is_up, self.failures, self.next_try = False, 0, 0.0

    def _start(self, now: float) -> None:
        self.started = now
        try:
            self.server.start()
        except GlimpseError as failure:
            self._fall(now, failure.message, is_hopeless=True)
        except OSError as failure:
            self._fall(now, f"{self.server.name} did not start: {failure}.", is_hopeless=True)

    def _fall(self, now: float, reason: str, *, is_hopeless: bool = False) -> None:
        self.server.process = None
        self.is_up = False
        self.state_file.unlink(missing_ok=True)
        self.next_try = now + min(LONGEST_PAUSE, TURN * 2**self.failures)
        self.failures += 1
        log.warning("%s", reason)
        if is_hopeless or self.failures >= HOPELESS_AFTER:
            write_state(self.state_file, State(error=reason))


def keeper_lock(home: Home) -> Lock:
    """Held by the one keeper of a home for as long as it lives."""
    return Lock(home.run / "keeper.lock")


def users_file(home: Home, name: str) -> Path:
    """Locked by whoever uses the server."""
    return home.run / f"{name}.users"


def state_file(home: Home, name: str) -> Path:
    """Where the server's state is told."""
    return home.run / f"{name}.state"


def servers_of(home: Home) -> dict[str, Server]:
    """The servers of a home, in the order in which they start."""
    sockets = socket_folder(home)

    def place(name: str) -> Place:
        return Place(
            home=home.folder,
            data=home.folder / name,
            sockets=sockets,
            secrets=home.folder,
            log=home.logs / f"{name}.log",
            account=home.account,
        )

    return {
        "postgres": EmbeddedPostgres(place("postgres"), analyst_port=read_settings().analyst_port),
        "redis": EmbeddedRedis(place("redis")),
    }


def keep(home: Home, ending: list[int]) -> None:
    """Serve until nobody uses any server or a signal is in `ending`.

    On return the users' locks are still held.
    """
    kept = [Kept(name, server, home) for name, server in servers_of(home).items()]
    logs = [home.logs / "keeper.log", *(one.server.place.log for one in kept)]
    next_trim = 0.0
    while True:
        unused = [one for one in kept if one.users.own() or ending]
        for one in reversed(unused):
            one.stop()
        if len(unused) == len(kept):
            return
        for one in unused:
            one.users.release()
        now = time.monotonic()
        for one in kept:
            if one not in unused:
                one.turn(now)
        if now >= next_trim:
            trim(*logs)
            next_trim = now + TRIM_EVERY
        time.sleep(TURN if all(one.is_up for one in kept) else TURN / 5)


def main(folder: str) -> None:
    """Become the keeper of the home, unless it has one."""
    home = open_home(Path(folder))
    lock = keeper_lock(home)
    # A user who asks whether there is a keeper holds the lock for a moment.
    if not lock.own(within=1.0):
        return
    for name in ("postgres", "redis"):
        state_file(home, name).unlink(missing_ok=True)
    if os.fork():
        os._exit(0)
    ending: list[int] = []
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _frame: ending.append(number))
    logging.basicConfig(
        filename=home.logs / "keeper.log",
        format="%(asctime)s %(levelname)s %(message)s",
        level=logging.INFO,
    )
    log.info("keeper %s begins", os.getpid())
    try:
        keep(home, ending)
    except Exception:
        log.exception("keeper fails")
        raise
    if not ending:
        forget_sockets(home)
    log.info("keeper %s ends", os.getpid())
    # The next user must find the keeper gone before the users' locks come free.
    lock.close()


if __name__ == "__main__":
    main(sys.argv[1])
