"""The background work: what waits, who does it, what failed, and trying it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from service.cache import Cache
from service.catalogue.encoders import Encoders
from service.db import audit, encoders, work
from service.db.encoder_orders import Order
from service.db.engine import connection
from service.db.imports import StoredImport
from service.db.restricted_lists import Judging
from service.db.work import EncodingQueue, GivenUp, TriedAlone
from service.domain import Asker
from service.imports import Imports
from service.jobs import Job, alive
from service.law.judging import PictureLaw
from service.law.review import Review
from service.learn.queue import Trainings, TrainingState
from service.operations.roll_call import LastRun, Working, last_runs, workers
from service.transaction import Transactions

SHOWN = 60
RECENT_IMPORTS = 50


@dataclass(frozen=True, slots=True)
class Failures:
    """What stays undone until somebody looks: with reasons, each of which can be tried again."""

    pictures: tuple[GivenUp, ...]
    hidden: frozenset[str]
    imports: tuple[StoredImport, ...]
    orders: tuple[Order, ...]
    training: TrainingState | None

    @property
    def others(self) -> int:
        """How many there are besides pictures."""
        return len(self.imports) + len(self.orders) + (self.training is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How all background work stands at one moment."""

    queues: tuple[EncodingQueue, ...]
    alone: tuple[TriedAlone, ...]
    pace: tuple[int, ...]
    imports: tuple[StoredImport, ...]
    training: TrainingState
    orders: tuple[Order, ...]
    judging: Judging
    unchecked: int | None
    workers: tuple[Working, ...]
    beats: int
    last_runs: dict[str, LastRun]
    failures: Failures

    @property
    def waiting(self) -> int:
        """Pictures that wait for their vectors, each once for every encoder in use."""
        return sum(queue.waiting for queue in self.queues)

    @property
    def failed(self) -> int:
        """Pictures given up, each once for every encoder in use."""
        return sum(queue.failed for queue in self.queues)

    @property
    def oldest(self) -> datetime | None:
        """Since when the picture waits that waits the longest; paused encoders do not count."""
        known = [q.oldest for q in self.queues if q.oldest and not q.paused]
        return min(known, default=None)

    @property
    def per_minute(self) -> float:
        """The pace of the last five minutes."""
        last = self.pace[-5:]
        return sum(last) / len(last) if last else 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """The background work as an admin looks after it."""

    engine: Engine
    transactions: Transactions
    cache: Cache
    law: PictureLaw
    review: Review
    imports: Imports
    trainings: Trainings
    catalogue: Encoders

    def standing(self) -> Standing:
        """Everything at this moment; rows say what is to do, Redis who is at it."""
        with connection(self.engine) as conn:
            queues = tuple(work.encoding_queues(conn))
            alone = tuple(work.tried_alone(conn, limit=SHOWN))
            done = tuple(work.pace(conn))
            serving = encoders.serving(conn)
            unchecked = work.unchecked(conn, encoder=serving) if serving else None
        imports = self.imports.newest(limit=RECENT_IMPORTS)
        training = self.trainings.progress()
        orders = tuple(self.catalogue.orders())
        client = self.cache.client
        return Standing(
            queues=queues,
            alone=alone,
            pace=done,
            imports=tuple(one for one in imports if one.state in {"waiting", "running"}),
            training=training,
            orders=tuple(one for one in orders if one.state == "waiting"),
            judging=self.review.judging(),
            unchecked=unchecked,
            workers=tuple(workers(client)),
            beats=len(alive(client, "beat")),
            last_runs=last_runs(client),
            failures=self._failures(imports, orders, training),
        )

    def failures(self) -> Failures:
        """What failed, alone."""
        imports = self.imports.newest(limit=RECENT_IMPORTS)
        return self._failures(imports, self.catalogue.orders(), self.trainings.progress())

    def _failures(
        self,
        imports: Sequence[StoredImport],
        orders: Sequence[Order],
        training: TrainingState,
    ) -> Failures:
        with connection(self.engine) as conn:
            pictures = tuple(work.given_up(conn, limit=SHOWN))
            # Whoever looks at failures must not see what the law withholds from everybody else.
            kept_back = self.law.hidden(conn, [one.image_key for one in pictures], ())
        return Failures(
            pictures=pictures,
            hidden=frozenset(one.image_id for one in pictures if one.image_key in kept_back),
            imports=tuple(failed_last(imports)),
            orders=tuple(one for one in orders if one.state == "failed"),
            training=training if training.state == "failed" else None,
        )

    def retry_all(self, *, asker: Asker) -> int:
        """Try every given-up picture again; answers how many there are."""
        with self.transactions() as transaction:
            pictures = work.retry_given_up(transaction.conn)
            if pictures:
                audit.note(
                    transaction.conn,
                    user_id=asker.user_id,
                    action="pictures tried again",
                    subject="all that failed",
                    detail={"pictures": pictures},
                )
                transaction.nudge(Job.EMBED)
        return pictures


def failed_last(imports: Sequence[StoredImport]) -> list[StoredImport]:
    """The imports that failed and that no later one of the same data set made good."""
    latest: dict[int, StoredImport] = {}
    for one in imports:
        latest.setdefault(one.dataset_id, one)
    return [one for one in latest.values() if one.state == "failed"]
