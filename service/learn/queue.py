"""Trainings in the background: asked for on a page or by the clock, done by a worker.

What is asked for is a fact in the database; whoever works on it holds a lock that the database
lets go of when its holder dies, so that the next one begins it again from the start, with the same
seed and so to the same end. Scorers are stored all at once when everything is done: a training that
dies or is stopped leaves nothing behind.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import structlog
from sqlalchemy import Connection, Engine

from service.db import facts, locks
from service.db.engine import connection
from service.errors import Conflict, GlimpseError
from service.jobs import Job
from service.learn.desk import Learning
from service.learn.publishing import WorseThanPublished
from service.learn.train import Plan, TrainingStopped
from service.scoring.kinds import ALL, chosen
from service.transaction import Transactions

log = structlog.get_logger()

FACT = "training"
OPEN = ("waiting", "running")
# A training that takes its worker down is not begun for ever.
MOST_BEGUN = 3


class TrainingRunning(Conflict):
    """A training is under way already. Wait until it is done, or stop it."""


class WorkersDied(Conflict):
    """The worker died {times} times in the middle of the training. Look at its memory and its log.

    Training fewer kinds at a time takes less.
    """


class NoTraining(Conflict):
    """No training is under way."""


@dataclass(frozen=True, slots=True)
class TrainingState:
    """How the last training stands: none, waiting, running, done, failed or cancelled."""

    state: str = "none"
    kind: str = ALL
    seed: int = 0
    publish: bool = False
    who: str = ""
    done: int = 0
    total: int = 0
    cancel_requested: bool = False
    reason: str | None = None
    encoder_id: int | None = None
    # How often a worker has begun it; whoever begins it again had a predecessor that died.
    begun: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is yet to end."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Trainings:
    """The one training of an installation that may be under way."""

    engine: Engine
    transactions: Transactions
    learning: Learning

    def progress(self) -> TrainingState:
        """How it stands."""
        with connection(self.engine) as conn:
            return read(conn)

    def start(
        self,
        *,
        kind: str = ALL,
        seed: int = 0,
        publish: bool = False,
        who: str = "",
        encoder_id: int | None = None,
    ) -> None:
        """Have a worker train, for the encoder that serves or for another one that is built."""
        chosen(kind)
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.ASK_TRAINING)
            if read(conn).is_open:
                raise TrainingRunning
            asked = TrainingState("waiting", kind, seed, publish, who, encoder_id=encoder_id)
            write(conn, asked)
            transaction.nudge(Job.TRAIN)

    def cancel(self) -> None:
        """Stop it at its next step; nothing of it is stored."""
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.ASK_TRAINING)
            known = read(conn)
            if not known.is_open:
                raise NoTraining
            waiting = known.state == "waiting"
            changed = replace(known, cancel_requested=True)
            write(conn, replace(changed, state="cancelled") if waiting else changed)

    def retrain(self, *, publish: bool) -> bool:
        """Start a training when there are newer judgements than the published scorer's."""
        if not self.learning.new_judgements() or self.progress().is_open:
            return False
        self.start(publish=publish, who="nightly")
        return True

    def run_requested(self, *, breathe: Callable[[], None] = lambda: None) -> None:
        """Do what was asked for, unless somebody else is at it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
            if not locks.try_for_session(guard, locks.Lock.TRAIN_SCORER):
                return
            try:
                if self.progress().is_open:
                    self._run(breathe)
            finally:
                guard.invalidate()

    def _run(self, breathe: Callable[[], None]) -> None:
        if self.progress().cancel_requested:
            self._change(state="cancelled")
            return
        begun = self.progress().begun
        if begun >= MOST_BEGUN:
            self._change(state="failed", reason=WorkersDied(times=begun).message)
            return
        asked = self._change(state="running", done=0, begun=begun + 1)
        plan = Plan(kinds=tuple(chosen(asked.kind)), seed=asked.seed)
        watch = Following(self, breathe)
        try:
            outcome = self.learning.train(
                plan, watch=watch, who=asked.who, encoder_id=asked.encoder_id
            )
            best = outcome.stored[outcome.training.best()]
            refusal = self._publish(best, asked.who) if asked.publish else None
        except TrainingStopped:
            self._change(state="cancelled")
        except GlimpseError as error:
            log.error("training failed", reason=error.message)  # noqa: TRY400 - one line says it
            self._change(state="failed", reason=error.message)
        else:
            self._change(state="done", reason=refusal)

    def _publish(self, scorer_id: int, who: str) -> str | None:
        """Let it serve; answers why not where it is worse than what does, and kept all the same."""
        try:
            self.learning.publish(scorer_id, who=who)
        except WorseThanPublished as error:
            return error.message
        return None

    def _change(self, **what: object) -> TrainingState:
        with self.transactions() as transaction:
            locks.hold(transaction.conn, locks.Lock.ASK_TRAINING)
            found = replace(read(transaction.conn), **what)  # type: ignore[arg-type]
            write(transaction.conn, found)
        return found


class Following:
    """Writes down how far a training is, and asks whether it is still wanted."""

    def __init__(self, trainings: Trainings, breathe: Callable[[], None]) -> None:
        self.trainings, self.breathe = trainings, breathe
        self.done = 0

    def tell(self, title: str, taken: int, total: int) -> None:  # noqa: ARG002 - one piece of work
        """Write it down, and let other work have its turn."""
        self.done += taken
        self.trainings._change(done=self.done, total=total)  # noqa: SLF001 - its other half
        self.breathe()

    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self.trainings.progress().cancel_requested


def read(conn: Connection) -> TrainingState:
    """The stored state."""
    value = facts.read(conn, FACT)
    return TrainingState(**value) if isinstance(value, dict) else TrainingState()


def write(conn: Connection, state: TrainingState) -> None:
    """Store the state."""
    facts.write(conn, FACT, asdict(state))
