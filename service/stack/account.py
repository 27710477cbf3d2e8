"""The system account that the embedded servers run under.

PostgreSQL refuses to run as root. For root the servers therefore run as an
unprivileged user in a group of their own: the number of that group stands in
no group file, so that other processes of the same user stay outside.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from service.errors import Unavailable

PREFERRED = ("glimpse", "nobody")
OWN_GROUP = 64_321


class NoAccount(Unavailable):
    """PostgreSQL does not run as root, and no user named glimpse or nobody is known here.

    Make one with: useradd --system glimpse
    """


@dataclass(frozen=True, slots=True)
class Account:
    """A user and a group; is_self tells that no change of user is needed."""

    uid: int
    gid: int
    is_self: bool

    def reaches(self, path: Path) -> bool:
        """Whether this account may walk down to the path, by the permission bits."""
        if self.is_self:
            return True
        real = path.resolve()
        # A link is walked twice: to where it lies, and to where it points.
        return all(map(self._may_enter, {path, *path.parents, real, *real.parents}))

    def own(self, folder: Path) -> None:
        """Make the folder this account's alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.is_self:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def give(self, path: Path) -> None:
        """Hand a file or folder to this account."""
        if not self.is_self:
            os.chown(path, self.uid, self.gid)

    def let_through(self, folder: Path) -> None:
        """Keep the folder its owner's own, but let this account walk through it."""
        if self.is_self:
            folder.chmod(0o700)
        else:
            os.chown(folder, -1, self.gid)
            folder.chmod(0o710)

    def _may_enter(self, place: Path) -> bool:
        found = place.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account(data: Path) -> Account:
    """Who runs the servers: we ourselves, or for root the data's owner or an unprivileged user."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), is_self=True)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(uid=owner.st_uid, gid=owner.st_gid, is_self=False)
    for name in PREFERRED:
        try:
            return Account(uid=pwd.getpwnam(name).pw_uid, gid=OWN_GROUP, is_self=False)
        except KeyError:
            continue
    raise NoAccount
