"""Embedding: every picture gets its vector whatever fails; only a poisonous one is set aside."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import text

from service.domain import Asker, PictureState
from service.encoder.port import Vectors
from service.errors import Unavailable
from service.ingest.embed import Embedding, Outcome, embed_batch, embed_waiting
from service.services import Services
from service.store import original_key
from tests.encoder_stand_in import ColourEncoder
from tests.factories import plain, searchable

ASKER = Asker()


class Trouble(ColourEncoder):
    """An encoder that something happens to, each time it is asked."""

    def __init__(self, happen: Callable[[Sequence[Image.Image]], None]) -> None:
        """Let this happen."""
        super().__init__()
        self.happen = happen

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Let it happen, then encode."""
        self.happen(pictures)
        return super().encode_pictures(pictures)


def troubled(
    services: Services, happen: Callable[[Sequence[Image.Image]], None], *, batch: int = 16
) -> Embedding:
    """What embeds, with something that happens."""
    return replace(services.embedding(), encoder=Trouble(happen), batch=batch)


def upload(services: Services, *colours: str) -> list[str]:
    """Pictures that wait; answers their ids."""
    services.register_encoder()
    files = [plain(colour, number=number) for number, colour in enumerate(colours)]
    return [str(one.image_id) for one in services.upload(files=files, asker=ASKER)]


def states(services: Services, image_ids: Sequence[str]) -> list[PictureState]:
    """How far the pictures are."""
    return [services.picture(image_id, asker=ASKER).state for image_id in image_ids]


def let_leases_run_out(services: Services) -> None:
    """Time passes."""
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "UPDATE encodings SET leased_until = now() - interval '1 second'"
                " WHERE leased_until IS NOT NULL"
            )
        )


def test_what_waits_becomes_searchable(services: Services) -> None:
    """More pictures than fit into a batch are all embedded in one go."""
    ids = upload(services, *["red"] * 5)
    embed_waiting(replace(services.embedding(), batch=2))
    assert states(services, ids) == [PictureState.READY] * 5


def test_whoever_is_asked_to_stop_finishes_the_batch_in_hand(services: Services) -> None:
    """The batch in hand is written, the next one is left to others, and nothing stays leased."""
    ids = upload(services, *["red"] * 5)
    work = replace(services.embedding(), batch=2)
    batches: list[Outcome] = []
    embed_waiting(work, progress=batches.append, stopping=lambda: bool(batches))
    assert states(services, ids).count(PictureState.READY) == 2
    embed_waiting(work)
    assert states(services, ids) == [PictureState.READY] * 5


def test_a_poisonous_picture_is_set_aside_and_its_neighbours_are_not(services: Services) -> None:
    """The batch it kills is tried one by one; after three lonely tries it alone is quarantined."""

    def choke_on_black(pictures: Sequence[Image.Image]) -> None:
        if any(picture.getpixel((10, 10)) == (10, 10, 10) for picture in pictures):
            raise MemoryError("too dark")

    ids = upload(services, "red", "black", "blue")
    embed_waiting(troubled(services, choke_on_black))
    ready, aside = PictureState.READY, PictureState.QUARANTINED
    assert states(services, ids) == [ready, aside, ready]
    assert "too dark" in str(services.picture(ids[1], asker=ASKER).reason)
    services.retry_picture(ids[1])
    embed_waiting(services.embedding())
    assert states(services, ids) == [ready] * 3


def test_a_worker_that_dies_in_the_act_costs_a_lease(services: Services) -> None:
    """A batch whose process vanished waits out its lease, then all of it is embedded."""

    def vanish(_: object) -> None:
        # Closing the pool under the worker is as near to kill -9 as one process can come.
        raise KeyboardInterrupt

    ids = upload(services, "red", "blue")
    with pytest.raises(KeyboardInterrupt):
        embed_batch(troubled(services, vanish))
    embed_waiting(services.embedding())
    assert states(services, ids) == [PictureState.READY] * 2


def test_a_part_that_is_away_is_nobodys_fault(services: Services) -> None:
    """While the store does not answer nothing is counted against the pictures."""

    class StoreAway(Unavailable):
        """The store is away."""

    def be_away(_: object) -> None:
        raise StoreAway

    ids = upload(services, "red")
    for _ in range(5):
        with pytest.raises(StoreAway):
            embed_batch(troubled(services, be_away))
    embed_waiting(services.embedding())
    assert states(services, ids) == [PictureState.READY]


def test_a_worker_that_lost_its_lease_writes_nothing(services: Services) -> None:
    """Someone who was thought dead and comes back does not overwrite what others did."""
    ids = upload(services, "red")
    done: list[Outcome] = []

    def sleep_too_long(_: object) -> None:
        let_leases_run_out(services)
        done.append(embed_batch(services.embedding()))
        with services.transactions() as transaction:
            transaction.conn.execute(text("DELETE FROM image_vectors"))

    embed_batch(troubled(services, sleep_too_long))
    assert done == [Outcome(done=1, failed=0, more=True)]
    assert states(services, ids) == [PictureState.READY]
    with services.engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM image_vectors")) == 0


def test_a_picture_whose_bytes_are_broken_is_set_aside_at_once(services: Services) -> None:
    """What cannot be decoded any more is named with its reason; its neighbours are embedded."""
    ids = upload(services, "red", "blue")
    broken = services.picture(ids[0], asker=ASKER)
    key = original_key(broken.sha256, ".png")
    services.store.delete(key)
    services.store.put(key, b"something else")
    embed_waiting(services.embedding())
    assert states(services, ids) == [PictureState.QUARANTINED, PictureState.READY]
    assert services.picture(ids[0], asker=ASKER).reason


def test_pictures_that_came_before_any_encoder_are_embedded(services: Services) -> None:
    """An upload into a home without an encoder is not forgotten."""
    uploaded = services.upload(files=[plain("red")], asker=ASKER)
    embed_waiting(services.embedding())
    assert states(services, [str(uploaded[0].image_id)]) == [PictureState.READY]


def test_settling_embeds_where_no_worker_lives(services: Services) -> None:
    """An import returns when everything is searchable, by its own work if need be."""
    ids = upload(services, *["red"] * 3)
    steps: list[int] = []
    services.settle(progress=steps.append)
    assert sum(steps) == 3
    assert states(services, ids) == [PictureState.READY] * 3
    searchable(services)
