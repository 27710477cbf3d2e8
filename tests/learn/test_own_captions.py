"""Captions as evidence: the judged text is taken out, and training and search read words alike."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import text

from service.db import caption_vectors, encoders
from service.db.engine import connection
from service.domain import Asker
from service.learn.own_captions import captioned, words_of
from service.learn.protocol import compare, more_error
from service.learn.train import Plan
from service.scoring.captions import CAPTION_NAMES
from service.scoring.rows import unit
from service.services import Services
from tests.learn.colours import EACH, found, judged_colours
from tests.learn.worlds import a_world

CAPTIONS = ["A red car.", "a red car on the road", "Красный дом", "the of and"]
HEARING = Plan(kinds=("boosting",), splits=("grouped",), control=False)


def test_the_judged_text_is_no_evidence() -> None:
    """A caption that says the same as the text, in other capitals and stops, is taken out."""
    words = words_of([["red", "car"], ["red", "car", "road"], ["red"], []], CAPTIONS)
    vectors = np.eye(4, dtype=np.float32)
    own = captioned(vectors, words, np.array([2, 0, 1]), np.array([1, 0, 0]), 3)
    asked = words_of([["red", "car"]], ["a RED car"])
    said = np.array([[0.6, 0.8, 0, 0]], np.float32)
    heard = own.heard(said, asked, np.array([0, 1, 2]), np.array([0, 0, 0]))
    assert heard.captions.tolist() == [1, 1, 0]
    assert heard.best.tolist() == pytest.approx([0.8, 0, 0])
    assert heard.words.tolist() == [1.0, 0.5, 0.0]
    assert heard.columns()[2].tolist() == [0, 0, 0, 0]


def test_hearing_captions_makes_fewer_errors_where_they_tell() -> None:
    """What captions say is measured beside the headline figures, which stay as they were."""
    spoken, judged = a_world(spoken=True)
    noise = np.random.default_rng(1).normal(size=spoken.pictures.shape).astype(np.float32)
    spoken = replace(spoken, pictures=unit(spoken.pictures + 0.4 * noise))
    plain, heard = compare(spoken, judged, ["boosting"], seed=0, which=["grouped"])
    (before,) = compare(
        replace(spoken, words=None), judged, ["boosting"], seed=0, which=["grouped"]
    )
    assert (plain.captions, heard.captions) == (False, True)
    assert np.array_equal(plain.predicted, before.predicted)
    bounds = more_error(judged, heard, plain, seed=0)
    assert bounds is not None
    assert bounds[1] < 0


def test_words_are_read_alike_in_training_and_in_search(services: Services) -> None:
    """The share of a text's words that a caption holds is the same from arrays and from SQL."""
    judged_colours(services)
    asked = ["red cars", "домов красных", "the", "a blue road by the red sea", "wi-fi at 10.5 km"]
    with services.transactions() as transaction:
        conn = transaction.conn
        encoder = encoders.serving(conn)
        assert encoder is not None
        key = conn.scalar(text("SELECT min(id) FROM images"))
        conn.execute(text("DELETE FROM captions WHERE image_id = :key"), {"key": key})
        for place, caption in enumerate(CAPTIONS):
            conn.execute(
                text("INSERT INTO captions (image_id, position, text) VALUES (:key, :at, :text)"),
                {"key": key, "at": place, "text": caption},
            )
        vectors = np.eye(len(CAPTIONS), encoder.dimension, dtype=np.float32)
        told = dict(zip(CAPTIONS, vectors, strict=True))
        caption_vectors.keep(conn, encoder=encoder, vectors=told)
        words = words_of(caption_vectors.lexemes(conn, CAPTIONS), CAPTIONS)
        own = captioned(vectors, words, np.arange(4), np.zeros(4, np.intp), 1)
        for query in asked:
            vector = np.linspace(0, 1, encoder.dimension, dtype=np.float32)
            said = caption_vectors.said(
                conn, encoder=encoder, vector=vector, asked=query, image_keys=[key]
            )
            its = words_of(caption_vectors.lexemes(conn, [query]), [query])
            zero = np.zeros(1, np.intp)
            heard = own.heard(vector[None, :], its, zero, zero)
            assert said.keys == [key]
            row = [said.best[0], said.mean[0], said.words[0], said.captions[0]]
            expected = [heard.best[0], heard.mean[0], heard.words[0], heard.captions[0]]
            assert row == pytest.approx(expected, abs=2e-3), query


def test_a_search_hears_captions(services: Services) -> None:
    """Published, a scorer that hears captions ranks by them what pictures alone leave level."""
    ids = judged_colours(services)
    for number, image_id in enumerate(ids):
        services.describe(image_id, [f"something {number}", f"number {number} of all"])
    material = services.learning.material()
    assert material.vectors.words is not None
    outcome = services.learning.train(HEARING, publish=True)
    assert len(outcome.training.described) == 1
    assert set(outcome.training.listening) == {"boosting"}
    assert outcome.training.scorers["boosting"].hears_captions == (
        (outcome.training.listening["boosting"] or (0, 0))[1] < 0
    )


def test_captions_are_read_for_a_scorer_that_hears_them(services: Services) -> None:
    """What is missing is read once, and what no caption says any more is forgotten."""
    ids = judged_colours(services)
    assert services.listening.catch_up() == 0
    services.learning.train(HEARING, publish=True)
    with services.transactions() as transaction:
        transaction.conn.execute(
            text("""UPDATE scorers SET figures = figures || '{"with_captions": {}}'::jsonb""")
        )
        # A training that heard captions has kept what they say.
        transaction.conn.execute(text("DELETE FROM caption_vectors"))
    assert services.listening.catch_up() == 8
    assert services.listening.catch_up() == 0
    services.describe(ids[0], ["a child by the sea", "quite another thing"])
    assert services.listening.catch_up() == 2
    with connection(services.engine) as conn:
        unread = conn.scalar(text("SELECT count(*) FROM caption_vectors WHERE words IS NULL"))
    assert unread == 1
    for image_id in ids[1:EACH]:
        services.describe(image_id, [])
    assert services.listening.tidy() == 1
    assert len(found(services, "red", min_score=0)) > 0
    assert services.search(text="red", asker=Asker()).scorer == "boosting-1"
    assert CAPTION_NAMES[-1] == "captions"
