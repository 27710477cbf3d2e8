"""Has the encoder read captions for a published scorer that listens to them.

Which captions are yet to be read is a fact of the database, so whoever is at it may die at any
time: the next one goes on. Until a caption is read, its picture is scored without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from service.at_work import AtWork, Chosen
from service.db import caption_vectors, encoders, locks, scorers
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.law.live_gate import LiveGate
from service.learn.reading import allowed
from service.transaction import Transactions

READ_TOGETHER = 128


@dataclass(frozen=True, slots=True)
class Listening:
    """Captions, and the encoder that reads them."""

    engine: Engine
    transactions: Transactions
    gate: LiveGate
    encoder: AtWork

    def catch_up(
        self, *, seconds: float = 30.0, stopping: Callable[[], bool] = lambda: False
    ) -> int:
        """Read captions for so long, if the published scorer hears them; answers how many."""
        until = monotonic() + seconds
        read = 0
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
            if not locks.try_for_session(guard, locks.Lock.READ_CAPTIONS):
                return 0
            try:
                while monotonic() < until and not stopping():
                    here = self._some()
                    if not here:
                        break
                    read += here
            finally:
                guard.invalidate()
        return read

    def tidy(self) -> int:
        """Forget what no caption says any more; answers how much that was."""
        with self.transactions() as transaction:
            return caption_vectors.forget(transaction.conn)

    def _some(self) -> int:
        with connection(self.engine) as conn:
            stored = listened_to(conn)
            if stored is None:
                return 0
            texts = caption_vectors.missing(conn, encoder=stored, most=READ_TOGETHER)
        if texts:
            found = self._read(stored, texts)
            with self.transactions() as transaction:
                caption_vectors.keep(transaction.conn, encoder=stored, vectors=found)
        return len(texts)

    def _read(
        self, stored: StoredEncoder, texts: Sequence[str]
    ) -> dict[str, NDArray[np.float32] | None]:
        """The vectors of those that the law lets an encoder see."""
        queries = {text: query for text in texts if (query := allowed(self.gate, text))}
        found: dict[str, NDArray[np.float32] | None] = dict.fromkeys(texts)
        if queries:
            chosen = Chosen(stored, self.encoder.shelf.holder(stored.spec)).checked()
            rows = chosen.encoder.get().encode_texts(list(queries.values()))
            found |= dict(zip(queries, rows, strict=True))
        return found


def listened_to(conn: Connection) -> StoredEncoder | None:
    """The encoder that serves, if the published scorer is its and hears captions."""
    stored, published = encoders.serving(conn), scorers.published(conn)
    if stored is None or published is None or published.encoder_id != stored.encoder_id:
        return None
    return stored if "with_captions" in published.figures else None
