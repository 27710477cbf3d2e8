"""Near duplicates among many: found by their bits, through the indexes."""

import random

import pytest
from sqlalchemy import Engine, text

from service.db import likeness
from tests.factories import an_image

MANY = 20_000


def put(engine: Engine, waves: int, gradients: int = 0) -> int:
    """A picture with these bits."""
    with engine.begin() as conn:
        key = an_image(conn)
        likeness.keep(conn, image_key=key, waves=waves, gradients=gradients)
    return key


@pytest.mark.parametrize("differing", [0, 1, 5, 10])
def test_few_differing_bits_are_near_wherever_they_are(engine: Engine, differing: int) -> None:
    """Whichever bits differ, a picture is found up to the limit and not beyond it."""
    chance = random.Random(differing)
    for _ in range(5):
        waves = chance.getrandbits(64)
        one = put(engine, waves)
        other = waves
        for bit in chance.sample(range(64), differing):
            other ^= 1 << bit
        far = other
        rest = [bit for bit in range(64) if not (waves ^ other) >> bit & 1]
        for bit in rest[: likeness.MOST_WAVES + 1 - differing]:
            far ^= 1 << bit
        near, beyond = put(engine, other), put(engine, far, gradients=0)
        with engine.connect() as conn:
            found = {each.image_key: each.distance for each in likeness.near(conn, image_key=one)}
        assert found.get(near) == differing
        assert beyond not in found


def test_other_gradients_are_another_picture(engine: Engine) -> None:
    """Two drawings of one room agree in their waves alone, and are no duplicates."""
    one, other = put(engine, 12345), put(engine, 12345, gradients=2**13 - 1)
    with engine.connect() as conn:
        assert likeness.near(conn, image_key=one) == []
        assert likeness.near(conn, image_key=other) == []


def test_the_search_takes_the_indexes(engine: Engine) -> None:
    """Among many pictures only those that agree nearly in one band are looked at."""
    key = put(engine, random.Random(1).getrandbits(64))
    with engine.begin() as conn:
        conn.execute(
            text(
                """
                INSERT INTO images (public_id, sha256, name, format, media_type, suffix,
                                    served_media_type, served_suffix, width, height, size_bytes,
                                    placeholder, likeness, waves, gradients)
                SELECT 'm' || n, 'm' || n, 'n', 'jpeg', 'image/jpeg', '.jpg', 'image/jpeg', '.jpg',
                       4, 3, 1, '', 'compared',
                       CAST((hashtextextended('w' || n, 1)) AS bit(64)),
                       CAST((hashtextextended('g' || n, 2)) AS bit(64))
                  FROM generate_series(1, :many) n
                """
            ),
            {"many": MANY},
        )
    with engine.begin() as conn:
        conn.execute(text("ANALYZE images"))
        statement, values = likeness.asking(conn, image_key=key)
        plan = "\n".join(
            str(line) for line in conn.execute(text(f"EXPLAIN {statement}"), values).scalars()
        )
    assert "Seq Scan" not in plan
    assert all(f"ix_images_waves_{number}" in plan for number in (1, 2, 3, 4))
