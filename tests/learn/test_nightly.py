"""Learning from new judgements every night: at night, by setting, and never published unasked."""

from dataclasses import replace

import pytest
from celery import Celery

from service.services import Services
from tests.learn.colours import taught_colours
from workers.heartbeat import Heartbeat
from workers.schedule import schedule
from workers.tasks import RETRAIN, add_tasks

taught = pytest.mark.begins_with(fill=taught_colours)


@pytest.fixture
def judged(services: Services) -> Services:
    """A scorer that serves, and judgements that came after it."""
    with services.transactions() as transaction:
        transaction.conn.exec_driver_sql(
            "UPDATE expert_grades SET updated_at = clock_timestamp() + interval '1 second'"
        )
    return services


def nightly(services: Services, retrain: str) -> Services:
    """What beat's message makes a worker do under this setting."""
    told = replace(services, settings=services.settings.model_copy(update={"retrain": retrain}))
    app = Celery("nightly", broker="memory://", set_as_current=False)
    add_tasks(app, told, Heartbeat(told.cache.client))
    app.tasks[RETRAIN].apply()
    return told


def test_it_happens_once_a_night_however_often_beat_starts() -> None:
    """An hour of the clock, not a time since beat was started, which a daily restart would miss."""
    entry = schedule()["learn from new judgements"]
    assert entry["task"] == RETRAIN
    when = entry["schedule"]
    assert str(when).startswith("<crontab: 17 3 * * *")


@taught
def test_the_setting_decides(judged: Services) -> None:
    """Never does nothing, train does not publish, publish does."""
    nightly(judged, "never")
    assert judged.trainings.progress().state == "none"
    nightly(judged, "train")
    told = judged.trainings.progress()
    assert (told.state, told.publish, told.who) == ("waiting", False, "nightly")
    judged.trainings.cancel()
    nightly(judged, "publish")
    assert judged.trainings.progress().publish


@taught
def test_what_is_worse_is_kept_and_not_published(judged: Services) -> None:
    """The night ends well, with a word on why the former scorer goes on serving."""
    judged.trainings.start(kind="constant", publish=True, who="nightly")
    judged.trainings.run_requested()
    told = judged.trainings.progress()
    assert told.state == "done"
    assert "beyond what chance explains" in str(told.reason)
    assert [(one.kind, one.state) for one in judged.learning.listed()] == [
        ("constant", "trained"), ("cosine", "published"),
    ]  # fmt: skip
