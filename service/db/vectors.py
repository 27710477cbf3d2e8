"""Vectors of pictures and their neighbours; the only file that names the distance operator."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from service.db import restrictions
from service.db.encoders import StoredEncoder, partition
from service.db.engine import BINARY
from service.db.filters import EVERYTHING, Narrowing, leaves_few
from service.db.vector_index import EXACT_BELOW, has_index
from service.domain import Candidate

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
    """A vector as pgvector reads it: five digits tell all numbers of half precision apart."""
    numbers = np.asarray(vector, np.float16).tolist()
    return "[" + ("%.5g," * len(numbers))[:-1] % tuple(numbers) + "]"


def listed(keys: Sequence[int]) -> str:
    """Keys as PostgreSQL reads an array of them: the driver's own way takes long for hundreds."""
    return "{" + ",".join(map(str, keys)) + "}"


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
             WHERE encoder_id = {encoder.encoder_id:d} AND image_id = ANY(CAST(:keys AS bigint[]))
            """
        ),
        {"keys": listed(image_keys)},
        execution_options={BINARY: True},
    ).all()
    if not rows:
        return [], np.zeros((0, encoder.dimension), np.float32)
    packed = b"".join(row.packed for row in rows)
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
