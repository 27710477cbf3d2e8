"""A pair learns only what the law and the evaluation leave it."""

from service.db.described import described
from service.db.engine import connection
from service.domain import Asker
from service.learn.described_pairs import described_pairs
from service.services import Services
from service.store import original_key
from tests.pairing.walls import aligned, ask_about, hang, picture, show


def test_nothing_is_learned_that_the_law_keeps_back(services: Services, tower: str) -> None:
    """Restricted pictures and evaluation pictures stay out, and each reason is counted."""
    hang(services)
    show(services, picture("red", 100), ["a six year old boy at a wall", "a red wall"])
    asked = show(services, picture("red", 101), ["a red wall once more"])
    ask_about(services, asked, "a red wall")
    lesson = described_pairs(services.engine, services.gate, services.law)
    assert len(lesson.pairs) == 18
    assert (lesson.left_out.restricted_pictures, lesson.left_out.evaluation_pictures) == (1, 1)
    assert not any("boy" in caption.text for caption in lesson.captions)
    data = aligned(services, tower).card.learned["data"]
    assert data["left_out"]["restricted_pictures"] == 1
    assert data["left_out"]["evaluation_pictures"] == 1


def test_a_picture_whose_bytes_are_lost_is_left_out(services: Services, tower: str) -> None:
    """One damaged file stops nothing; it is counted on the card."""
    hang(services)
    with connection(services.engine) as conn:
        one = described(conn)[0]
    path = services.settings.home / "images" / original_key(one.sha256, one.suffix)
    path.write_bytes(b"no picture any more")
    data = aligned(services, tower).card.learned["data"]
    assert data["pictures"] == 17
    assert data["left_out"]["unreadable_pictures"] == 1


def test_only_the_collections_named_are_learned_from(services: Services) -> None:
    """A collection's pictures, and no others."""
    hang(services)
    (taken,) = services.uploading(
        files=[picture("blue", 200)], asker=Asker(), captions=["a blue wall"], collection="mine"
    )
    lesson = described_pairs(services.engine, services.gate, services.law, collections=["mine"])
    assert taken.image_id is not None
    assert [pair.captions[0].text for pair in lesson.pairs] == ["a blue wall"]
