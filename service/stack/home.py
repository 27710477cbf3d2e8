"""The folder that holds everything of one Glimpse: GLIMPSE_HOME."""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from service.config import Settings, new_secret
from service.errors import Conflict, Forbidden, Unavailable
from service.stack.account import Account, server_account
from service.stack.private import write_once

FORMAT = 1
LEAST_FREE = 200 * 2**20
# Where a restore builds what is to become the home; while it is there, the home is not whole.
RESTORING = ".restoring"


class HomeNotWritable(Unavailable):
    """The home {home} cannot be written ({reason}); mend its rights or set GLIMPSE_HOME."""


class DiskFull(Unavailable):
    """Only {free} MB are free where {home} lies and {needed} MB are needed; make room first."""


class HomeTooNew(Conflict):
    """The home {home} was made by a newer Glimpse (format {found}, this one knows {known}).

    Use that Glimpse, or set GLIMPSE_HOME to another folder.
    """


class HomeOfSomebodyElse(Forbidden):
    """The home {home} belongs to user {owner}; run Glimpse as that user or set GLIMPSE_HOME."""


class RestoreCutOff(Conflict):
    """A restore into {home} was cut off, or is under way: it is no whole Glimpse yet.

    Run the same glimpse restore again; or, to begin with nothing, remove {folder}
    """


class NoSecretKey(Conflict):
    """GLIMPSE_SECRET_KEY must be set when the server listens on {host}, beyond this machine.

    Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"
    """


@dataclass(frozen=True, slots=True)
class Home:
    """An opened home and the account that runs its servers."""

    folder: Path
    account: Account

    @property
    def logs(self) -> Path:
        """One log a part."""
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        """Locks and what the running processes tell each other."""
        return self.folder / "run"


def open_home(folder: Path) -> Home:
    """Make the home at the first use, and see that this Glimpse may use it."""
    folder = folder.expanduser().absolute()
    if (folder / RESTORING).exists():
        raise RestoreCutOff(home=folder, folder=folder / RESTORING)
    try:
        return _open(folder)
    except OSError as failure:
        if failure.errno == errno.ENOSPC:
            raise _disk_full(folder, LEAST_FREE) from failure
        reason = failure.strerror or str(failure)
        raise HomeNotWritable(home=folder, reason=reason) from failure


def check_room(home: Home, needed: int = LEAST_FREE) -> None:
    """Refuse to start servers where they would soon fill the disk."""
    if shutil.disk_usage(home.folder).free < needed:
        raise _disk_full(home.folder, needed)


def secret_key(settings: Settings, home: Home) -> str:
    """The key that signs sessions: the one set, or on loopback one made once and kept."""
    if given := settings.secret_key.get_secret_value():
        return given
    if not settings.is_loopback:
        raise NoSecretKey(host=settings.host)
    return write_once(home.folder / "secret_key", new_secret() + "\n").strip()


def _open(folder: Path) -> Home:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = folder / "format"
    account = server_account(folder / "postgres")
    if mark.exists():
        _check_ours(folder, mark)
    if mark.exists() or not any(folder.iterdir()):
        # A folder with other things in it keeps its rights: it may be somebody's home.
        account.let_through(folder)
    for part in ("logs", "run"):
        (folder / part).mkdir(mode=0o700, exist_ok=True)
    if not os.access(folder / "run", os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    write_once(mark, f"{FORMAT}\n")
    return Home(folder=folder, account=account)


def _check_ours(folder: Path, mark: Path) -> None:
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise HomeOfSomebodyElse(home=folder, owner=owner)
    found = mark.read_text().strip()
    if not found.isdigit() or int(found) > FORMAT:
        raise HomeTooNew(home=folder, found=found, known=FORMAT)


def _disk_full(folder: Path, needed: int) -> DiskFull:
    place = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(place).free // 2**20
    return DiskFull(home=folder, free=free, needed=needed // 2**20)
