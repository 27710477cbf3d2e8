"""Scores of answers to a picture: how alike it is, and with a text what the scorer says of that."""

from dataclasses import replace

import numpy as np
import pytest

from service.candidates import BadCursor
from service.db import encoders
from service.domain import Asker, SearchPage
from service.likeness import likeness, measured
from service.search_question import Question
from service.services import Services
from tests.factories import many_vectors, plain, searchable, unit_vectors
from tests.learn.colours import EACH, taught_colours

ASKER = Asker()
taught = pytest.mark.begins_with(fill=taught_colours)


@pytest.fixture
def colours(services: Services) -> Services:
    """Judged pictures of eight colours, three each, and a scorer that serves."""
    return services


def sent(services: Services, colour: str, text: str = "", **more: object) -> SearchPage:
    """The answer to a picture of that colour that nobody has stored."""
    _, file = plain(colour, number=900)
    question = Question(text, ASKER.countries, 100, None, None, None)
    return services.by_picture.search(file=file, question=replace(question, **more))  # type: ignore[arg-type]


def shown(page: SearchPage, *, least: float = 0.5) -> set[str]:
    """The colours of the pictures that score at least so much."""
    return {hit.name.partition("-")[0] for hit in page.hits if hit.score >= least}


@taught
def test_a_picture_alone_is_scored_by_how_alike_pictures_are(colours: Services) -> None:
    """From 0 for strangers to 1 for twins; no scorer is named, since nothing was said."""
    red = colours.search(text="red", asker=ASKER).hits[0].image_id
    for page, others in (
        (colours.search(text="", like=red, asker=ASKER, limit=100), EACH - 1),
        (sent(colours, "red"), EACH),
    ):
        assert page.scorer is None
        assert page.cutoff is None
        assert shown(page) == {"red"}
        assert len([hit for hit in page.hits if hit.score > 0.9]) == others
        assert [hit.score for hit in page.hits] == sorted(
            (hit.score for hit in page.hits), reverse=True
        )
        assert min(hit.score for hit in page.hits) == 0
    assert shown(sent(colours, "red", min_score=0.5), least=0) == {"red"}


@taught
def test_a_text_beside_a_picture_is_judged_by_the_scorer(colours: Services) -> None:
    """What the text does not fit is cut off, and the score lies midway between both parts."""
    red = colours.search(text="red", asker=ASKER).hits[0]
    alone = {hit.image_id: hit.score for hit in colours.search(text="red", asker=ASKER).hits}
    for page in (
        colours.search(text="red", like=red.image_id, asker=ASKER, limit=100),
        sent(colours, "red", "red"),
    ):
        assert page.scorer == "cosine-1"
        assert shown(page, least=0) == {"red"}
        for hit in page.hits:
            assert alone[hit.image_id] < hit.score <= 1
    apart = sent(colours, "red", "blue")
    assert shown(apart, least=0) == {"blue"}
    assert max(hit.score for hit in apart.hits) < 0.5
    assert len(sent(colours, "red", "blue", min_score=0.0).hits) == 8 * EACH


@taught
def test_pages_of_a_picture_outlast_a_publish(colours: Services) -> None:
    """A cursor goes on under the scorer that ordered its first page; one of a text does not fit."""
    whole = sent(colours, "red", "red", min_score=0.0)
    first = sent(colours, "red", "red", min_score=0.0, limit=10)
    colours.learning.rollback()
    rest = sent(colours, "red", "red", min_score=0.0, cursor=first.next_cursor)
    assert rest.scorer == first.scorer == "cosine-1"
    assert [*first.hits, *rest.hits] == list(whole.hits)
    assert sent(colours, "red", "red").scorer is None
    with pytest.raises(BadCursor):
        sent(colours, "red", "blue", min_score=0.0, cursor=first.next_cursor)


def test_without_a_scorer_text_and_picture_go_by_similarity(services: Services) -> None:
    """Nothing judges the text then, and nothing is cut off."""
    red, _rosy, _blue = searchable(services, "red", "pink", "blue")
    page = services.search(text="red", like=red, asker=ASKER)
    assert page.scorer is None
    assert [hit.score for hit in page.hits] == [
        pytest.approx((1 + hit.similarity) / 2, abs=1e-3) for hit in page.hits
    ]


def test_strangers_are_measured_on_the_collection(services: Services) -> None:
    """The usual cosine of a sample is that of all its pairs; one picture has no strangers."""
    with services.transactions() as transaction:
        conn = transaction.conn
        encoder = encoders.register_first(conn, spec="s", fingerprint="f", dimension=6)
        assert measured(conn, encoder) == 0
        rows = unit_vectors(40, 6) + np.float32(0.4)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        many_vectors(conn, encoder, rows)
        every = rows @ rows.T
        usual = (every.sum() - np.trace(every)) / (40 * 39)
        assert measured(conn, encoder) == pytest.approx(usual, abs=1e-2)
    assert likeness(float(usual), float(usual)) == 0
    assert likeness(1.0, float(usual)) == 1
