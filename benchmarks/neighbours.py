"""How long a vector's neighbours take to find, exactly and by index, and what the index misses."""

from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from benchmarks.table import show
from service.db import migrate, vector_index, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import make_engine
from tests.factories import an_encoder, many_vectors, unit_vectors
from tests.servers import throwaway_servers

ROWS = 50_000
DIMENSION = 512
QUERIES = 100
LIMIT = 300


def clustered(count: int) -> NDArray[np.float32]:
    """Directions that gather around centres, as pictures' vectors do."""
    centres = unit_vectors(500, DIMENSION, seed=1)
    drawn = centres[np.random.default_rng(2).integers(0, 500, count)]
    drawn = drawn + 0.6 * unit_vectors(count, DIMENSION, seed=3)
    unit: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def timed(
    engine: Engine, encoder: StoredEncoder, queries: NDArray[np.float32]
) -> tuple[float, list[set[int]]]:
    """The median time of a search in milliseconds, and what each search found."""
    times, found = [], []
    with engine.connect() as conn:
        for query in queries:
            began = perf_counter()
            result = vectors.neighbours(conn, encoder=encoder, vector=query, limit=LIMIT)
            times.append(perf_counter() - began)
            found.append({one.key for one in result})
            conn.rollback()
    return 1000 * median(times), found


def main() -> None:
    """Measure both ways in one run."""
    with throwaway_servers() as endpoints:
        migrate.upgrade(endpoints.database_url)
        engine = make_engine(endpoints.database_url)
        with engine.begin() as conn:
            encoder = an_encoder(conn, dimension=DIMENSION)
            many_vectors(conn, encoder, clustered(ROWS))
        with engine.begin() as conn:
            conn.execute(text("ANALYZE"))
        queries = clustered(QUERIES)
        exact_ms, truth = timed(engine, encoder, queries)
        began = perf_counter()
        vector_index.build_index(engine, encoder=encoder)
        built = perf_counter() - began
        index_ms, found = timed(engine, encoder, queries)
        engine.dispose()
    recall = np.mean([len(a & b) / len(b) for a, b in zip(found, truth, strict=True)])
    show(
        f"{LIMIT} nearest of {ROWS:,} × {DIMENSION} halfvec (median of {QUERIES} queries)",
        ("way", "ms a search", "recall", "build"),
        (
            ("exact", f"{exact_ms:.1f}", "1", "–"),
            ("HNSW", f"{index_ms:.1f}", f"{recall:.3f}", f"{built:.0f} s"),
        ),
    )
