"""A unit of work: one database transaction, and the nudges sent after its commit.

The only place that commits. A nudge that cannot be delivered is not an error:
the rows say what is to do, and the schedule nudges again every minute.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from service.db.engine import translated
from service.jobs import Job, Nudger


@dataclass(slots=True)
class Transaction:
    """An open transaction; whatever it nudges is told only once its rows can be seen."""

    conn: Connection
    nudges: set[Job] = field(default_factory=set)

    def nudge(self, job: Job) -> None:
        """Tell the workers, after the commit, that there is work of this kind."""
        self.nudges.add(job)


@dataclass(frozen=True, slots=True)
class Transactions:
    """Opens transactions on one database."""

    engine: Engine
    nudger: Nudger

    @contextmanager
    def __call__(self) -> Iterator[Transaction]:
        """Commit when the block ends, roll back when it raises."""
        with translated(), self.engine.begin() as conn:
            work = Transaction(conn)
            yield work
        for job in sorted(work.nudges):
            self.nudger.nudge(job)
