"""What beat sends by the clock: whatever a lost message left undone is found within a minute."""

from collections.abc import Mapping

from celery.schedules import crontab

from service.jobs import Job
from workers.tasks import PURGE, REFRESH_ANALYTICS, RETRAIN

MINUTE = 60.0


def schedule() -> Mapping[str, Mapping[str, object]]:
    """Celery's beat schedule."""
    return {
        "embed what waits": {"task": Job.EMBED.value, "schedule": MINUTE},
        "add and measure encoders": {"task": Job.ENCODERS.value, "schedule": MINUTE},
        "go on with imports": {"task": Job.IMPORT.value, "schedule": MINUTE},
        "judge what changed": {"task": Job.JUDGE.value, "schedule": MINUTE},
        "find near duplicates": {"task": Job.LIKENESS.value, "schedule": MINUTE},
        "index what grew": {"task": Job.INDEX.value, "schedule": 10 * MINUTE},
        "purge what was deleted long ago": {"task": PURGE, "schedule": 60 * MINUTE},
        "read captions": {"task": Job.CAPTIONS.value, "schedule": MINUTE},
        "go on with a training": {"task": Job.TRAIN.value, "schedule": MINUTE},
        "go on with a comparison": {"task": Job.COMPARE.value, "schedule": MINUTE},
        # At night, and at the same hour however often beat is started anew.
        "learn from new judgements": {"task": RETRAIN, "schedule": crontab(hour="3", minute="17")},
        "refresh what analysts read": {"task": REFRESH_ANALYTICS, "schedule": MINUTE},
    }
