"""Leases: nobody embeds what another holds, and only a poisonous picture is set aside."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, text

from service.db import encodings
from service.db.encoders import StoredEncoder
from service.db.encodings import Claimed
from tests.factories import an_encoder, an_image


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A connection whose work is rolled back at the end."""
    with engine.connect() as conn:
        yield conn


@pytest.fixture
def encoder(conn: Connection) -> StoredEncoder:
    """The serving encoder."""
    return an_encoder(conn)


def claim(conn: Connection, encoder: StoredEncoder, *, most: int = 10) -> list[Claimed]:
    """A batch as a worker claims it."""
    return encodings.claim(
        conn, encoder_id=encoder.encoder_id, token=uuid4(), most=most, lease_seconds=60
    )


def claim_alone(conn: Connection, encoder: StoredEncoder) -> list[Claimed]:
    """A single picture as a worker claims it after its batch died."""
    return encodings.claim_alone(
        conn, encoder_id=encoder.encoder_id, token=uuid4(), lease_seconds=60
    )


def let_leases_run_out(conn: Connection, encoder: StoredEncoder) -> int:
    """The holder dies and time passes; answers how many pictures were found abandoned."""
    conn.execute(
        text(
            "UPDATE encodings SET leased_until = now() - interval '1 second'"
            " WHERE leased_until IS NOT NULL"
        )
    )
    return encodings.mark_abandoned(conn, encoder_id=encoder.encoder_id)


def test_a_leased_picture_is_not_claimed_again(conn: Connection, encoder: StoredEncoder) -> None:
    """Two claims in a row share nothing."""
    keys = [an_image(conn) for _ in range(3)]
    first, second = claim(conn, encoder, most=2), claim(conn, encoder, most=2)
    assert [one.image_key for one in first + second] == keys
    assert claim(conn, encoder) == []


def test_two_workers_claim_at_the_same_time(engine: Engine) -> None:
    """A worker passes over rows that another is claiming, without waiting."""
    with engine.begin() as conn:
        encoder = an_encoder(conn)
        keys = {an_image(conn) for _ in range(4)}
    with engine.connect() as one, engine.connect() as other:
        first = claim(one, encoder, most=2)
        second = claim(other, encoder, most=10)
    assert {claimed.image_key for claimed in first + second} == keys


def test_a_batch_that_died_is_tried_alone(conn: Connection, encoder: StoredEncoder) -> None:
    """After its lease ran out a picture is claimed by itself, not in a batch."""
    for _ in range(3):
        an_image(conn)
    claim(conn, encoder)
    assert let_leases_run_out(conn, encoder) == 3
    assert claim(conn, encoder) == []
    assert len(claim_alone(conn, encoder)) == 1


def test_three_lonely_deaths_quarantine_a_picture(conn: Connection, encoder: StoredEncoder) -> None:
    """The batch's death does not count; the third death alone does it, with a reason."""
    key = an_image(conn)
    claim(conn, encoder)
    let_leases_run_out(conn, encoder)
    for _ in range(3):
        assert (
            encodings.quarantine_exhausted(conn, encoder_id=encoder.encoder_id, reason="it died")
            == []
        )
        assert len(claim_alone(conn, encoder)) == 1
        let_leases_run_out(conn, encoder)
    assert encodings.quarantine_exhausted(
        conn, encoder_id=encoder.encoder_id, reason="it died"
    ) == [key]
    assert "died" in str(conn.scalar(text("SELECT error FROM encodings")))
    assert claim_alone(conn, encoder) == []


def test_a_blameless_return_counts_nothing(conn: Connection, encoder: StoredEncoder) -> None:
    """A picture given back because a part was away is as if never tried."""
    an_image(conn)
    for _ in range(5):
        token = uuid4()
        ids = {"encoder_id": encoder.encoder_id, "token": token}
        assert encodings.claim(conn, **ids, most=1, lease_seconds=60)  # type: ignore[arg-type]
        encodings.give_back(conn, **ids, blameless=True)  # type: ignore[arg-type]
    assert conn.execute(text("SELECT attempts, alone FROM encodings")).one() == (0, False)


def test_a_lost_lease_writes_nothing(conn: Connection, encoder: StoredEncoder) -> None:
    """Whoever comes back after the lease ran out holds no picture any more."""
    an_image(conn)
    token = uuid4()
    encodings.claim(conn, encoder_id=encoder.encoder_id, token=token, most=1, lease_seconds=60)
    let_leases_run_out(conn, encoder)
    assert encodings.still_held(conn, encoder_id=encoder.encoder_id, token=token) == []


def test_a_retried_picture_is_new(conn: Connection, encoder: StoredEncoder) -> None:
    """Out of quarantine a picture is claimed in a batch again, its error forgotten."""
    key = an_image(conn)
    token = uuid4()
    encodings.claim(conn, encoder_id=encoder.encoder_id, token=token, most=1, lease_seconds=60)
    encodings.quarantine(
        conn, encoder_id=encoder.encoder_id, token=token, image_key=key, error="broken"
    )
    assert claim(conn, encoder) == []
    assert encodings.retry(conn, image_key=key) == 1
    assert [one.image_key for one in claim(conn, encoder)] == [key]
