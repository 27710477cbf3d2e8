"""Trainings in the background: asked for, done by whoever is there, stopped, and by the clock."""

import pytest

from service.learn.queue import NoTraining, TrainingRunning
from service.services import Services
from tests.learn.colours import QUICK, judged_colours


@pytest.fixture
def judged(services: Services) -> Services:
    """Judged pictures, and nothing learnt from them yet."""
    judged_colours(services)
    return services


def test_what_is_asked_for_is_trained_and_published(judged: Services) -> None:
    """A worker takes it up, tells how far it is, and the scorer serves."""
    judged.trainings.start(kind="cosine", publish=True, who="ada")
    assert judged.trainings.progress().state == "waiting"
    with pytest.raises(TrainingRunning):
        judged.trainings.start()
    breaths: list[int] = []
    judged.trainings.run_requested(breathe=lambda: breaths.append(1))
    told = judged.trainings.progress()
    assert (told.state, told.done) == ("done", told.total)
    assert len(breaths) == told.total
    assert judged.learning.listed()[0].state == "published"


def test_a_training_is_cancelled(judged: Services) -> None:
    """Cancelled before it began it never does, and cancelled on the way it stores nothing."""
    judged.trainings.start(kind="cosine")
    judged.trainings.cancel()
    assert judged.trainings.progress().state == "cancelled"
    judged.trainings.start(kind="cosine")
    judged.trainings.run_requested(breathe=lambda: cancel_once(judged))
    assert judged.trainings.progress().state == "cancelled"
    assert judged.learning.listed() == []
    with pytest.raises(NoTraining):
        judged.trainings.cancel()


def cancel_once(services: Services) -> None:
    """Ask to stop, unless that was done."""
    if not services.trainings.progress().cancel_requested:
        services.trainings.cancel()


def test_what_fails_says_why(services: Services) -> None:
    """Without judgements a training fails with words for the page, and the next can begin."""
    services.register_encoder()
    services.trainings.start(kind="cosine")
    services.trainings.run_requested()
    told = services.trainings.progress()
    assert told.state == "failed"
    assert "too few" in str(told.reason)


def test_the_clock_retrains_only_for_new_judgements(judged: Services) -> None:
    """Nothing new, nothing done; a newer judgement starts a training that does not publish."""
    judged.learning.train(QUICK, publish=True)
    assert not judged.trainings.retrain(publish=False)
    with judged.transactions() as transaction:
        conn = transaction.conn
        conn.exec_driver_sql("UPDATE expert_grades SET updated_at = clock_timestamp()")
    assert judged.learning.new_judgements() == 8 * 3 * 8
    assert judged.trainings.retrain(publish=False)
    assert not judged.trainings.progress().publish
