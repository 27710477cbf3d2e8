"""The life of an encoder: added, built beside the serving one, switched to and back, removed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from service.catalogue import moves
from service.catalogue.moves import (
    AlreadyAdded,
    NoPictureCheck,
    NoScorer,
    NoSuchEncoder,
    NotCaughtUp,
    NothingToGoBackTo,
    NotReady,
    ServesNow,
)
from service.db import encoders, encodings
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import Asker
from service.ingest.index import finish_builds
from service.services import Services
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.factories import plain, searchable

ASKER = Asker()


def build(services: Services) -> None:
    """What workers do until nothing is left."""
    services.serving.embed(seconds=30)
    finish_builds(services.engine, services.transactions)


def added(services: Services) -> int:
    """The other encoder, just added."""
    return services.catalogue.add(ContraryEncoder.name).encoder_id


def built(services: Services) -> int:
    """The other encoder, ready to serve."""
    encoder_id = added(services)
    build(services)
    return encoder_id


def state(services: Services, encoder_id: int) -> str:
    """How far the encoder is."""
    return services.catalogue.one(encoder_id).encoder.state


def first(services: Services, query: str, **how: Any) -> tuple[str, str]:
    """The best picture's id, and the encoder that found it."""
    page = services.search(text=query, asker=ASKER, **how)
    return page.hits[0].image_id, page.encoder


def switch_when_loaded(services: Services, encoder_id: int) -> None:
    """Switch, and wait until this process follows."""
    services.catalogue.switch(encoder_id)
    services.encoder.shelf.holder(services.catalogue.one(encoder_id).encoder.spec).get()


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


def after(gate: threading.Event, make: Callable[[], ColourEncoder]) -> Callable[[], ColourEncoder]:
    """A load that ends only when the gate is opened."""

    def load() -> ColourEncoder:
        gate.wait(30)
        return make()

    return load


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
            self.has = has
            self.followed: list[int] = []

        def serves(self, conn: Connection) -> bool:
            return bool(conn)

        def follow(self, conn: Connection, encoder_id: int) -> bool:
            self.followed.append(encoder_id)
            return self.has and bool(conn)

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


def test_a_changed_setting_is_told_with_the_command(services: Services) -> None:
    """A home keeps its encoder; whoever sets another one reads how to change it."""
    assert services.serving.notice() is None
    searchable(services, "red")
    assert "glimpse encoders add bundled" in str(services.serving.notice())
    with connection(services.engine) as conn:
        assert encoders.serving(conn) is not None


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
