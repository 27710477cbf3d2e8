"""The background jobs, each a line or two over a use case."""

from collections.abc import Callable

import structlog
from celery import Celery, current_task
from celery.worker import state
from structlog.contextvars import bound_contextvars

from service.errors import GlimpseError
from service.ingest.dataset.work import NobodyWatches
from service.ingest.embed import SHIFT_SECONDS, embed_waiting
from service.ingest.index import finish_builds
from service.jobs import Job, lower_flag
from service.services import Services
from workers.errands import Errands
from workers.heartbeat import Heartbeat

log = structlog.get_logger()

PURGE = "glimpse.purge"
REFRESH_ANALYTICS = "glimpse.refresh-analytics"
RETRAIN = "glimpse.retrain"
# An import embeds so long between two handfuls of pictures at the most.
BREATH_SECONDS = 5.0


def add_tasks(app: Celery, services: Services, heartbeat: Heartbeat) -> None:  # noqa: C901 - a list of small jobs
    """Bind the jobs to the services of this process, whose heartbeat tells of them."""
    errands = Errands()

    def job(name: str) -> Callable[[Callable[[], object]], object]:
        return lambda work: app.task(name=name, shared=False)(told_in_a_line(heartbeat, name, work))

    @job(Job.EMBED)
    def embed() -> None:
        lower_flag(services.cache.client, Job.EMBED)
        services.serving.embed(seconds=SHIFT_SECONDS, stopping=is_stopping)

    @job(Job.INDEX)
    def index() -> None:
        lower_flag(services.cache.client, Job.INDEX)
        finish_builds(services.engine, services.transactions)

    @job(Job.ENCODERS)
    def encoders() -> None:
        lower_flag(services.cache.client, Job.ENCODERS)
        errands.start(services.catalogue.run_orders)

    @job(Job.IMPORT)
    def import_() -> None:
        lower_flag(services.cache.client, Job.IMPORT)
        services.run_imports(watch=EmbedsMeanwhile(services))

    @job(Job.JUDGE)
    def judge() -> None:
        lower_flag(services.cache.client, Job.JUDGE)
        services.law.judge_waiting(services.transactions)
        services.picture_check.catch_up()

    @job(Job.LIKENESS)
    def likeness() -> None:
        lower_flag(services.cache.client, Job.LIKENESS)
        services.duplicates.find(seconds=SHIFT_SECONDS, stopping=is_stopping)

    @job(Job.TRAIN)
    def train() -> None:
        lower_flag(services.cache.client, Job.TRAIN)
        services.trainings.run_requested(breathe=EmbedsMeanwhile(services).breathe)

    @job(Job.CAPTIONS)
    def captions() -> None:
        lower_flag(services.cache.client, Job.CAPTIONS)
        services.listening.catch_up(seconds=SHIFT_SECONDS, stopping=is_stopping)

    @job(Job.COMPARE)
    def compare() -> None:
        lower_flag(services.cache.client, Job.COMPARE)
        services.comparisons.run_requested(breathe=EmbedsMeanwhile(services).breathe)

    @job(RETRAIN)
    def retrain() -> None:
        if services.settings.retrain != "never":
            services.trainings.retrain(publish=services.settings.retrain == "publish")

    @job(PURGE)
    def purge() -> None:
        services.catalogue.purge()
        services.trash.purge()
        services.questions.purge()
        services.listening.tidy()
        services.people.purge()
        services.refusals.forget_old()

    @job(REFRESH_ANALYTICS)
    def refresh_analytics() -> None:
        services.refresh_analytics()


def is_stopping() -> bool:
    """Whether this worker was asked to end: the batch in hand is finished, the rest handed on."""
    return state.should_stop is not None or state.should_terminate is not None


class EmbedsMeanwhile(NobodyWatches):
    """An import takes minutes; what it took in becomes searchable meanwhile."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def breathe(self) -> None:
        """Embed what waits; where that cannot be done now, the import is not to blame."""
        try:
            embed_waiting(self.services.embedding(), seconds=BREATH_SECONDS)
        except GlimpseError as error:
            log.warning("not embedded meanwhile", reason=error.message)


def told_in_a_line(
    heartbeat: Heartbeat, name: str, work: Callable[[], object]
) -> Callable[[], None]:
    """The job with a task id on its log lines; an error of ours needs no traceback.

    Nothing is lost by it: the rows still say what is to do, and the schedule comes back.
    """

    def run() -> None:
        told = bound_contextvars(job=str(name), task_id=current_task.request.id)
        with told, heartbeat.doing(str(name)) as stopped_by:
            try:
                work()
            except GlimpseError as error:
                stopped_by(error.message)
                log.error("job put off", reason=error.message)  # noqa: TRY400 - said in its docstring

    return run
