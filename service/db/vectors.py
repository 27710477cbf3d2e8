"""Vectors of pictures and their neighbours; the only file that names the distance operator."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from sqlalchemy import Connection, Engine, text

from service.db import locks, restrictions
from service.db.encoders import StoredEncoder, partition
from service.db.filters import EVERYTHING, Narrowing, leaves_few
from service.domain import Candidate

# Below this many rows an exact scan is as fast as the index, and never misses.
EXACT_BELOW = 10_000
MOST_NEIGHBOURS = 1_000


def upsert(
    conn: Connection, *, encoder: StoredEncoder, vectors: Mapping[int, NDArray[np.float32]]
) -> None:
    """Store or replace the vectors of these pictures."""
    conn.execute(
        text(
            """
            INSERT INTO image_vectors (image_id, encoder_id, embedding)
            VALUES (:image_id, :encoder_id, CAST(:embedding AS halfvec))
            ON CONFLICT (image_id, encoder_id) DO UPDATE SET embedding = excluded.embedding
            """
        ),
        [
            {"image_id": key, "encoder_id": encoder.encoder_id, "embedding": literal(vector)}
            for key, vector in sorted(vectors.items())
        ],
    )


def literal(vector: NDArray[np.float32]) -> str:
    """A vector as pgvector reads it."""
    return HalfVector(vector).to_text()


def neighbours(
    conn: Connection,
    *,
    encoder: StoredEncoder,
    vector: NDArray[np.float32],
    limit: int,
    collection_id: int | None = None,
    countries: Sequence[str] = (),
    narrowed: Narrowing = EVERYTHING,
) -> list[Candidate]:
    """The pictures nearest to a vector that askers from there may see, nearest first."""
    search_wide(conn, limit=limit)
    if collection_id is not None:
        statement = within_collection_sql(encoder, narrowed)
    elif has_index(conn, encoder=encoder) and not (
        narrowed.conditions and leaves_few(conn, narrowed, few=EXACT_BELOW)
    ):
        statement = by_index_sql(encoder, narrowed)
    else:
        statement = exact_sql(encoder, narrowed)
    rows = conn.execute(
        text(statement),
        {
            "vector": literal(vector),
            "limit": limit,
            "collection_id": collection_id,
            "askers": list(countries),
            **narrowed.values,
        },
    )
    return [Candidate(key=row.image_id, similarity=row.similarity) for row in rows]


def search_wide(conn: Connection, *, limit: int) -> None:
    """Let the index look far enough for that many rows, for this transaction only.

    Its defaults stop at 40 rows; a filter can drop many, so it may go on scanning.
    """
    conn.execute(
        text(
            """
            SELECT set_config('hnsw.ef_search', :ef_search, true),
                   set_config('hnsw.iterative_scan', 'strict_order', true),
                   set_config('hnsw.max_scan_tuples', '200000', true)
            """
        ),
        {"ef_search": str(min(max(2 * limit, 100), MOST_NEIGHBOURS))},
    )


def nearest(encoder: StoredEncoder, visible: str) -> str:
    """The statement that orders by distance, with what keeps invisible pictures out.

    Encoder and dimension are literals, since neither a partition nor an
    expression index can be chosen by a parameter in a generic plan.
    """
    embedding = f"v.embedding::halfvec({encoder.dimension:d})"
    wanted = f"CAST(:vector AS halfvec({encoder.dimension:d}))"
    return f"""
        SELECT v.image_id, -({embedding} <#> {wanted}) AS similarity
          FROM image_vectors v {visible}
           AND v.encoder_id = {encoder.encoder_id:d}
         ORDER BY {embedding} <#> {wanted}
         LIMIT :limit
        """


def exact_sql(encoder: StoredEncoder, narrowed: Narrowing = EVERYTHING) -> str:
    """Every vector is compared: right while there are few."""
    return nearest(
        encoder,
        f"""
        JOIN images i ON i.id = v.image_id
        WHERE i.deleted_at IS NULL AND {restrictions.visible()}{narrowed.sql}""",
    )


def by_index_sql(encoder: StoredEncoder, narrowed: Narrowing = EVERYTHING) -> str:
    """The index gives the order, and each row is looked at as it comes.

    A join would leave the planner a choice that stale statistics get wrong.
    """
    shown = f"i.deleted_at IS NULL AND {restrictions.visible()}{narrowed.sql}"
    return nearest(encoder, f"WHERE (SELECT {shown} FROM images i WHERE i.id = v.image_id)")


def within_collection_sql(encoder: StoredEncoder, narrowed: Narrowing = EVERYTHING) -> str:
    """Only a collection's pictures are compared, so that a filter loses none of them."""
    return nearest(
        encoder,
        f"""
        JOIN image_collections m ON m.image_id = v.image_id
        JOIN images i ON i.id = v.image_id
        WHERE m.collection_id = :collection_id
          AND i.deleted_at IS NULL AND {restrictions.visible()}{narrowed.sql}""",
    )


def similarities(
    conn: Connection,
    *,
    encoder: StoredEncoder,
    vector: NDArray[np.float32],
    image_keys: Sequence[int],
) -> dict[int, float]:
    """How near these pictures are to a vector, by key."""
    rows = conn.execute(
        text(
            f"""
            SELECT image_id, -(embedding <#> CAST(:vector AS halfvec)) AS similarity
              FROM image_vectors
             WHERE encoder_id = {encoder.encoder_id:d} AND image_id = ANY(:keys)
            """
        ),
        {"vector": literal(vector), "keys": list(image_keys)},
    )
    return {row.image_id: row.similarity for row in rows}


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


def of_pictures(
    conn: Connection, *, encoder: StoredEncoder, image_keys: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """The stored vectors of these pictures, by key."""
    rows = conn.execute(
        text(
            f"""
            SELECT image_id, embedding::text AS embedding FROM image_vectors
             WHERE encoder_id = {encoder.encoder_id:d} AND image_id = ANY(:keys)
            """
        ),
        {"keys": list(image_keys)},
    )
    return {
        row.image_id: np.fromstring(row.embedding.strip("[]"), dtype=np.float32, sep=",")
        for row in rows
    }


def matrix(
    conn: Connection, *, encoder: StoredEncoder, image_keys: Sequence[int]
) -> tuple[list[int], NDArray[np.float32]]:
    """The stored vectors of those of these pictures that have one, a row each, with their keys.

    Taken in the database's own binary form: rescoring has a few milliseconds for hundreds.
    """
    rows = conn.execute(
        text(
            f"""
            SELECT image_id, halfvec_send(embedding) AS packed FROM image_vectors
             WHERE encoder_id = {encoder.encoder_id:d} AND image_id = ANY(:keys)
            """
        ),
        {"keys": list(image_keys)},
    ).all()
    if not rows:
        return [], np.zeros((0, encoder.dimension), np.float32)
    packed = b"".join(bytes(row.packed) for row in rows)
    # Two numbers of two bytes come first: the dimension, and one that is not used.
    found = np.frombuffer(packed, ">f2").reshape(len(rows), -1)[:, 2:]
    return [row.image_id for row in rows], found.astype(np.float32)


def some_keys(conn: Connection, *, encoder: StoredEncoder, most: int) -> list[int]:
    """Pictures with a vector from all over the collection, the same every time."""
    part = partition(encoder.encoder_id)
    rows = conn.execute(
        text(
            f"""
            WITH ends AS (SELECT min(image_id) AS low, max(image_id) AS high FROM {part})
            SELECT DISTINCT near.image_id
              FROM ends, generate_series(0, :most - 1) AS step,
                   LATERAL (SELECT image_id FROM {part}
                             WHERE image_id >= low + (high - low) * step / greatest(:most - 1, 1)
                             ORDER BY image_id LIMIT 1) AS near
             ORDER BY near.image_id
            """
        ),
        {"most": most},
    )
    return list(rows.scalars())
