"""Embedding for every encoder in use: the serving one's pictures always come first."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import structlog

from service.db import encoder_states, encoders, vector_index
from service.db.encoders import StoredEncoder
from service.errors import GlimpseError
from service.ingest.embed import SHIFT_SECONDS, Embedding, embed_batch
from service.jobs import Job
from service.transaction import Transactions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rounds:
    """What the rounds need: the rows, and what embeds for one encoder."""

    transactions: Transactions
    embedding: Callable[[StoredEncoder], Embedding]


def embed_for_all(
    work: Rounds,
    *,
    clock: Callable[[], float] = monotonic,
    seconds: float = SHIFT_SECONDS,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Embed batch after batch until nothing waits; a long queue is handed on.

    After each batch it is looked anew who comes first, so that an upload never waits behind the
    backfill of another encoder, and a pause is obeyed at once. An encoder that cannot work now is
    passed over; the others must not wait for it.
    """
    ends = clock() + seconds
    failed: list[int] = []
    while clock() < ends and not stopping():
        with work.transactions() as transaction:
            stored = encoders.with_work(transaction.conn, but=failed)
        if stored is None:
            finish(work)
            return
        if not embed_one(work, stored):
            failed.append(stored.encoder_id)
    with work.transactions() as transaction:
        transaction.nudge(Job.EMBED)


def embed_one(work: Rounds, stored: StoredEncoder) -> bool:
    """One batch for one encoder; tells whether the encoder could work."""
    error = None
    try:
        embed_batch(work.embedding(stored))
    except GlimpseError as met:
        error = met.message
        log.warning("not embedded", encoder=stored.spec, reason=error)
    with work.transactions() as transaction:
        encoder_states.note_error(transaction.conn, stored.encoder_id, error)
    return error is None


def finish(work: Rounds) -> None:
    """Nothing waits: see whether an index is due, or an encoder is built."""
    with work.transactions() as transaction:
        conn = transaction.conn
        due = any(
            vector_index.wants_index(conn, encoder=stored)
            for stored in encoders.all_of_them(conn)
            if stored.state != "retired"
        )
        if due or encoder_states.built(conn):
            transaction.nudge(Job.INDEX)
