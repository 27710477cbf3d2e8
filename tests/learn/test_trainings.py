"""Trainings in the background: asked for, done by whoever is there, stopped, and by the clock."""

import subprocess
import sys
from time import sleep

import pytest

from service.cli.scorers import as_lines
from service.db import searches
from service.learn.drift import Advice
from service.learn.queue import NoTraining, TrainingRunning
from service.services import Services
from service.stack.endpoints import Endpoints
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


def test_a_killed_training_is_begun_again(judged: Services, endpoints: Endpoints) -> None:
    """Kill -9 in the middle leaves no scorer behind; the next worker trains to the same end."""
    judged.trainings.start(kind="cosine", publish=True)
    home = str(judged.settings.home)
    command = [sys.executable, "-m", "tests.learn.killed", home]
    urls = [endpoints.database_url, endpoints.redis_url]
    with subprocess.Popen([*command, *urls], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "step\n"
        told = judged.trainings.progress()
        assert (told.state, told.begun) == ("running", 1)
        # Another worker lets the living one work.
        judged.trainings.run_requested()
        assert judged.trainings.progress().begun == 1
        worker.kill()
    assert judged.learning.listed() == []
    for _ in range(100):
        judged.trainings.run_requested()
        if judged.trainings.progress().state == "done":
            break
        sleep(0.1)
    told = judged.trainings.progress()
    assert (told.state, told.begun, told.done) == ("done", 2, told.total)
    assert [one.state for one in judged.learning.listed()] == ["published"]


def test_a_training_that_kills_its_workers_ends(judged: Services) -> None:
    """After three dead workers it fails and says so, rather than take down a fourth."""
    judged.trainings.start(kind="cosine")
    with judged.transactions() as transaction:
        transaction.conn.exec_driver_sql(
            'UPDATE facts SET value = value || \'{"state": "running", "begun": 3}\''
            " WHERE name = 'training'"
        )
    judged.trainings.run_requested()
    told = judged.trainings.progress()
    assert told.state == "failed"
    assert "died 3 times" in str(told.reason)


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


def test_drift_says_when_a_training_would_pay(judged: Services) -> None:
    """Many new judgements, or searches that find other things than in training, are told."""
    assert judged.learning.drift().advice is Advice.NOTHING_SERVES
    judged.learning.train(QUICK, publish=True)
    known = judged.learning.drift()
    assert (known.advice, known.new_judgements, known.psi) == (Advice.FINE, 0, None)
    (stored,) = judged.learning.listed()
    same = list(stored.figures["cutoff"]["best"]) * 5
    for found, advice in (same, Advice.FINE), ([0.0] * len(same), Advice.JUDGE):
        with judged.transactions() as transaction:
            transaction.conn.exec_driver_sql("DELETE FROM searches")
            for one in found:
                shown = one >= stored.cutoff
                searches.record(
                    transaction.conn, took_ms=1, results=int(shown), best=one if shown else None
                )
        told = judged.learning.drift()
        assert (told.advice, told.searches) == (advice, len(found))
    assert told.empty == 1
    assert told.psi is not None
    assert any("Advice: judge what searches find now" in line for line in as_lines(told))
    with judged.transactions() as transaction:
        transaction.conn.exec_driver_sql("UPDATE expert_grades SET updated_at = clock_timestamp()")
    assert judged.learning.drift().advice is Advice.TRAIN
