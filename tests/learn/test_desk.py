"""Scorers on real servers: trained, published, obeyed by searches, taken back, and refused."""

from dataclasses import replace
from functools import partial
from io import BytesIO

import pytest
from sqlalchemy import text

from service.db import scorers
from service.db.engine import connection
from service.domain import Asker
from service.learn.data import TooFewJudgements
from service.learn.one_pair import NoSuchPictureToScore
from service.learn.publishing import NoSuchScorer, NothingPublished, WorseThanPublished
from service.learn.sifting import BLOCKED, RESTRICTED
from service.learn.train import TrainingStopped
from service.live_scorer import LiveScorer
from service.policy.gate import Refused
from service.scoring.files import ArtefactBroken
from service.services import Services
from tests.factories import plain, searchable
from tests.learn.colours import EACH, QUICK, found, judged_colours, taught_colours

pytestmark = pytest.mark.begins_with(fill=taught_colours)
judged = pytest.mark.begins_with(fill=judged_colours)


def test_a_published_scorer_scores_and_cuts_off(services: Services) -> None:
    """Only what fits is shown, with a probability; min_score=0 shows everything."""
    shown = services.search(text="red", asker=Asker())
    assert shown.scorer == "cosine-1"
    assert len(shown.hits) == EACH
    assert all(hit.score > 0.5 and "red" in hit.name for hit in shown.hits)
    assert shown.cutoff is not None
    everything = services.search(text="red", asker=Asker(), limit=100, min_score=0)
    assert len(everything.hits) == 8 * EACH
    assert [hit.score for hit in everything.hits] == sorted(
        (hit.score for hit in everything.hits), reverse=True
    )


def test_what_no_picture_shows_finds_nothing(services: Services) -> None:
    """A text without any known colour is answered with nothing, rather than with the nearest."""
    assert found(services, "zzxq") == []
    assert len(found(services, "zzxq", min_score=0)) == 8 * EACH


def test_rollback_undoes_publishing(services: Services) -> None:
    """The former scorer serves again, and before the first one similarity alone did."""
    services.learning.train(replace(QUICK, seed=5), publish=True)
    assert services.search(text="red", asker=Asker()).scorer == "cosine-2"
    assert services.learning.rollback() == 1
    assert services.search(text="red", asker=Asker()).scorer == "cosine-1"
    assert services.learning.rollback() is None
    assert services.search(text="red", asker=Asker()).scorer is None
    with pytest.raises(NothingPublished):
        services.learning.rollback()


def test_another_process_follows(services: Services) -> None:
    """Whoever has the old scorer in memory has looked again before a second has gone by."""
    now = [0.0]
    elsewhere = replace(
        services,
        searching=replace(services.searching, scorer=LiveScorer(clock=lambda: now[0])),
    )
    ask = partial(elsewhere.search, text="red", asker=Asker())
    assert ask().scorer == "cosine-1"
    services.learning.rollback()
    assert ask().scorer == "cosine-1"
    now[0] = 1.0
    assert ask().scorer is None
    services.learning.publish(1)
    now[0] = 2.0
    assert ask().scorer == "cosine-1"


def test_pages_are_turned_under_the_scorer_that_made_them(services: Services) -> None:
    """Whatever is published or taken back meanwhile, later pages neither break nor mix scores."""
    everything = services.search(text="red", asker=Asker(), limit=24, min_score=0)
    first = services.search(text="red", asker=Asker(), limit=9, min_score=0)
    services.learning.train(replace(QUICK, kinds=("constant",)))
    services.learning.publish(2, reason="for another order")
    ask = partial(services.search, text="red", asker=Asker(), limit=9, min_score=0)
    second = ask(cursor=first.next_cursor)
    services.learning.rollback()
    services.learning.rollback()
    # The list of candidates is lost as well: it is found anew under the same scorer.
    services.cache.client.flushdb()
    third = ask(cursor=second.next_cursor)
    assert [page.scorer for page in (first, second, third)] == ["cosine-1"] * 3
    told = [(hit.image_id, hit.score) for page in (first, second, third) for hit in page.hits]
    assert told == [(hit.image_id, hit.score) for hit in everything.hits]
    assert ask().scorer is None


def test_a_worse_scorer_is_published_only_with_a_reason(services: Services) -> None:
    """What errs beyond the published one's interval is refused, unless somebody says why."""
    plan = replace(QUICK, kinds=("constant",))
    worse = services.learning.train(plan).stored["constant"]
    with pytest.raises(WorseThanPublished):
        services.learning.publish(worse)
    assert services.search(text="red", asker=Asker()).scorer == "cosine-1"
    services.learning.publish(worse, reason="for comparison")
    assert services.learning.listed()[0].reason == "for comparison"
    with pytest.raises(NoSuchScorer):
        services.learning.publish(99)


def test_a_damaged_scorer_does_not_serve(services: Services) -> None:
    """A changed artefact is refused; where one serves it is passed over, and searches go on."""
    with services.transactions() as transaction:
        transaction.conn.execute(text("UPDATE scorers SET artefact = '\\x00'::bytea"))
    with pytest.raises(ArtefactBroken):
        services.learning.publish(1)
    fresh = replace(services, learning=replace(services.learning, live=LiveScorer()))
    assert fresh.search(text="red", asker=Asker()).scorer is None


@pytest.mark.begins_with(fill=None)
def test_training_obeys_the_law_and_says_so(services: Services) -> None:
    """A restricted picture and a blocked text are left out and counted."""
    ids = judged_colours(services)
    services.describe(ids[0], ["a child by the sea"])
    with services.transactions() as transaction:
        transaction.conn.execute(
            text("UPDATE queries SET text = 'a child in blue' WHERE query_id = 'blue#0'")
        )
        transaction.conn.execute(text("UPDATE images SET judged_version = 0"))
    outcome = services.learning.train(QUICK)
    assert outcome.excluded.reasons[RESTRICTED] >= 8
    assert outcome.excluded.reasons[BLOCKED] > 0
    assert outcome.excluded.pairs == sum(outcome.excluded.reasons.values())
    with connection(services.engine) as conn:
        learnt = scorers.trained_pairs(conn, outcome.stored["cosine"])
        key = conn.scalar(text("SELECT id FROM images WHERE public_id = :id"), {"id": ids[0]})
        blue = conn.scalar(text("SELECT id FROM queries WHERE query_id = 'blue#0'"))
    assert learnt
    assert all(image != key and query != blue for image, query in learnt)


@judged
def test_equal_seeds_store_equal_scorers(services: Services) -> None:
    """The same data and seed give an artefact with the same SHA-256."""
    services.learning.train(QUICK)
    services.learning.train(QUICK)
    first, second = services.learning.listed()
    assert first.sha256 == second.sha256
    assert first.data_fingerprint == second.data_fingerprint


@pytest.mark.begins_with(fill=None)
def test_too_few_judgements_are_said_to_be(services: Services) -> None:
    """Nothing is learnt from a handful."""
    searchable(services, "red", "blue")
    with pytest.raises(TooFewJudgements):
        services.learning.train(QUICK)


@judged
def test_a_training_can_be_stopped(services: Services) -> None:
    """Asked to stop, it stores nothing."""

    class Impatient:
        def tell(self, title: str, taken: int, total: int) -> None:
            """Hear it."""

        def stopped(self) -> bool:
            """At the first chance."""
            return True

    with pytest.raises(TrainingStopped):
        services.learning.train(QUICK, watch=Impatient())
    assert services.learning.listed() == []


def test_one_pair_scores_as_in_a_search(services: Services) -> None:
    """Stored or sent as a file, a picture has the probability that the search shows."""
    hit = services.search(text="red", asker=Asker()).hits[0]
    stored = services.learning.score(text="red", asker=Asker(), image_id=hit.image_id)
    assert stored.score == pytest.approx(hit.score, abs=1e-3)
    assert stored.scorer == "cosine-1"
    _, file = plain("red", number=0)
    sent = services.learning.score(text="red", asker=Asker(), file=file)
    assert sent.score == pytest.approx(stored.score, abs=0.02)
    wrong = services.learning.score(text="blue", asker=Asker(), file=BytesIO(file.getvalue()))
    assert wrong.score < 0.3
    assert services.counts().ready == 8 * EACH


def test_one_pair_obeys_the_law(services: Services) -> None:
    """A blocked text is refused, and so is a picture that is not there."""
    with pytest.raises(Refused):
        services.learning.score(text="a small child", asker=Asker(), file=BytesIO(b""))
    with pytest.raises(NoSuchPictureToScore):
        services.learning.score(text="red", asker=Asker(), image_id="nothing")


def test_evaluation_asks_the_test_questions(services: Services) -> None:
    """Each question with a known answer is asked; what the law refuses is counted."""
    with services.transactions() as transaction:
        for number, (words, name) in enumerate(
            [
                ("something red", "red-0.png"),
                ("something blue", "blue-6.png"),
                ("a child", "red-0.png"),
            ]
        ):
            transaction.conn.execute(
                text(
                    """
                    INSERT INTO test_queries (query_id, image_id, text, dataset_id)
                    SELECT :query, i.id, :words, d.id FROM images i, datasets d
                     WHERE i.name = :name
                    """
                ),
                {"query": f"t#{number}", "words": words, "name": name},
            )
    told = services.learning.evaluate()
    assert told.scorer == "cosine-1"
    assert told.retrieval.queries + told.retrieval.refused == 3
    assert told.retrieval.refused >= 1
    assert told.judgements["rmse"] is not None
