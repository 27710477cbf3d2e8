"""Progress of long work: a bar on a terminal, plain lines elsewhere, nothing where JSON is due."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

T = TypeVar("T")
LINE_SECONDS = 5.0


class Progress:
    """Tells on stderr how far something is."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet

    def track(self, title: str, things: Iterable[T], total: int) -> Iterator[T]:
        """The things one by one, with the progress told on the way."""
        with self.steps(title, total) as step:
            for thing in things:
                yield thing
                step(1)

    def steps(self, title: str, total: int) -> "Steps":
        """A counter that is told of each step."""
        return Steps(title, total, quiet=self.quiet)

    @contextmanager
    def later(self, title: str) -> Iterator[Callable[[int], Callable[[int], None]]]:
        """A counter whose total is known only when the work has begun: call it with that."""
        with ExitStack() as stack:
            yield lambda total: stack.enter_context(self.steps(title, total))


class Steps:
    """One piece of work, from nothing to its total."""

    def __init__(self, title: str, total: int, *, quiet: bool) -> None:
        self.title, self.total, self.quiet = title, total, quiet
        self.done = 0
        self.said_at = monotonic()
        self.bar: Bar | None = None

    def __enter__(self) -> Callable[[int], None]:
        """Begin; answers what to call with the number of steps taken."""
        if not self.quiet and sys.stderr.isatty():
            self.bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self.bar.start()
            self.bar.add_task(self.title, total=self.total)
        return self.step

    def __exit__(self, *_: object) -> None:
        """End, with the bar left standing."""
        if self.bar is not None:
            self.bar.stop()

    def step(self, taken: int) -> None:
        """So many more are done."""
        self.done += taken
        if self.bar is not None:
            self.bar.advance(self.bar.task_ids[0], taken)
        elif not self.quiet and monotonic() - self.said_at >= LINE_SECONDS:
            self.said_at = monotonic()
            click.echo(f"{self.title}: {self.done} of {self.total}", err=True)
