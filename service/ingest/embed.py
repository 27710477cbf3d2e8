"""Embedding of waiting pictures, one leased batch at a time.

The row is the truth: whatever happens to messages or processes, a picture
waits until its vector is written, and a batch that dies costs at most a lease.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID, uuid4

import numpy as np
import structlog
from numpy.typing import NDArray
from PIL.Image import Image
from sqlalchemy import Connection

from service.db import encodings, vector_index, vectors
from service.db.encoders import StoredEncoder
from service.db.encodings import Claimed
from service.encoder.port import Encoder
from service.errors import GlimpseError, Unavailable
from service.ingest.seen import recalled, seen
from service.jobs import Job
from service.picture import open_upright
from service.store import Store, original_key
from service.transaction import Transactions

log = structlog.get_logger()

# Checks pictures in the transaction that makes them searchable; answers those it hides.
Look = Callable[[Connection, StoredEncoder, dict[int, NDArray[np.float32]]], list[int]]

# A message is worked on for this long, well below Redis' visibility timeout.
SHIFT_SECONDS = 30.0


class WorkerDied(GlimpseError):
    """The worker died each time it tried this picture."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What embedding needs, all of it given."""

    transactions: Transactions
    store: Store
    encoder: Encoder
    stored: StoredEncoder
    batch: int
    lease_seconds: int
    max_pixels: int
    look: Look


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one batch; more tells that others may be waiting."""

    done: int = 0
    failed: int = 0
    more: bool = False


def embed_batch(work: Embedding) -> Outcome:
    """Lease one batch, embed it, store its vectors."""
    token = uuid4()
    claimed = claim(work, token)
    if not claimed:
        return Outcome()
    try:
        return encode_and_store(work, token, claimed)
    except Unavailable:
        # The database, the store or another part is away: the pictures are not to blame.
        release(work, token, blameless=True)
        raise
    except Exception as error:
        log.exception("batch failed", pictures=len(claimed))
        release(work, token, blameless=False, error=reason(error))
        return Outcome(failed=len(claimed), more=True)
    except BaseException:
        release(work, token, blameless=True)
        raise


def claim(work: Embedding, token: UUID) -> list[Claimed]:
    """A batch of pictures that never failed, else one whose batch died."""
    encoder_id = work.stored.encoder_id
    with work.transactions() as transaction:
        conn = transaction.conn
        encodings.mark_abandoned(conn, encoder_id=encoder_id)
        why = WorkerDied().message
        for image_key in encodings.quarantine_exhausted(conn, encoder_id=encoder_id, reason=why):
            log.error("picture quarantined", image_key=image_key)
        return encodings.claim(
            conn,
            encoder_id=encoder_id,
            token=token,
            most=work.batch,
            lease_seconds=work.lease_seconds,
        ) or encodings.claim_alone(
            conn, encoder_id=encoder_id, token=token, lease_seconds=work.lease_seconds
        )


def encode_and_store(work: Embedding, token: UUID, claimed: Sequence[Claimed]) -> Outcome:
    """Decode, encode and write; a picture that cannot be decoded is set aside alone."""
    known = recalled(work.transactions, work.encoder, [one.image_key for one in claimed])
    pictures: dict[int, Image] = {}
    for one in claimed:
        if one.image_key in known:
            continue
        try:
            pictures[one.image_key] = decode(work, one)
        except Unavailable:
            raise
        except GlimpseError as error:
            set_aside(work, token, one, error)
    found = known | seen(work.transactions, work.encoder, pictures)
    if found:
        write(work, token, found)
    log.debug("pictures embedded", pictures=len(found), of=len(claimed))
    return Outcome(done=len(found), failed=len(claimed) - len(found), more=True)


def decode(work: Embedding, one: Claimed) -> Image:
    """A stored picture, upright, no larger than the encoder needs."""
    with work.store.open(original_key(one.sha256, one.suffix)) as file:
        return open_upright(file, max_pixels=work.max_pixels, side=work.encoder.picture_side)


def write(work: Embedding, token: UUID, found: dict[int, NDArray[np.float32]]) -> None:
    """Store the vectors of the pictures whose lease still holds."""
    encoder_id = work.stored.encoder_id
    with work.transactions() as transaction:
        held = encodings.still_held(transaction.conn, encoder_id=encoder_id, token=token)
        kept = {key: found[key] for key in held if key in found}
        if kept:
            vectors.upsert(transaction.conn, encoder=work.stored, vectors=kept)
            work.look(transaction.conn, work.stored, kept)
            encodings.finish(transaction.conn, encoder_id=encoder_id, image_keys=list(kept))


def set_aside(work: Embedding, token: UUID, one: Claimed, error: GlimpseError) -> None:
    """Quarantine a picture whose bytes cannot be read: trying again cannot help."""
    log.error("picture quarantined", image_key=one.image_key, reason=error.message)
    with work.transactions() as transaction:
        encodings.quarantine(
            transaction.conn,
            encoder_id=work.stored.encoder_id,
            token=token,
            image_key=one.image_key,
            error=error.message,
        )


def release(work: Embedding, token: UUID, *, blameless: bool, error: str | None = None) -> None:
    """End the lease early; where even that fails, it runs out by itself."""
    try:
        with work.transactions() as transaction:
            encodings.give_back(
                transaction.conn,
                encoder_id=work.stored.encoder_id,
                token=token,
                blameless=blameless,
                error=error,
            )
    except Unavailable as unavailable:
        log.warning("lease not released", reason=unavailable.message)


def reason(error: Exception) -> str:
    """An unexpected error in a few words, for the picture's page."""
    return f"{type(error).__name__}: {error}".split("\n", 1)[0][:300]


def embed_waiting(
    work: Embedding,
    *,
    clock: Callable[[], float] = monotonic,
    seconds: float = SHIFT_SECONDS,
    progress: Callable[[Outcome], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Embed batch after batch; a long queue is handed on, so that no message grows old.

    It is handed on early when the process is asked to stop.
    """
    ends = clock() + seconds
    while clock() < ends and not stopping():
        outcome = embed_batch(work)
        progress(outcome)
        if not outcome.more:
            finished(work)
            return
    hand_on(work, Job.EMBED)


def finished(work: Embedding) -> None:
    """Nothing waits: see whether the index is due."""
    with work.transactions() as transaction:
        if vector_index.wants_index(transaction.conn, encoder=work.stored):
            transaction.nudge(Job.INDEX)


def hand_on(work: Embedding, job: Job) -> None:
    """Ask for another round."""
    with work.transactions() as transaction:
        transaction.nudge(job)
