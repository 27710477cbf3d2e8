"""The life of an encoder: added, built beside the serving one, switched to and back, removed."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from service.catalogue.moves import (
    AlreadyAdded,
    NoSuchEncoder,
    NothingToGoBackTo,
    NotReady,
    ServesNow,
)
from service.config import read_settings
from service.db import encoders
from service.db.engine import connection
from service.services import Services
from tests.catalogue.steps import ASKER, added, build, built, first, state, switch_when_loaded
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.factories import plain, searchable


def test_built_beside_the_serving_one_and_switched_to_and_back(services: Services) -> None:
    """While it is built the former answers; after the switch the new one; then the former again."""
    red, blue = searchable(services, "red", "blue")
    other = added(services)
    assert state(services, other) == "building"
    assert first(services, "red") == (red, ColourEncoder.name)
    build(services)
    assert state(services, other) == "ready"
    assert first(services, "red") == (red, ColourEncoder.name)
    switch_when_loaded(services, other)
    assert first(services, "red") == (blue, ContraryEncoder.name)
    services.catalogue.rollback()
    assert first(services, "red") == (red, ColourEncoder.name)
    services.catalogue.rollback()
    assert first(services, "red") == (blue, ContraryEncoder.name)


def test_what_is_not_ready_does_not_serve(services: Services) -> None:
    """Building, unknown and absent encoders are refused with what to do."""
    searchable(services, "red")
    other = added(services)
    with pytest.raises(NotReady, match="building"):
        services.catalogue.switch(other)
    with pytest.raises(NoSuchEncoder):
        services.catalogue.switch(99)
    with pytest.raises(NothingToGoBackTo):
        services.catalogue.rollback()
    with pytest.raises(AlreadyAdded, match=str(other)):
        services.catalogue.add(ContraryEncoder.name)


def test_removed_it_leaves_nothing(services: Services) -> None:
    """Vectors, encodings and row go; the serving encoder cannot be removed."""
    red, _ = searchable(services, "red", "blue")
    other = built(services)
    serving = services.catalogue.listed()[0].encoder.encoder_id
    with pytest.raises(ServesNow):
        services.catalogue.remove(serving)
    services.catalogue.remove(other)
    assert [one.encoder.encoder_id for one in services.catalogue.listed()] == [serving]
    with services.engine.connect() as conn:
        assert (
            conn.scalar(text("SELECT to_regclass(:it)"), {"it": encoders.partition(other)}) is None
        )
        assert conn.scalar(text("SELECT count(*) FROM encodings")) == 2
        assert conn.scalar(text("SELECT count(*) FROM image_vectors")) == 2
    assert first(services, "red") == (red, ColourEncoder.name)


def test_removed_under_the_hands_of_a_process_that_lags_behind(services: Services) -> None:
    """A process that still answers with the former finds out, and answers with the next one."""
    _, blue = searchable(services, "red", "blue")
    other = built(services)
    first(services, "red")
    former = services.catalogue.listed()[0].encoder.encoder_id
    services.encoder.shelf.keep_only({ColourEncoder.name})
    services.catalogue.switch(other)
    services.catalogue.remove(former)
    assert first(services, "red") == (blue, ContraryEncoder.name)


def test_the_one_before_the_former_is_retired_and_can_be_brought_back(services: Services) -> None:
    """Only serving and former are kept up to date; a retired one builds what it has missed."""
    searchable(services, "red")
    other = built(services)
    third = services.catalogue.add("bundled").encoder_id
    build(services)
    serving = services.catalogue.listed()[0].encoder.encoder_id
    services.catalogue.switch(other)
    services.catalogue.switch(third)
    assert [state(services, one) for one in (serving, other, third)] == [
        "retired",
        "ready",
        "serving",
    ]
    services.upload(files=[plain("blue", number=5)], asker=ASKER)
    build(services)
    assert services.catalogue.one(serving).done == 1
    services.catalogue.resume(serving)
    build(services)
    assert (state(services, serving), services.catalogue.one(serving).done) == ("ready", 2)


def test_a_changed_setting_is_told_with_the_command(services: Services) -> None:
    """A home keeps its encoder; whoever sets another one reads how to change it."""
    wished = read_settings(home=services.settings.home, encoder="small")
    serving = replace(services.serving, settings=wished)
    assert serving.notice() is None
    searchable(services, "red")
    assert "glimpse encoders add small" in str(serving.notice())
    assert services.serving.notice() is None
    with connection(services.engine) as conn:
        assert encoders.serving(conn) is not None
