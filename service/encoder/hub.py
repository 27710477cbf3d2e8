"""Files of a hub's repository: from this machine if they are there, else fetched, else a plain no.

The hub's own client tries again for minutes where there is no network. So the
hub is asked once, briefly, before the client is let loose on it.
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Never

import httpx2
from huggingface_hub import HfApi, hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

from service.errors import Invalid, NotFound, Unavailable


class HubUnreachable(Unavailable):
    """The repository {repository} is not on this machine and could not be fetched: {reason}.

    With a network connection, try again. Without one, download {file} and the other files
    of {repository} elsewhere, copy them into a folder of this machine and set
    GLIMPSE_ENCODER=local-dir:/that/folder.
    """


class HubLacks(NotFound):
    """The hub has no {what} that this machine may read in the repository {repository}.

    Check the name; a private or gated repository needs a token in HF_TOKEN.
    """


class RepositoryNameBroken(Invalid):
    """{repository} is no repository's name. Write hf-hub:<organisation>/<repository>."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where encoders are fetched from, where they are kept, and how long an answer may take."""

    offline: bool = False
    endpoint: str | None = None
    cache: Path | None = None
    patience: float = 4.0

    def folder(self, repository: str, *, last: Sequence[str], wanted: Collection[str] = ()) -> Path:
        """Where the wanted files of a repository lie, and the first it has of `last`.

        That one is fetched when all others are there: a folder that has it is
        complete and is used as it is, so that an encoder changes only when asked to.
        """
        if cached := self._cached(repository, last):
            return cached
        if self.offline:
            raise HubUnreachable(
                repository=repository, file=last[0], reason="this instance works offline"
            )
        there = self._listing(repository, last[0])
        found = [file for file in last if file in there]
        if not found:
            raise HubLacks(what=f"file {' or '.join(last)}", repository=repository)
        places = {
            self._download(repository, file)
            for file in [*(file for file in wanted if file in there), found[0]]
        }
        if len(places) > 1:
            reason = "it changed while it was being fetched"
            raise HubUnreachable(repository=repository, file=found[0], reason=reason)
        return places.pop()

    def _cached(self, repository: str, files: Sequence[str]) -> Path | None:
        for file in files:
            try:
                place = try_to_load_from_cache(repository, file, cache_dir=self.cache)
            except HFValidationError as error:
                raise RepositoryNameBroken(repository=repository) from error
            if isinstance(place, str):
                return Path(place).parent
        return None

    def _listing(self, repository: str, file: str) -> set[str]:
        """What the repository holds, asked in a thread: looking up a host has no limit."""
        names: set[str] = set()
        failures: list[Exception] = []

        def ask() -> None:
            try:
                info = HfApi(endpoint=self.endpoint).model_info(repository, timeout=self.patience)
                names.update(each.rfilename for each in info.siblings or ())
            except (httpx2.HTTPError, OSError, ValueError, LookupError) as error:
                failures.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self.patience + 1)
        if asking.is_alive():
            failures.append(TimeoutError("the hub does not answer"))
        if failures:
            _refuse(failures[0], repository, file)
        return names

    def _download(self, repository: str, file: str) -> Path:
        try:
            place = hf_hub_download(
                repository,
                file,
                endpoint=self.endpoint,
                cache_dir=self.cache,
                etag_timeout=self.patience,
            )
        except (httpx2.HTTPError, OSError) as error:
            _refuse(error, repository, file)
        return Path(place).parent


def _refuse(error: Exception, repository: str, file: str) -> Never:
    """Say whether the hub answered no or did not answer."""
    if isinstance(error, RepositoryNotFoundError):
        raise HubLacks(what="file", repository=repository) from error
    reason = str(error).partition("\n")[0][:200].rstrip(".") or type(error).__name__
    raise HubUnreachable(repository=repository, file=file, reason=reason) from error
