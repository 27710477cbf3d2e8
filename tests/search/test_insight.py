"""What a picture's page tells of it, and to whom."""

import pytest
from sqlalchemy import text

from service.domain import Asker, Role
from service.errors import LegallyUnavailable
from service.insight import NothingToTell
from service.policy.gate import Refused
from service.services import Services
from tests.factories import searchable

ASKER = Asker()


def judged(services: Services, image_id: str, said: str, grades: list[int]) -> None:
    """A text about the picture that a panel has graded."""
    with services.transactions() as transaction:
        conn = transaction.conn
        judge = conn.scalar(
            text("INSERT INTO judges (kind, name) VALUES ('person', :name) RETURNING id"),
            {"name": said},
        )
        query = conn.scalar(
            text("INSERT INTO queries (query_id, text) VALUES (:said, :said) RETURNING id"),
            {"said": said},
        )
        conn.execute(
            text(
                "INSERT INTO expert_grades (image_id, query_key, judge_id, grades)"
                " SELECT id, :query, :judge, :grades FROM images WHERE public_id = :image"
            ),
            {"query": query, "judge": judge, "grades": grades, "image": image_id},
        )


def test_why_a_picture_was_found(services: Services) -> None:
    """Its score is the one that results show, with the words that its captions share."""
    red, blue = searchable(services, "red", "blue")
    services.describe(red, ["A red dog runs."])
    hits = services.search(text="red dogs", asker=ASKER).hits
    for image_id in (red, blue):
        why = services.insight.why(image_id, text="red dogs", asker=ASKER)
        assert why is not None
        assert why.score == next(hit.score for hit in hits if hit.image_id == image_id)
        assert (why.words_shared, why.words_asked) == (2 if image_id == red else 0, 2)


def test_a_refused_text_explains_nothing(services: Services) -> None:
    """The law holds on a picture's page as well."""
    (red,) = searchable(services, "red")
    with pytest.raises(Refused):
        services.insight.why(red, text="a boy", asker=ASKER)


def test_similar_pictures_come_best_first(services: Services) -> None:
    """What is most like a picture leads, the picture itself is left out."""
    red, rosy, blue = searchable(services, "red", "red", "blue")
    assert [hit.image_id for hit in services.insight.alike(red, asker=ASKER)] == [rosy, blue]


def test_judgements_are_told_but_for_what_the_law_refuses(services: Services) -> None:
    """The best judged text leads; a text that may not be asked is not read out either."""
    (red,) = searchable(services, "red")
    judged(services, red, "a red wall", [4, 4, 3])
    judged(services, red, "a blue wall", [1, 1, 1])
    judged(services, red, "a little boy", [1, 1, 1])
    told = services.insight.judgements(red, asker=ASKER)
    assert [(one.text, one.grades) for one in told] == [("a red wall", 3), ("a blue wall", 3)]
    assert told[0].expert_mean == pytest.approx(11 / 3)


def test_an_admin_learns_what_is_stored(services: Services) -> None:
    """Vectors by encoder, what restricts the picture, and what was done to it."""
    (red,) = searchable(services, "red")
    user, _ = services.accounts.add(name="ada", role=Role.ADMIN)
    services.review.restrict(red, admin=user, reason="to be asked about")
    record = services.insight.record(red)
    assert [(one.spec, one.has_vector) for one in record.encodings] == [("stand-in:colours", True)]
    assert [one.reason for one in record.restrictions] == ["to be asked about"]
    assert record.history
    with pytest.raises(LegallyUnavailable):
        services.insight.judgements(red, asker=ASKER)
    with pytest.raises(NothingToTell):
        services.insight.record("nowhere")
