"""What needs a person now: looked up where it is known, each with how much of it there is."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine

from service.db import consents, restricted_lists, searches
from service.db.engine import connection
from service.domain import Health
from service.law.training import TrainingLaw
from service.learn.desk import Learning
from service.operations.work import Standing, Work

DAYS_BEFORE = 30
SHOWN = 5
# Below a hundredth of what was learnt from, a training would hardly change anything.
PAYS_FROM, PAYS_SHARE = 20, 0.01
LITTLE_BYTES, LITTLE_SHARE = 2 * 2**30, 0.03


class Kind(StrEnum):
    """What a matter is about."""

    UNWELL = "unwell"
    NO_WORKER = "no-worker"
    NO_BEAT = "no-beat"
    LITTLE_ROOM = "little-room"
    PICTURES_FAILED = "pictures-failed"
    IMPORT_FAILED = "import-failed"
    TRAINING_FAILED = "training-failed"
    ORDER_FAILED = "order-failed"
    ENCODER_FAILED = "encoder-failed"
    REVIEW = "review"
    CONSENT_ENDS = "consent-ends"
    OUTDATED = "outdated"
    RETRAIN = "retrain"


# What stops people, or what the law asks for; the rest only waits for somebody with time.
URGENT = frozenset(
    {Kind.UNWELL, Kind.NO_WORKER, Kind.LITTLE_ROOM, Kind.OUTDATED, Kind.CONSENT_ENDS}
)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs a person: how much of it, which thing, and its own words if it has any.

    The key leads to the one thing that it is about.
    """

    kind: Kind
    count: int = 1
    name: str = ""
    says: str = ""
    key: str = ""

    @property
    def is_urgent(self) -> bool:
        """Whether it should come first."""
        return self.kind in URGENT


@dataclass(frozen=True, slots=True)
class Room:
    """The disk under the home."""

    total: int
    free: int

    @property
    def is_little(self) -> bool:
        """Whether it may soon be full."""
        return self.free < min(LITTLE_BYTES, self.total * LITTLE_SHARE)


def room(home: Path) -> Room:
    """How much there is, and how much is left."""
    usage = shutil.disk_usage(home if home.exists() else home.anchor)
    return Room(usage.total, usage.free)


@dataclass(frozen=True, slots=True)
class Attention:
    """Gathers what needs a person from everywhere that knows of something."""

    engine: Engine
    home: Path
    work: Work
    learning: Learning
    training_law: TrainingLaw

    def matters(self, health: Health) -> list[Matter]:
        """Everything, the urgent first, in an order that stays."""
        standing = self.work.standing()
        found = [
            *self._parts(health, standing),
            *self._failures(standing),
            *self._law(),
            *self._learning(),
        ]
        return sorted(found, key=lambda one: not one.is_urgent)

    def searches_lately(self) -> int:
        """Searches answered in the last 24 hours."""
        with connection(self.engine) as conn:
            return searches.answered_lately(conn)

    def _parts(self, health: Health, standing: Standing) -> Iterator[Matter]:
        for name, check in health.checks.items():
            if not check.ok:
                yield Matter(Kind.UNWELL, name=name, says=check.detail)
        if not standing.workers:
            yield Matter(Kind.NO_WORKER, count=standing.waiting)
        elif not standing.beats:
            yield Matter(Kind.NO_BEAT)
        left = room(self.home)
        if left.is_little:
            yield Matter(Kind.LITTLE_ROOM, count=left.free)

    def _failures(self, standing: Standing) -> Iterator[Matter]:
        failures = standing.failures
        if standing.failed:
            reason = failures.pictures[0].reason if failures.pictures else ""
            yield Matter(Kind.PICTURES_FAILED, count=standing.failed, says=reason)
        for one in failures.imports:
            yield Matter(
                Kind.IMPORT_FAILED, name=one.name, says=one.reason or "", key=str(one.import_id)
            )
        if failures.training:
            yield Matter(Kind.TRAINING_FAILED, says=failures.training.reason or "")
        for order in failures.orders:
            yield Matter(Kind.ORDER_FAILED, name=order.spec, says=order.reason or "")
        for queue in standing.queues:
            if queue.error:
                yield Matter(Kind.ENCODER_FAILED, name=queue.spec, says=queue.error)

    def _law(self) -> Iterator[Matter]:
        with connection(self.engine) as conn:
            waiting = restricted_lists.by_kind(conn).get("review", 0)
            ending = consents.ending(conn, days=DAYS_BEFORE, limit=SHOWN)
        if waiting:
            yield Matter(Kind.REVIEW, count=waiting)
        for one in ending:
            day = one.valid_until.date().isoformat()
            yield Matter(Kind.CONSENT_ENDS, name=one.name, says=day, key=one.image_id)

    def _learning(self) -> Iterator[Matter]:
        outdated = self.training_law.outdated()
        if outdated:
            yield Matter(Kind.OUTDATED, count=outdated.pairs)
        new = self.learning.new_judgements() or 0
        published = next((s for s in self.learning.listed() if s.state == "published"), None)
        if new >= max(PAYS_FROM, PAYS_SHARE * (published.pairs if published else 0)):
            yield Matter(Kind.RETRAIN, count=new)
