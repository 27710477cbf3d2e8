"""Comparisons in the background: asked for on a page, done by a worker, kept with their figures.

As with trainings the row is the truth: whoever works on one holds a lock that the database lets go
of when its holder dies, so that the next one begins it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Engine

from service.db import comparisons, locks
from service.db.comparisons import Comparison
from service.db.engine import connection
from service.encoder.pair.spec import picture_spec, text_spec
from service.errors import Conflict, GlimpseError, Invalid, NotFound
from service.jobs import Job
from service.learn.comparing import KINDS, Comparing
from service.learn.grid import Cell
from service.scoring.kinds import KINDS as KNOWN
from service.transaction import Transactions

log = structlog.get_logger()

MOST_LISTED = 50


class NoSuchComparison(NotFound):
    """There is no comparison {comparison_id}."""


class ComparisonRunning(Conflict):
    """A comparison is under way already. Wait until it is done, or stop it."""


class NoScorerToCompare(Invalid):
    """Choose at least one kind of scorer, out of {known}."""

    field = "kinds"


class ComparisonStopped(GlimpseError):
    """The comparison was stopped; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The comparisons of one installation, of which one at a time is under way."""

    engine: Engine
    transactions: Transactions
    comparing: Comparing

    def start(
        self,
        *,
        images: Sequence[str] = (),
        texts: Sequence[str] = (),
        kinds: Sequence[str] = KINDS,
        seed: int = 0,
        who: str = "",
    ) -> int:
        """Have a worker compare; towers that nobody names are those at hand. Answers its key."""
        for one in images:
            picture_spec(one)
        for one in texts:
            text_spec(one)
        if not kinds or any(one not in KNOWN for one in kinds):
            raise NoScorerToCompare(known=", ".join(KNOWN))
        asked = request(images, texts, kinds, seed)
        with self.transactions() as transaction:
            locks.hold(transaction.conn, locks.Lock.ASK_COMPARISON)
            if comparisons.first_open(transaction.conn) is not None:
                raise ComparisonRunning
            found = comparisons.add(transaction.conn, asked=asked, who=who)
            transaction.nudge(Job.COMPARE)
        return found

    def keep(self, cells: Sequence[Cell], *, asked: Mapping[str, Any], who: str) -> int:
        """Keep one that was made elsewhere, as on the command line."""
        with self.transactions() as transaction:
            key = comparisons.add(transaction.conn, asked=asked, who=who)
            comparisons.finish(transaction.conn, key, state="done", cells=documents(cells))
        return key

    def cancel(self, comparison_id: int) -> None:
        """Stop one at its next step."""
        with self.transactions() as transaction:
            found(transaction.conn, comparison_id)
            comparisons.finish(transaction.conn, comparison_id, state="cancelled")

    def listed(self) -> list[Comparison]:
        """The latest ones, the last first."""
        with connection(self.engine) as conn:
            return comparisons.listed(conn, most=MOST_LISTED)

    def one(self, comparison_id: int) -> Comparison:
        """One with its figures."""
        with connection(self.engine) as conn:
            return found(conn, comparison_id)

    def run_requested(self, *, breathe: Callable[[], None] = lambda: None) -> None:
        """Do what was asked for, unless somebody else is at it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
            if not locks.try_for_session(guard, locks.Lock.RUN_COMPARISON):
                return
            try:
                with connection(self.engine) as conn:
                    wanted = comparisons.first_open(conn)
                if wanted is not None:
                    self._run(wanted, breathe)
            finally:
                guard.invalidate()

    def _run(self, wanted: Comparison, breathe: Callable[[], None]) -> None:
        following = Following(self.transactions, wanted.comparison_id, breathe)
        try:
            cells = self.comparing.compare(**wanted.asked, watch=following.begin)
        except ComparisonStopped:
            return
        except GlimpseError as error:
            log.error("comparison failed", reason=error.message)  # noqa: TRY400 - one line says it
            self._finish(wanted, state="failed", reason=error.message)
        else:
            self._finish(wanted, state="done", cells=documents(cells))

    def _finish(self, wanted: Comparison, **what: Any) -> None:
        with self.transactions() as transaction:
            comparisons.finish(transaction.conn, wanted.comparison_id, **what)


@dataclass(slots=True)
class Following:
    """Writes down how far a comparison is, and ends it where it is wanted no more."""

    transactions: Transactions
    comparison_id: int
    breathe: Callable[[], None]
    done: int = 0
    total: int = 0

    def begin(self, total: int) -> Callable[[int], None]:
        """So many steps lie ahead."""
        self.total = total
        self.tell(0)
        return self.tell

    def tell(self, steps: int) -> None:
        """So many more are done; other work has its turn."""
        self.done += steps
        with self.transactions() as transaction:
            wanted = comparisons.advance(
                transaction.conn, self.comparison_id, done=self.done, total=self.total
            )
        if not wanted:
            raise ComparisonStopped
        self.breathe()


def request(
    images: Sequence[str], texts: Sequence[str], kinds: Sequence[str], seed: int
) -> dict[str, Any]:
    """What was asked, as it is stored."""
    return {"images": list(images), "texts": list(texts), "kinds": list(kinds), "seed": seed}


def documents(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """The grid as plain values."""
    return [one.document() for one in cells]


def found(conn: Connection, comparison_id: int) -> Comparison:
    """The comparison with that key."""
    known = comparisons.one(conn, comparison_id)
    if known is None:
        raise NoSuchComparison(comparison_id=comparison_id)
    return known
