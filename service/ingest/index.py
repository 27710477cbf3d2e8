"""The vector index, built in the background once a collection has outgrown exact search."""

import structlog
from sqlalchemy import Engine

from service.db import encoders, vectors
from service.db.engine import connection, translated

log = structlog.get_logger()


def build_index_if_wanted(engine: Engine) -> bool:
    """Build the serving encoder's index where it would pay; tells whether it did."""
    with connection(engine) as conn:
        stored = encoders.serving(conn)
        if stored is None or not vectors.wants_index(conn, encoder=stored):
            return False
    log.info("building the vector index", encoder=stored.spec)
    with translated():
        built = vectors.build_index(engine, encoder=stored)
    log.info("vector index built" if built else "vector index is being built elsewhere")
    return built
