"""The end of a build: no picture forgotten, the vector index where it pays, and ready."""

import structlog
from sqlalchemy import Engine

from service.db import encoder_states, encoders, vector_index
from service.db.encoders import StoredEncoder
from service.db.engine import connection, translated
from service.jobs import Job
from service.transaction import Transactions

log = structlog.get_logger()


def finish_builds(engine: Engine, transactions: Transactions) -> None:
    """Bring every encoder in use as far as it can come now."""
    with connection(engine) as conn:
        active = [one for one in encoders.all_of_them(conn) if one.state != "retired"]
    for stored in active:
        if remember_all(transactions, stored):
            build_index_if_wanted(engine, stored)
            if stored.state == "building":
                make_ready(transactions, stored)


def remember_all(transactions: Transactions, stored: StoredEncoder) -> bool:
    """Queue the pictures that the encoder was never told of; tells whether there were none."""
    with transactions() as transaction:
        forgotten = encoders.queue_missing(transaction.conn, encoder_id=stored.encoder_id)
        if forgotten:
            log.info("pictures queued", encoder=stored.spec, pictures=forgotten)
            transaction.nudge(Job.EMBED)
    return not forgotten


def build_index_if_wanted(engine: Engine, stored: StoredEncoder) -> bool:
    """Build an encoder's index where it would pay; tells whether it did.

    A building encoder's waits until the backfill is done.
    """
    with connection(engine) as conn:
        still_building = stored.state == "building" and stored not in encoder_states.built(conn)
        if still_building or not vector_index.wants_index(conn, encoder=stored):
            return False
    log.info("building the vector index", encoder=stored.spec)
    with translated():
        done = vector_index.build_index(engine, encoder=stored)
    log.info("vector index built" if done else "vector index is being built elsewhere")
    return done


def make_ready(transactions: Transactions, stored: StoredEncoder) -> None:
    """An encoder that nothing waits for, and whose index is there, could serve from now on."""
    with transactions() as transaction:
        conn = transaction.conn
        if stored not in encoder_states.built(conn) or vector_index.wants_index(
            conn, encoder=stored
        ):
            return
        if encoder_states.mark_ready(conn, stored.encoder_id):
            log.info("encoder ready", encoder=stored.spec)
