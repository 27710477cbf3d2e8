"""Files of a hub's repository: from this machine if they are there, else fetched, else a plain no.

A repository lies in a folder of its own; glimpse.json in it says which revision was fetched, what
was looked for, and each file's SHA-256. It is written last: a folder without it is incomplete.
"""

import fcntl
import json
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Never

import httpx2
from huggingface_hub import HfApi, constants, get_token, try_to_load_from_cache
from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.hf_api import RepoSibling

from service.encoder.download import Fetching, Wanted, brief, check_room, fetch, sha256
from service.encoder.origin import NEWEST, NOTE, noted
from service.errors import Conflict, Invalid, NotFound, Unavailable

OWN_FOLDER = Path("~/.cache/glimpse/encoders")


class HubUnreachable(Unavailable):
    """The repository {repository} is not on this machine and could not be fetched: {reason}.

    With a network connection, try again, or set GLIMPSE_ENCODER_MIRROR. Without one, run
    glimpse encoders fetch elsewhere, copy the folder here and set GLIMPSE_ENCODER_FILES to it; or
    copy {file} and the other files of {repository} into a folder of this machine and set
    GLIMPSE_ENCODER=local-dir:/that/folder.
    """


class HubLacks(NotFound):
    """The hub has no {what} that this machine may read in the repository {repository}.

    Check the name; a private or gated repository needs a token in HF_TOKEN.
    """


class RepositoryNameBroken(Invalid):
    """{repository} is no repository's name. Write hf-hub:<organisation>/<repository>."""


class RevisionMoved(Conflict):
    """{repository} is at commit {found} now, but the vectors here were made with {wanted}.

    Nothing was fetched. Bring the former files back from a copy; or add the newer ones as another
    encoder: glimpse encoders add hf-hub:{repository}@{found}
    """


@dataclass(frozen=True, slots=True)
class Hub:
    """Where encoders are fetched from, where they are kept, and how long an answer may take.

    `pinned` tells the commit that a repository's branch meant when it was first fetched: from then
    on the branch means that commit and no other.
    """

    offline: bool = False
    endpoint: str | None = None
    files: Path = OWN_FOLDER
    cache: Path | None = None
    use_cache: bool = True
    patience: float = 4.0
    pinned: Callable[[str, str], str | None] = lambda _repository, _revision: None
    fetching: Fetching = field(default_factory=Fetching)

    def folder(
        self,
        repository: str,
        *,
        last: Sequence[str],
        wanted: Collection[str] = (),
        revision: str = NEWEST,
    ) -> Path:
        """Where the wanted files of a repository lie, and the first it has of `last`.

        That one is fetched when all others are there: a folder that has it is
        complete and is used as it is, so that an encoder changes only when asked to.
        """
        own = self.files.expanduser() / folder_name(repository, revision)
        if is_complete(own, [*wanted, *last]):
            return own
        pin = noted(own).get("commit") or self.pinned(repository, revision)
        if self.use_cache and revision == NEWEST:
            cached = self._cached(repository, last)
            if cached is not None and pin in {None, cached.name}:
                return cached
        if self.offline:
            raise HubUnreachable(
                repository=repository, file=last[0], reason="this instance works offline"
            )
        with one_at_a_time(own):
            if not is_complete(own, [*wanted, *last]):
                self._fetch(repository, own, last=last, wanted=wanted, revision=revision, pin=pin)
        return own

    def _fetch(
        self,
        repository: str,
        own: Path,
        *,
        last: Sequence[str],
        wanted: Collection[str],
        revision: str,
        pin: str | None,
    ) -> None:
        """Bring the files of one commit here, the one that matters last."""
        commit, there = self._listing(repository, last[0], pin or revision)
        if pin not in {None, commit}:
            raise RevisionMoved(repository=repository, found=commit, wanted=pin)
        chosen = [file for file in last if file in there][:1]
        if not chosen:
            raise HubLacks(what=f"file {' or '.join(last)}", repository=repository)
        names = [*(file for file in wanted if file in there), *chosen]
        base = (self.endpoint or constants.ENDPOINT).rstrip("/")
        files = [
            as_wanted(there[name], f"{base}/{repository}/resolve/{commit}/{name}")
            for name in dict.fromkeys(names)
        ]
        check_room(own, sum(one.size or 0 for one in files if not (own / one.name).exists()))
        token = get_token()
        headers = {
            **self.fetching.headers,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        work = Fetching(
            self.fetching.progress, self.fetching.patience, self.fetching.pause, headers
        )
        for one in files:
            (own / one.name).parent.mkdir(parents=True, exist_ok=True)
            fetch(work, one, own / one.name)
        keep_note(own, repository, revision, commit, [*wanted, *last], files)

    def _cached(self, repository: str, files: Sequence[str]) -> Path | None:
        """Where the hub's own client has put them, if it ever did."""
        for file in files:
            try:
                place = try_to_load_from_cache(repository, file, cache_dir=self.cache)
            except HFValidationError as error:
                raise RepositoryNameBroken(repository=repository) from error
            if isinstance(place, str):
                return Path(place).parent
        return None

    def _listing(
        self, repository: str, file: str, revision: str
    ) -> tuple[str, dict[str, RepoSibling]]:
        """The commit and its files, asked in a thread: looking up a host has no limit.

        The hub's own client tries again for minutes where there is no network.
        """
        found: dict[str, RepoSibling] = {}
        commits: list[str] = []
        failures: list[Exception] = []

        def ask() -> None:
            try:
                info = HfApi(endpoint=self.endpoint).model_info(
                    repository, revision=revision, timeout=self.patience, files_metadata=True
                )
                found.update({each.rfilename: each for each in info.siblings or ()})
                commits.append(info.sha or revision)
            except (httpx2.HTTPError, OSError, ValueError, LookupError) as error:
                failures.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self.patience + 1)
        if asking.is_alive():
            failures.append(TimeoutError("the hub does not answer"))
        if failures:
            _refuse(failures[0], repository, file, revision)
        return commits[0], found


def folder_name(repository: str, revision: str) -> str:
    """A repository's folder; one that was pinned to a revision has its own."""
    pinned = "" if revision == NEWEST else f"@{revision}"
    return repository.replace("/", "--") + pinned


def as_wanted(sibling: RepoSibling, url: str) -> Wanted:
    """What the listing promises of a file."""
    lfs = sibling.lfs
    return Wanted(
        url=url,
        name=sibling.rfilename,
        size=lfs.size if lfs else sibling.size,
        sha256=lfs.sha256 if lfs else None,
        git_blob=None if lfs else sibling.blob_id,
    )


def is_complete(folder: Path, looked_for: Sequence[str]) -> bool:
    """Whether all of these were looked for when the folder was fetched, and what was found lies."""
    note = noted(folder)
    if not note:
        return False
    there = all((folder / name).is_file() for name in note["files"])
    return there and set(looked_for) <= set(note["looked_for"])


def keep_note(
    folder: Path,
    repository: str,
    revision: str,
    commit: str,
    looked_for: Sequence[str],
    files: Sequence[Wanted],
) -> None:
    """Write down what the folder holds, which makes it complete."""
    note = {
        "repository": repository,
        "revision": revision,
        "commit": commit,
        "looked_for": sorted(set(looked_for)),
        "files": {one.name: one.sha256 or sha256(folder / one.name) for one in files},
    }
    fresh = folder / f"{NOTE}.new"
    fresh.write_text(json.dumps(note, indent=1), encoding="utf-8")
    fresh.replace(folder / NOTE)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Whoever comes second waits: a web process and a worker may begin in the same moment."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _refuse(error: Exception, repository: str, file: str, revision: str) -> Never:
    """Say whether the hub answered no or did not answer."""
    if isinstance(error, HFValidationError):
        raise RepositoryNameBroken(repository=repository) from error
    if isinstance(error, RevisionNotFoundError):
        raise HubLacks(what=f"revision {revision}", repository=repository) from error
    if isinstance(error, RepositoryNotFoundError):
        raise HubLacks(what="file", repository=repository) from error
    raise HubUnreachable(repository=repository, file=file, reason=brief(error)) from error
