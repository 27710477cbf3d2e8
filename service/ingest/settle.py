"""Waiting until everything that came in is searchable, or doing the work where nobody else does."""

from collections.abc import Callable
from dataclasses import dataclass

POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Settling:
    """How to look, work and wait."""

    waiting: Callable[[], int]
    workers_alive: Callable[[], bool]
    embed: Callable[[], None]
    sleep: Callable[[float], None]


def settle(work: Settling, *, progress: Callable[[int], None]) -> None:
    """Return when no picture waits any more; progress hears how many went by."""
    left = work.waiting()
    while left:
        if work.workers_alive():
            work.sleep(POLL_SECONDS)
        else:
            work.embed()
        now = work.waiting()
        progress(max(0, left - now))
        left = now
