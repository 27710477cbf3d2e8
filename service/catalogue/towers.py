"""Vectors of picture towers that no encoder uses any more are dropped; they only save time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Engine

from service.db import encoders, tower_vectors
from service.db.engine import connection
from service.encoder.pair.folder import place, read_card
from service.encoder.pair.spec import PAIR
from service.errors import GlimpseError
from service.transaction import Transactions

log = structlog.get_logger()

# A pair that was made and not added yet, or a comparison, may still ask for them.
GRACE_SECONDS = 24 * 60 * 60.0
NO_PAIR, UNKNOWN = "", "?"


@dataclass(frozen=True, slots=True)
class Towers:
    """The picture towers whose own vectors a home keeps."""

    engine: Engine
    transactions: Transactions
    home: Path

    def of(self, spec: str) -> str:
        """The fingerprint of a pair's picture tower; NO_PAIR where it is none, or cannot tell."""
        if not spec.startswith(PAIR):
            return NO_PAIR
        try:
            return read_card(place(spec, self.home), name=spec).picture.fingerprint
        except GlimpseError as error:
            log.warning("no tower's vectors are dropped", encoder=spec, reason=error.message)
            return UNKNOWN

    def unused(self) -> Sequence[str]:
        """Towers that something is kept of and no encoder is made with.

        None at all where a pair cannot tell what it is made with.
        """
        with connection(self.engine) as conn:
            kept = tower_vectors.towers(conn)
            known = encoders.all_of_them(conn)
        if not kept:
            return []
        used = {self.of(one.spec) for one in known}
        return [] if UNKNOWN in used else [tower for tower in kept if tower not in used]

    def forget_unused(self, *, grace: float = GRACE_SECONDS, only: str | None = None) -> int:
        """Drop what was kept so many seconds ago for nobody, some at a time; answers how much."""
        dropped = 0
        for tower in self.unused():
            if only not in {None, tower}:
                continue
            more = True
            while more:
                with self.transactions() as transaction:
                    went = tower_vectors.forget_some(
                        transaction.conn, tower=tower, older_than_seconds=grace
                    )
                dropped += went
                more = went > 0
        return dropped
