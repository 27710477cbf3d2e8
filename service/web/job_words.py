"""The words of the page of jobs: each queue as one row, with what it waits for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import url_for
from flask_babel import format_decimal, format_timedelta

from service.db.work import EncodingQueue
from service.jobs import Job
from service.operations.roll_call import LastRun
from service.operations.work import Standing
from service.web.words import say as _

NOBODY_ASKED = ("none", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One kind of work: its name, how it stands in words and as a badge, and where more is told."""

    name: str
    detail: str
    badge: str
    state: str
    waiting: int | None
    oldest: str
    link: str
    last: LastRun | None
    done: int = 0
    total: int = 0


def job_words(job: str) -> str:
    """A background job for people."""
    return {
        Job.EMBED.value: _("Embedding pictures"),
        Job.INDEX.value: _("Building the search index"),
        Job.IMPORT.value: _("Importing data sets"),
        Job.JUDGE.value: _("Judging pictures by the rules"),
        Job.TRAIN.value: _("Training a scorer"),
        Job.ENCODERS.value: _("Fetching or measuring encoders"),
        "glimpse.purge": _("Clearing what was deleted 30 days ago"),
        "glimpse.refresh-analytics": _("Bringing the analytics up to date"),
        "glimpse.retrain": _("Looking whether a training pays"),
    }.get(job, job)


def lasting(seconds: float) -> str:
    """How long something lasts, in its largest unit."""
    if seconds < 1:
        return _("less than a second")
    return str(format_timedelta(timedelta(seconds=seconds), threshold=1.5))


def ago(seconds: float) -> str:
    """How long ago something was."""
    if seconds < 1:
        return _("just now")
    return str(format_timedelta(timedelta(seconds=-seconds), threshold=1.5, add_direction=True))


def since(moment: datetime | None) -> str:
    """How long ago a moment was; nothing where there is none."""
    return ago((datetime.now(UTC) - moment).total_seconds()) if moment else ""


def queue_rows(standing: Standing) -> list[QueueRow]:
    """Every kind of work, the pictures first."""
    return [
        *(encoding_row(queue, standing) for queue in standing.queues),
        import_row(standing),
        law_row(standing),
        *check_rows(standing),
        training_row(standing),
        order_row(standing),
    ]


def encoding_row(queue: EncodingQueue, standing: Standing) -> QueueRow:
    """Pictures that wait for one encoder."""
    serves = queue.state == "serving"
    parts = [queue.spec]
    if queue.leased:
        parts.append(_("%(n)s held by workers", n=format_decimal(queue.leased)))
    if queue.alone:
        parts.append(_("%(n)s tried one at a time", n=format_decimal(queue.alone)))
    badge, state = standing_words(bool(queue.leased), bool(queue.waiting))
    if queue.paused:
        badge, state = "pending", _("Paused")
    if queue.error:
        badge, state = "failed", _("Cannot work")
        parts.append(queue.error)
    return QueueRow(
        name=_("Pictures to embed") if serves else _("Pictures for another encoder"),
        detail=" · ".join(parts),
        badge=badge,
        state=state,
        waiting=queue.waiting,
        oldest=since(queue.oldest),
        link=url_for("encoders.overview"),
        last=standing.last_runs.get(Job.EMBED.value),
    )


def import_row(standing: Standing) -> QueueRow:
    """Data sets that are being imported."""
    running = next((one for one in standing.imports if one.state == "running"), None)
    badge, state = standing_words(running is not None, bool(standing.imports))
    met = running and running.pictures_added + running.pictures_duplicates
    return QueueRow(
        name=_("Data sets to import"),
        detail=", ".join(one.name for one in standing.imports),
        badge=badge,
        state=state,
        waiting=len(standing.imports),
        oldest=since(min((one.created_at for one in standing.imports), default=None)),
        link=url_for("imports.overview"),
        last=standing.last_runs.get(Job.IMPORT.value),
        done=(met or 0) + (running.pictures_rejected if running else 0),
        total=running.pictures_total if running else 0,
    )


def law_row(standing: Standing) -> QueueRow:
    """Pictures whose texts the rules have yet to judge."""
    judging = standing.judging
    badge, state = standing_words(bool(judging.waiting), bool(judging.waiting))
    return QueueRow(
        name=_("Pictures to judge by the rules"),
        detail=_("version %(version)s of the rules", version=judging.version),
        badge=badge,
        state=state,
        waiting=judging.waiting,
        oldest="",
        link=url_for("terms.overview"),
        last=standing.last_runs.get(Job.JUDGE.value),
        done=judging.pictures - judging.waiting if judging.waiting else 0,
        total=judging.pictures if judging.waiting else 0,
    )


def check_rows(standing: Standing) -> list[QueueRow]:
    """Pictures that the picture check has yet to go over; no row while it is off."""
    if standing.unchecked is None:
        return []
    badge, state = standing_words(bool(standing.unchecked), bool(standing.unchecked))
    row = QueueRow(
        name=_("Pictures to check for children"),
        detail=_("new pictures are checked as they are embedded"),
        badge=badge,
        state=state,
        waiting=standing.unchecked,
        oldest="",
        link=url_for("restricted.overview"),
        last=standing.last_runs.get(Job.JUDGE.value),
    )
    return [row]


def training_row(standing: Standing) -> QueueRow:
    """The training that was asked for."""
    training = standing.training
    badge, state = standing_words(training.state == "running", training.is_open)
    if training.state == "failed":
        badge, state = "failed", _("Failed")
    return QueueRow(
        name=_("Trainings"),
        detail=_("asked for by %(who)s", who=training.who)
        if training.is_open and training.who
        else "",
        badge=badge,
        state=state,
        waiting=int(training.is_open),
        oldest="",
        link=url_for("quality.overview"),
        last=standing.last_runs.get(Job.TRAIN.value),
        done=training.done if training.is_open else 0,
        total=training.total if training.is_open else 0,
    )


def order_row(standing: Standing) -> QueueRow:
    """Encoders that were ordered."""
    badge, state = standing_words(active=False, waits=bool(standing.orders))
    return QueueRow(
        name=_("Encoders to fetch or measure"),
        detail=", ".join(one.spec for one in standing.orders),
        badge=badge,
        state=state,
        waiting=len(standing.orders),
        oldest="",
        link=url_for("encoders.overview"),
        last=standing.last_runs.get(Job.ENCODERS.value),
    )


def standing_words(active: bool, waits: bool) -> tuple[str, str]:  # noqa: FBT001 - two plain facts
    """How a queue stands, as a badge's class and in a word."""
    if active:
        return "running", _("Under way")
    return ("waiting", _("Waiting")) if waits else ("idle", _("Nothing to do"))
