"""A build in the background: what comes in meanwhile, pauses, dead workers, broken files."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from service.catalogue.moves import (
    NotReady,
)
from service.db import encodings
from service.services import Services
from tests.catalogue.steps import ASKER, added, build, state, switch_when_loaded
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.factories import plain, searchable


def test_an_upload_during_the_build_gets_both_vectors(services: Services) -> None:
    """It is found at once under the serving encoder, and under the new one after the switch."""
    searchable(services, "green")
    other = added(services)
    services.upload(files=[plain("blue", number=7)], asker=ASKER)
    build(services)
    assert services.catalogue.one(other).done == 2
    switch_when_loaded(services, other)
    services.upload(files=[plain("yellow", number=8)], asker=ASKER)
    build(services)
    assert [one.done for one in services.catalogue.listed()] == [3, 3]


def test_a_picture_that_the_encoder_was_never_told_of_is_found_out(services: Services) -> None:
    """An upload that was under way while the encoder was added holds back its readiness."""
    searchable(services, "red", "blue")
    other = added(services)
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "DELETE FROM encodings WHERE encoder_id = :id AND image_id IN"
                " (SELECT max(id) FROM images)"
            ),
            {"id": other},
        )
    build(services)
    assert state(services, other) == "building"
    build(services)
    assert state(services, other) == "ready"
    assert services.catalogue.one(other).done == 2


def test_paused_it_waits_and_resumed_it_goes_on(services: Services) -> None:
    """A pause stops the build, not the serving encoder."""
    searchable(services, "red")
    other = added(services)
    services.catalogue.pause(other)
    services.upload(files=[plain("blue", number=9)], asker=ASKER)
    build(services)
    assert [one.done for one in services.catalogue.listed()] == [2, 0]
    with pytest.raises(NotReady, match="paused"):
        services.catalogue.switch(other)
    services.catalogue.resume(other)
    build(services)
    assert state(services, other) == "ready"


def test_an_encoder_that_cannot_work_stops_no_other(services: Services) -> None:
    """Its reason is told beside it, uploads go on, and once mended the build does too."""
    searchable(services, "red")
    other = added(services)
    services.encoder.shelf.keep_only({ColourEncoder.name})
    broken = services.encoder.shelf.holder(ContraryEncoder.name)
    changed = ContraryEncoder()
    changed.fingerprint = "changed"
    broken._load = lambda: changed  # noqa: SLF001 - files that changed meanwhile
    services.upload(files=[plain("blue", number=4)], asker=ASKER)
    build(services)
    standings = services.catalogue.listed()
    assert [one.done for one in standings] == [2, 0]
    assert "are not those whose vectors are stored" in str(standings[1].error)
    services.encoder.shelf.keep_only({ColourEncoder.name})
    build(services)
    assert services.catalogue.one(other).error is None
    assert state(services, other) == "ready"


def test_what_is_ordered_on_the_page_is_done_by_a_worker(services: Services) -> None:
    """An order to add builds an encoder; one that fails stays with its reason."""
    searchable(services, "red")
    services.catalogue.order("add", ContraryEncoder.name)
    services.catalogue.order("add", "ViT-B-32/nowhere")
    services.catalogue.run_orders()
    assert [one.encoder.spec for one in services.catalogue.listed()] == [
        ColourEncoder.name,
        ContraryEncoder.name,
    ]
    (failed,) = services.catalogue.orders()
    assert (failed.state, failed.spec) == ("failed", "ViT-B-32/nowhere")
    assert "did you mean" in str(failed.reason)
    services.catalogue.drop_order(failed.order_id)
    assert services.catalogue.orders() == []


def test_a_build_whose_worker_was_killed_goes_on(services: Services) -> None:
    """Pictures that a dead worker held are embedded when its lease has run out."""
    searchable(services, "red", "blue", "green")
    other = added(services)
    with services.transactions() as transaction:
        taken = encodings.claim(
            transaction.conn, encoder_id=other, token=uuid4(), most=2, lease_seconds=60
        )
    assert len(taken) == 2
    build(services)
    assert (state(services, other), services.catalogue.one(other).done) == ("building", 1)
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "UPDATE encodings SET leased_until = now() - interval '1 second'"
                " WHERE lease_token IS NOT NULL"
            )
        )
    build(services)
    assert (state(services, other), services.catalogue.one(other).done) == ("ready", 3)
