"""Tells when the published scorer was trained on judged pairs that the law excludes now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from service.db import lawful_pairs
from service.db.engine import connection
from service.law.book import PolicyBook
from service.law.live_gate import LiveGate, compiled
from service.law.preview import refused_queries


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """The published scorer, with the rules and the moment at which its pairs were chosen."""

    scorer: str
    policy_version: int
    trained_at: datetime


@dataclass(frozen=True, slots=True)
class Outdated:
    """How many pictures and judged pairs it learned from that may not be learned from now."""

    trained: TrainedOn
    pictures: int
    pairs: int


Published = Callable[[], TrainedOn | None]


def nothing_published() -> None:
    """What is known of the published scorer while there is none."""


@dataclass(frozen=True, slots=True)
class TrainingLaw:
    """Compares what was lawful to learn from with what is."""

    engine: Engine
    book: PolicyBook
    gate: LiveGate
    published: Published

    def outdated(self) -> Outdated | None:
        """What of the published scorer's pairs is excluded since; None if nothing is."""
        trained = self.published()
        if trained is None:
            return None
        then = self.book.version(trained.policy_version)
        now = self.gate.complete()
        before = now if then.version == now.version else compiled(then.version, then.rulesets)
        with connection(self.engine) as conn:
            hidden = lawful_pairs.hidden_from_training(conn)
            already = lawful_pairs.hidden_from_training(conn, at=trained.trained_at)
            refused_then, refused_now = refused_queries(conn, (before, now))
            pairs = lawful_pairs.changed(
                conn,
                image_keys=sorted(hidden - already),
                query_keys=sorted(refused_now - refused_then),
                other_images=sorted(already),
                other_queries=sorted(refused_then),
            )
        return Outdated(trained, len(hidden - already), pairs) if pairs else None
