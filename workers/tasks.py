"""The background jobs, each a line or two over a use case."""

from celery import Celery

from service.ingest.embed import embed_waiting
from service.ingest.index import build_index_if_wanted
from service.jobs import Job, lower_flag
from service.wiring import Services

PURGE = "glimpse.purge"


def add_tasks(app: Celery, services: Services) -> None:
    """Bind the jobs to the services of this process."""

    @app.task(name=Job.EMBED)
    def embed() -> None:
        lower_flag(services.cache.client, Job.EMBED)
        embed_waiting(services.embedding())

    @app.task(name=Job.INDEX)
    def index() -> None:
        lower_flag(services.cache.client, Job.INDEX)
        build_index_if_wanted(services.engine)

    @app.task(name=PURGE)
    def purge() -> None:
        services.shelf.purge()
