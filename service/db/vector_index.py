"""The index over an encoder's vectors: whether it is there, whether it would pay, building it."""

from sqlalchemy import Connection, Engine, text

from service.db import locks
from service.db.encoders import StoredEncoder, partition

# Below this many rows an exact scan is as fast as the index, and never misses.
EXACT_BELOW = 10_000


def count(conn: Connection, *, encoder: StoredEncoder) -> int:
    """How many vectors an encoder has."""
    return int(conn.scalar(text(f"SELECT count(*) FROM {partition(encoder.encoder_id)}")) or 0)


def index_name(encoder: StoredEncoder) -> str:
    """The name of an encoder's HNSW index."""
    return f"ix_{partition(encoder.encoder_id)}_hnsw"


def has_index(conn: Connection, *, encoder: StoredEncoder) -> bool:
    """Whether the encoder's index is there and complete."""
    found = conn.scalar(
        text(
            """
            SELECT indisvalid FROM pg_index
             WHERE indexrelid = to_regclass(:name)
            """
        ),
        {"name": index_name(encoder)},
    )
    return bool(found)


def build_index(engine: Engine, *, encoder: StoredEncoder, memory_mb: int = 512) -> bool:
    """Build the HNSW index without stopping anybody; False when a twin is at it already.

    Built after the backfill, which is much faster than keeping it up during one.
    A build that was cut off leaves an invalid index, which is dropped first.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if not locks.try_for_session(conn, locks.Lock.BUILD_INDEX):
            return False
        try:
            conn.execute(text("SET statement_timeout = 0"))
            conn.execute(text(f"SET maintenance_work_mem = '{memory_mb:d}MB'"))
            # A shared-memory segment per worker may be more than a small /dev/shm holds.
            conn.execute(text("SET max_parallel_maintenance_workers = 0"))
            conn.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {index_name(encoder)}"))
            conn.execute(text(index_sql(encoder)))
            conn.execute(text(f"ANALYZE {partition(encoder.encoder_id)}"))
        finally:
            conn.invalidate()
    return True


def index_sql(encoder: StoredEncoder) -> str:
    """The statement that builds an encoder's index."""
    return (
        f"CREATE INDEX CONCURRENTLY {index_name(encoder)} ON {partition(encoder.encoder_id)}"
        f" USING hnsw ((embedding::halfvec({encoder.dimension:d})) halfvec_ip_ops)"
    )


def wants_index(conn: Connection, *, encoder: StoredEncoder) -> bool:
    """Whether there are so many vectors that the missing index would pay."""
    return not has_index(conn, encoder=encoder) and count(conn, encoder=encoder) >= EXACT_BELOW
