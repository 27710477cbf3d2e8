"""Searches without a pause, by several askers, each answer kept with the scorer that it names."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# One request with these parameters; answers its status and its document.
Ask = Callable[[Mapping[str, str | int]], tuple[int, Any]]
Found = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Told:
    """One answer, page by page: who scored it, and every result with its score."""

    scorers: frozenset[str | None]
    query: str
    found: Found


@dataclass
class Asking:
    """Asks one web process over and over; every second time by turning pages."""

    ask: Ask
    queries: Sequence[str]
    limit: int
    stop: threading.Event
    told: list[Told] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Until told to stop."""
        number = 0
        while not self.stop.wait(0.1):
            number += 1
            self.once(self.queries[number % len(self.queries)], pages=1 + number % 2)

    def once(self, query: str, *, pages: int) -> None:
        """One search and its pages."""
        wanted: dict[str, str | int] = {"q": query, "min_score": 0, "limit": self.limit // pages}
        scorers: set[str | None] = set()
        found: list[tuple[str, float]] = []
        for _ in range(pages):
            status, page = self.ask(wanted)
            if status != 200:
                self.errors.append(str(page))
                return
            scorers.add(page["scorer"])
            found += [(hit["image_id"], hit["score"]) for hit in page["results"]]
            wanted["cursor"] = page["next_cursor"]
            # Time enough for a publish to fall between two pages.
            self.stop.wait(0.05)
        self.told.append(Told(frozenset(scorers), query, tuple(found)))

    def last(self) -> frozenset[str | None]:
        """Who scored the last answer."""
        return self.told[-1].scorers if self.told else frozenset()


@contextmanager
def asking(asks: Sequence[Ask], queries: Sequence[str], *, limit: int) -> Iterator[list[Asking]]:
    """An asker in a thread of its own for each, until the block ends."""
    stop = threading.Event()
    askers = [Asking(ask, queries, limit, stop) for ask in asks]
    threads = [threading.Thread(target=asker.run) for asker in askers]
    for thread in threads:
        thread.start()
    try:
        yield askers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def hold_true(askers: Sequence[Asking], right: Mapping[tuple[str | None, str], Found]) -> None:
    """No error, and no answer but those that one scorer alone gives."""
    assert [error for asker in askers for error in asker.errors] == []
    for asker in askers:
        for told in asker.told:
            (scorer,) = told.scorers
            assert told.found == right[scorer, told.query]
