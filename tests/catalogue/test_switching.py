"""A switch that nobody notices: who answers meanwhile, and what holds it back."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from service.catalogue import moves
from service.catalogue.moves import (
    Lacking,
    NoPictureCheck,
    NoScorer,
    NotCaughtUp,
)
from service.db.encoders import StoredEncoder
from service.learn.desk import NotBuilt
from service.services import Services
from tests.catalogue.steps import (
    ASKER,
    added,
    after,
    build,
    built,
    first,
    switch_when_loaded,
)
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.factories import plain, searchable
from tests.learn.colours import QUICK, judged_colours


def test_the_former_answers_until_the_next_one_is_in_memory(services: Services) -> None:
    """No search waits for weights to be loaded, and none is answered with what is not loaded."""
    red, blue = searchable(services, "red", "blue")
    other = built(services)
    assert first(services, "red") == (red, ColourEncoder.name)
    gate = threading.Event()
    holder = services.encoder.shelf.holder(ContraryEncoder.name)
    services.encoder.shelf.keep_only({ColourEncoder.name})
    slow = services.encoder.shelf.holder(ContraryEncoder.name)
    assert slow is not holder
    slow._load = after(gate, ContraryEncoder)  # noqa: SLF001 - a load that takes as long as it takes
    services.catalogue.switch(other)
    assert first(services, "red") == (red, ColourEncoder.name)
    assert "answers until" in services.health().checks["encoder"].detail
    assert services.health().ready
    gate.set()
    slow.get()
    assert first(services, "red") == (blue, ContraryEncoder.name)
    assert services.health().checks["encoder"].detail == ContraryEncoder.name


def test_pages_go_on_under_the_encoder_that_began_them(services: Services) -> None:
    """A cursor from before the switch turns the pages of the former encoder, and skips nothing."""
    searchable(services, *["red", "green", "blue"] * 4)
    whole = [hit.image_id for hit in services.search(text="red", asker=ASKER, limit=50).hits]
    begun = services.search(text="red", asker=ASKER, limit=5)
    switch_when_loaded(services, built(services))
    assert first(services, "red")[1] == ContraryEncoder.name
    rest = services.search(text="red", asker=ASKER, limit=50, cursor=begun.next_cursor)
    assert rest.encoder == ColourEncoder.name
    assert [hit.image_id for hit in (*begun.hits, *rest.hits)] == whole
    services.cache.client.flushall()
    again = services.search(text="red", asker=ASKER, limit=50, cursor=begun.next_cursor)
    assert [hit.image_id for hit in again.hits] == [hit.image_id for hit in rest.hits]


def test_pictures_that_would_vanish_hold_the_switch_back(services: Services) -> None:
    """What is found now and not yet embedded for the new encoder is counted and told."""
    searchable(services, "red")
    other = built(services)
    services.upload(files=[plain("blue", number=3)], asker=ASKER)
    services.catalogue.pause(other)
    build(services)
    services.catalogue.resume(other)
    with pytest.raises(NotCaughtUp, match="1 pictures"):
        services.catalogue.switch(other)
    assert services.catalogue.switch(other, anyway=True).state == "serving"


def test_without_a_scorer_of_its_own_it_says_so(services: Services) -> None:
    """Where results are scored, an encoder that has no scorer asks for one, or for --anyway."""

    class OneScorer:
        def __init__(self, *, has: bool) -> None:
            self.has_one = has
            self.followed: list[int] = []

        def serves(self, conn: Connection) -> bool:
            return bool(conn)

        def has(self, conn: Connection, encoder_id: int) -> bool:
            return self.has_one and bool(conn and encoder_id)

        def follow(self, conn: Connection, encoder_id: int) -> bool:
            self.followed.append(encoder_id)
            return self.has_one and bool(conn)

    def never(conn: Connection, stored: StoredEncoder) -> bool:
        return not (conn and stored)

    searchable(services, "red")
    other = built(services)
    lacking = OneScorer(has=False)
    with pytest.raises(NoScorer, match="glimpse train"):
        moves.switch(services.transactions, other, scorers=lacking, is_checked=never, anyway=False)
    having = OneScorer(has=True)
    moves.switch(services.transactions, other, scorers=having, is_checked=never, anyway=False)
    assert having.followed == [other]
    moves.rollback(services.transactions, scorers=having, is_checked=never)
    serving = services.catalogue.listed()[0].encoder
    assert (serving.state, having.followed) == ("serving", [other, serving.encoder_id])


def test_a_scorer_trained_before_the_switch_comes_along(services: Services) -> None:
    """What would be missing is told, trained for beforehand, and published with the switch."""
    judged_colours(services)
    services.learning.train(QUICK, publish=True)
    other = added(services)
    with pytest.raises(NotBuilt, match=str(other)):
        services.learning.train(QUICK, encoder_id=other)
    build(services)
    assert services.catalogue.lacking() == {other: Lacking(pictures=0, scorer=True, check=False)}
    trained = services.learning.train(QUICK, encoder_id=other)
    assert not services.catalogue.lacking()[other]
    switch_when_loaded(services, other)
    (serving,) = [one for one in services.learning.listed() if one.state == "published"]
    assert serving.scorer_id == trained.stored["cosine"]
    page = services.search(text="red", asker=ASKER)
    assert (page.encoder, page.scorer) == (ContraryEncoder.name, serving.name)


def test_without_a_picture_check_of_its_own_it_says_so(services: Services) -> None:
    """Where pictures are checked, an encoder that cannot check them is refused, or taken anyway."""

    def only_the_first(conn: Connection, stored: StoredEncoder) -> bool:
        return bool(conn) and stored.spec == ColourEncoder.name

    searchable(services, "red")
    other = built(services)
    catalogue = replace(services.catalogue, is_checked=only_the_first)
    with pytest.raises(NoPictureCheck, match="picture-check --measure"):
        catalogue.switch(other)
    assert catalogue.switch(other, anyway=True).state == "serving"
    assert catalogue.rollback().spec == ColourEncoder.name


def test_a_rollback_during_the_load_leaves_nothing_behind(services: Services) -> None:
    """Taken back before the next one was in memory, the switch is as if it never was."""
    searchable(services, "red")
    other = built(services)
    first(services, "red")
    services.encoder.shelf.keep_only({ColourEncoder.name})
    slow = services.encoder.shelf.holder(ContraryEncoder.name)
    gate = threading.Event()
    slow._load = after(gate, ContraryEncoder)  # noqa: SLF001 - a load that takes as long as it takes
    services.catalogue.switch(other)
    assert first(services, "red")[1] == ColourEncoder.name
    services.catalogue.rollback()
    assert first(services, "red")[1] == ColourEncoder.name
    assert services.health().checks["encoder"].detail == ColourEncoder.name
    gate.set()
