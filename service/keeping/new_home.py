"""Builds a home inside an empty one, and lets it take its place only when it is whole.

Inside and not beside it, since a home may be a disk of its own. While the folder .restoring is
there nothing else opens the home: what was cut off is begun again, or brought to its end.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.config import Settings
from service.errors import Conflict
from service.stack.account import server_account
from service.stack.home import RESTORING, open_home
from service.stack.lock import Lock
from service.stack.tenancy import KEEPER_ENDS_WITHIN, Tenancy

NEW, DONE, LOCK = "home", "done", "lock"
# What every command leaves in a home that it opens; the new home brings its own.
OF_NO_WEIGHT = {"format", "logs", "run", "programs", "secret_key", RESTORING}
LEFT_BEHIND = {"logs", "run"}


class HomeNotEmpty(Conflict):
    """{home} holds a Glimpse already (there is {what}); a restore never mixes two.

    Set GLIMPSE_HOME to a new folder, or move this one away first: mv {home} {home}.before
    """


class AnotherRestore(Conflict):
    """Another restore into {home} is under way. Wait for its end."""


@dataclass(frozen=True, slots=True)
class NewHome:
    """A home that is being built: the settings for it, and where its database answers."""

    settings: Settings
    database_url: str


@contextmanager
def new_home(settings: Settings, *, backup: str) -> Iterator[NewHome | None]:
    """A home to build, which is in place when the block ends well; else nothing has changed.

    None where a restore of this very backup (known by its hash) was cut off after it was whole:
    it is in place now.
    """
    folder = settings.home.expanduser().absolute()
    check_empty(folder)
    account = server_account(folder / "postgres")
    staging = folder / RESTORING
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    account.let_through(folder)
    account.let_through(staging)
    with Lock(staging / LOCK) as lock:
        if not lock.own():
            raise AnotherRestore(home=folder)
        done = staging / DONE
        if done.exists():
            finished = done.read_text()
            put_in_place(folder)
            if finished != backup:
                check_empty(folder)
            yield None
            return
        clear(staging / NEW)
        yield from built(settings, staging / NEW)
        done.write_text(backup)
        put_in_place(folder)


def built(settings: Settings, folder: Path) -> Iterator[NewHome]:
    """The new home with its own PostgreSQL, which has stopped at the end."""
    inside = Settings.model_validate({**settings.model_dump(), "home": folder})
    use = Tenancy(open_home(folder), ("postgres",))
    try:
        with use:
            yield NewHome(inside, use.urls()["postgres"])
    except BaseException:
        use.wait_for_end()
        clear(folder)
        raise
    use.wait_for_end()


def check_empty(folder: Path) -> None:
    """Refuse a home in which anything lies that is not made at every start."""
    if not folder.exists() or (folder / RESTORING / DONE).exists():
        return
    if more := sorted({path.name for path in folder.iterdir()} - OF_NO_WEIGHT):
        raise HomeNotEmpty(home=folder, what=more[0])


def clear(folder: Path) -> None:
    """Take away what a cut-off restore left, when its servers have ended."""
    lock = folder / "run" / "keeper.lock"
    if lock.exists():
        with Lock(lock) as keeper:
            keeper.own(within=KEEPER_ENDS_WITHIN)
    if folder.exists():
        shutil.rmtree(folder)


def put_in_place(folder: Path) -> None:
    """Move everything where it belongs; cut off, it is gone on with."""
    fresh = folder / RESTORING / NEW
    for path in sorted(fresh.iterdir()) if fresh.exists() else []:
        target = folder / path.name
        if path.name not in LEFT_BEHIND and not target.exists():
            path.rename(target)
    shutil.rmtree(folder / RESTORING)
