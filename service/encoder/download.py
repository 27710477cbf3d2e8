"""One file fetched over HTTP: resumed where it broke off, and believed only with its checksum."""

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from service.errors import Conflict, Unavailable

ATTEMPTS = 5
PART = ".part"
COMPLETE, PARTIAL, BEYOND_THE_END = 200, 206, 416


class DownloadBroken(Unavailable):
    """{file} came damaged: its checksum is not the one that was promised.

    Try again later, or take it from another mirror (GLIMPSE_ENCODER_MIRROR).
    """


class DownloadStopped(Unavailable):
    """{file} could not be fetched: {reason}.

    What came is kept; run the same command again to go on from there.
    """


class NoRoom(Conflict):
    """There is no room in {folder}: {needed} MB are needed, {free} MB are free.

    Make room, or choose another folder with GLIMPSE_ENCODER_FILES or --to.
    """


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file on a server, and what it must turn out to be."""

    url: str
    name: str
    size: int | None = None
    sha256: str | None = None
    git_blob: str | None = None


@dataclass(frozen=True, slots=True)
class Fetching:
    """How files are fetched: whom progress is told, how long a silence is borne."""

    progress: Callable[[str, int, int | None], None] = lambda _name, _done, _size: None
    patience: float = 20.0
    pause: Callable[[float], None] = time.sleep
    headers: Mapping[str, str] = field(default_factory=dict)


def check_room(folder: Path, needed: int) -> None:
    """Refuse before the first byte what would not fit."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(folder=folder, needed=needed // 2**20 + 1, free=free // 2**20)


def fetch(work: Fetching, wanted: Wanted, to: Path) -> None:
    """Bring the file here; one that is here already and right is left alone."""
    if to.is_file() and is_right(to, wanted):
        return
    part = to.with_name(to.name + PART)
    reason = ""
    damaged = False
    for attempt in range(ATTEMPTS):
        if attempt:
            work.pause(min(2.0**attempt, 30.0))
        try:
            go_on(work, wanted, part)
        except (httpx2.TransportError, OSError) as error:
            reason = brief(error)
            continue
        if is_right(part, wanted):
            part.replace(to)
            return
        if wanted.size is not None and part.stat().st_size < wanted.size:
            reason = "the connection ended early"
            continue
        part.unlink()
        if damaged:
            break
        damaged = True
    if damaged:
        raise DownloadBroken(file=wanted.name)
    raise DownloadStopped(file=wanted.name, reason=reason)


def go_on(work: Fetching, wanted: Wanted, part: Path) -> None:
    """Append what is still missing; a server that knows no ranges begins anew."""
    have = part.stat().st_size if part.exists() else 0
    asked = {"Range": f"bytes={have}-"} if have else {}
    with httpx2.stream(
        "GET",
        wanted.url,
        headers={**work.headers, **asked, "Accept-Encoding": "identity"},
        timeout=work.patience,
        follow_redirects=True,
    ) as answer:
        if answer.status_code == BEYOND_THE_END:
            return
        if answer.status_code not in {COMPLETE, PARTIAL}:
            raise httpx2.TransportError(f"the server answered {answer.status_code}")
        goes_on = answer.status_code == PARTIAL
        done = have if goes_on else 0
        with part.open("ab" if goes_on else "wb") as file:
            # As it comes: a chunk that is being filled up would be lost with the connection.
            for chunk in answer.iter_raw():
                file.write(chunk)
                done += len(chunk)
                work.progress(wanted.name, done, wanted.size)


def is_right(path: Path, wanted: Wanted) -> bool:
    """Whether the file is what was promised, as far as anything was."""
    if wanted.size is not None and path.stat().st_size != wanted.size:
        return False
    if wanted.sha256:
        return sha256(path) == wanted.sha256
    return not wanted.git_blob or git_blob(path) == wanted.git_blob


def sha256(path: Path) -> str:
    """The hash of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git_blob(path: Path) -> str:
    """The name that git gives to this content."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324 - git's own


def brief(error: Exception) -> str:
    """A network's complaint on one line."""
    return str(error).partition("\n")[0][:200].rstrip(".") or type(error).__name__
