"""Finds the servers' sockets a folder whose path is short enough."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from service.stack.home import Home
from service.stack.private import write_private

# 107 bytes on Linux, 103 on macOS; the longest name in the folder is PostgreSQL's.
NOTE = "sockets-folder"
LONGEST = 103 - len("/.s.PGSQL.65535")


def socket_folder(home: Home) -> Path:
    """The folder under the home, or for a long or closed home a short one that it remembers."""
    inside = home.run / "sockets"
    home.account.let_through(home.run)
    if len(os.fsencode(inside)) <= LONGEST and home.account.reaches(home.run):
        home.account.own(inside)
        return inside
    note = home.run / NOTE
    if note.exists() and _is_ours(known := Path(note.read_text()), home):
        return known
    fresh = Path(tempfile.mkdtemp(prefix="glimpse-", dir=_short_place(home)))
    home.account.own(fresh)
    write_private(note, str(fresh))
    return fresh


def forget_sockets(home: Home) -> None:
    """Remove a short folder outside the home, now that nobody needs it."""
    note = home.run / NOTE
    if note.exists():
        if _is_ours(known := Path(note.read_text()), home):
            shutil.rmtree(known, ignore_errors=True)
        note.unlink()


def _short_place(home: Home) -> str:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for place in (runtime, "/run", tempfile.gettempdir()):
        folder = Path(place)
        fits = len(os.fsencode(folder / "glimpse-12345678")) <= LONGEST
        if place and fits and os.access(folder, os.W_OK) and home.account.reaches(folder):
            return place
    return "/tmp"  # noqa: S108 - mkdtemp makes an owner-only folder in it


def _is_ours(folder: Path, home: Home) -> bool:
    # Anybody could have put a folder of this name there after a restart of the machine.
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == stat.S_IRWXU
    return private and found.st_uid == home.account.uid
