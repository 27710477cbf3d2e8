"""Neighbours: exact when few, by the index when many, and as many as were asked for."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text

from service.db import collections, images, vector_index, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import make_engine
from service.stack.endpoints import Endpoints
from tests.conftest import new_database
from tests.factories import an_encoder, an_image, many_vectors, unit_vectors

MANY = 20_000
DIMENSION = 64


def direction(*numbers: float) -> NDArray[np.float32]:
    """A vector written out."""
    return np.array(numbers, np.float32)


def test_neighbours_come_nearest_first(engine: Engine) -> None:
    """The nearest picture leads, and the similarity is the cosine."""
    with engine.begin() as conn:
        encoder = an_encoder(conn)
        near, far = an_image(conn), an_image(conn)
        found = {near: direction(1, 0, 0), far: direction(0.6, 0.8, 0)}
        vectors.upsert(conn, encoder=encoder, vectors=found)
        result = vectors.neighbours(conn, encoder=encoder, vector=direction(1, 0, 0), limit=5)
    assert [one.key for one in result] == [near, far]
    assert [one.similarity for one in result] == pytest.approx([1.0, 0.6], abs=1e-3)


def test_deleted_pictures_are_no_neighbours(engine: Engine) -> None:
    """A deleted picture is not found, and is again once it is back."""
    with engine.begin() as conn:
        encoder = an_encoder(conn)
        key = an_image(conn)
        vectors.upsert(conn, encoder=encoder, vectors={key: direction(1, 0, 0)})
        images.mark_deleted(conn, image_key=key)
        ask = {"encoder": encoder, "vector": direction(1, 0, 0), "limit": 5}
        assert vectors.neighbours(conn, **ask) == []  # type: ignore[arg-type]
        images.unmark_deleted(conn, image_key=key)
        assert len(vectors.neighbours(conn, **ask)) == 1  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def many(servers: Endpoints, template: str) -> Iterator[tuple[Engine, StoredEncoder]]:
    """Many vectors with their index, made once."""
    with new_database(servers.database_url, "many_vectors", template=template) as url:
        engine = make_engine(url)
        with engine.begin() as conn:
            encoder = an_encoder(conn, dimension=DIMENSION)
            keys = many_vectors(conn, encoder, unit_vectors(MANY, DIMENSION))
            chosen = collections.ensure(conn, "few")
            for key in keys[::500]:
                collections.add(conn, collection_id=chosen, image_key=key)
        vector_index.build_index(engine, encoder=encoder)
        yield engine, encoder
        engine.dispose()


def plan(conn: Connection, encoder: StoredEncoder) -> str:
    """How PostgreSQL carries out the product's own statement."""
    vectors.search_wide(conn, limit=300)
    rows = conn.execute(
        text("EXPLAIN " + vectors.by_index_sql(encoder)),
        {"vector": vectors.literal(unit_vectors(1, DIMENSION)[0]), "limit": 300, "askers": []},
    )
    return "\n".join(rows.scalars())


def index_scans(engine: Engine, encoder: StoredEncoder) -> int:
    """How often the index has been used, as the server counts it."""
    with engine.connect() as conn:
        conn.execute(text("SELECT pg_stat_force_next_flush()"))
        found = conn.scalar(
            text("SELECT pg_stat_get_numscans(CAST(:name AS regclass))"),
            {"name": vector_index.index_name(encoder)},
        )
    return int(found or 0)


def test_many_rows_are_searched_by_the_index(many: tuple[Engine, StoredEncoder]) -> None:
    """The planner takes the HNSW index, also after the driver has prepared the statement."""
    engine, encoder = many
    query = unit_vectors(1, DIMENSION, seed=5)[0]
    before = index_scans(engine, encoder)
    with engine.connect() as conn:
        for _ in range(12):
            vectors.neighbours(conn, encoder=encoder, vector=query, limit=300)
        assert vector_index.index_name(encoder) in plan(conn, encoder)
        runs = conn.execute(
            text(
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
                " WHERE statement LIKE '%<#>%'"
            )
        ).scalars()
        assert max(runs) >= 5, "the driver was expected to have prepared the statement"
        conn.execute(text("SELECT pg_stat_force_next_flush()"))
    assert index_scans(engine, encoder) - before >= 12


def test_three_hundred_results_are_three_hundred(many: tuple[Engine, StoredEncoder]) -> None:
    """The index does not stop at its default of forty, and finds nearly all true neighbours."""
    engine, encoder = many
    query = unit_vectors(1, DIMENSION, seed=7)[0]
    with engine.connect() as conn:
        result = vectors.neighbours(conn, encoder=encoder, vector=query, limit=300)
        conn.execute(text("SET LOCAL enable_indexscan = off"))
        exact = vectors.neighbours(conn, encoder=encoder, vector=query, limit=300)
    assert len(result) == 300
    assert len({one.key for one in result} & {one.key for one in exact}) >= 285
    assert [one.similarity for one in result] == sorted(
        (one.similarity for one in result), reverse=True
    )


def test_a_small_collection_is_searched_whole(many: tuple[Engine, StoredEncoder]) -> None:
    """A filter that leaves few pictures loses none of them."""
    engine, encoder = many
    with engine.connect() as conn:
        few = collections.find(conn, "few")
        result = vectors.neighbours(
            conn,
            encoder=encoder,
            vector=unit_vectors(1, DIMENSION, seed=9)[0],
            limit=500,
            collection_id=few,
        )
    assert len(result) == MANY // 500


def test_the_index_is_built_once_it_pays(many: tuple[Engine, StoredEncoder]) -> None:
    """A large collection with its index wants no other; an invalid one is built anew."""
    engine, encoder = many
    with engine.connect() as conn:
        assert vector_index.has_index(conn, encoder=encoder)
        assert not vector_index.wants_index(conn, encoder=encoder)


def test_a_few_rows_want_no_index(engine: Engine) -> None:
    """Below the threshold the exact scan serves."""
    with engine.begin() as conn:
        assert not vector_index.wants_index(conn, encoder=an_encoder(conn))
