"""Whoever wants to know how far long work is."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Watch(Protocol):
    """Is told what is done, and of each step."""

    def steps(self, title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A piece of work; what it gives is called with the steps taken."""


class NobodyWatches:
    """For work without an audience."""

    def steps(self, title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:  # noqa: ARG002 - the port's signature
        """Tell nobody."""
        return nullcontext(lambda _taken: None)
