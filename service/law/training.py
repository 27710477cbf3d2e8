"""Tells when the published scorer was trained on judged pairs that the law excludes now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from service.db import lawful_pairs
from service.db.engine import connection
from service.law.live_gate import LiveGate

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """The published scorer with the pairs it learned from: keys of pictures and of queries.

    All of them were lawful at that version of the rules.
    """

    scorer: str
    policy_version: int
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Outdated:
    """How many pairs it learned from that may not be learned from now, and of how many pictures."""

    trained: TrainedOn
    pictures: int
    pairs: int


Published = Callable[[Connection], TrainedOn | None]


def nothing_published(conn: Connection) -> None:
    """What is known of the published scorer while there is none."""


@dataclass(frozen=True, slots=True)
class TrainingLaw:
    """Compares what the published scorer learned from with what is lawful to learn from."""

    engine: Engine
    gate: LiveGate
    published: Published

    def outdated(self) -> Outdated | None:
        """What of the published scorer's pairs is excluded now; None if nothing is."""
        with connection(self.engine) as conn:
            trained = self.published(conn)
            if trained is None:
                return None
            hidden = lawful_pairs.hidden_from_training(conn)
            refused = self._refused(conn, trained)
        excluded = [pair for pair in trained.pairs if pair[0] in hidden or pair[1] in refused]
        if not excluded:
            return None
        return Outdated(trained, len({image_key for image_key, _ in excluded}), len(excluded))

    def _refused(self, conn: Connection, trained: TrainedOn) -> set[int]:
        """The queries whose text anybody is refused by rules that came after the training."""
        if trained.policy_version == self.gate.policy_version:
            return set()
        found = self.gate.complete()
        keys = sorted({query_key for _, query_key in trained.pairs})
        texts = lawful_pairs.texts_of(conn, keys)
        return {one.query_key for one in texts if found.verdict(one.text).blocked}
