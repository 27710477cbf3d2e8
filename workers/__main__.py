"""`python -m workers worker`, `beat` and `alive PART`, for the command line and containers."""

import signal
import socket
import sys
import warnings
from contextlib import ExitStack
from functools import partial

import redis
from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.signals import setup_logging, worker_ready

from service.config import Settings, read_settings
from service.db import migrate
from service.errors import GlimpseError
from service.jobs import HEARTBEAT_SECONDS, Job, alive, celery_app, require_broker
from service.leave import leave
from service.logs import configure_logs
from service.services import Services
from service.stack.servers import servers
from service.wiring import wired
from workers.heartbeat import Heartbeat, TellingScheduler
from workers.schedule import schedule
from workers.tasks import add_tasks

# Workers know of each other through the database; Celery's own chatter is not needed.
WORKER_OPTIONS = ["--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]

# Celery warns root because of pickle, which is not accepted here, and of a later default that
# is of no use here: a task is acknowledged before it begins, since the rows are the truth.
warnings.filterwarnings("ignore", category=SecurityWarning)
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)


def run_worker(settings: Settings) -> int:
    """Work until told to stop; the batch in hand is finished first."""
    with ExitStack() as stack:
        endpoints = stack.enter_context(servers(settings))
        migrate.require_head(endpoints.database_url)
        require_broker(endpoints.redis_url)
        services = stack.enter_context(wired(settings, endpoints, secret_key="", towers="picture"))
        heartbeat = stack.enter_context(Heartbeat(services.cache.client))
        app = application(services, endpoints.redis_url, heartbeat)
        worker_ready.connect(begin_at_start, weak=False)
        app.worker_main(["--quiet", "worker", *WORKER_OPTIONS])
    return 0


def run_beat(settings: Settings) -> int:
    """Send what is due by the clock until told to stop."""
    with servers(settings) as endpoints:
        require_broker(endpoints.redis_url)
        app = celery_app(endpoints.redis_url)
        app.conf.beat_schedule = schedule()
        app.conf.beat_max_loop_interval = HEARTBEAT_SECONDS
        client = redis.Redis.from_url(endpoints.redis_url, socket_timeout=5)
        # Kept in memory: what is due is little, and sending it once more does no harm.
        app.conf.beat_scheduler = partial(TellingScheduler, client=client)
        app.Beat(loglevel="INFO", quiet=True).run()
    return 0


def tell_whether_alive(settings: Settings, part: str = "worker") -> int:
    """Exit status 0 while that part of this machine says that it lives: a container's check."""
    here = f"{socket.gethostname()}:"
    with servers(settings) as endpoints:
        client = redis.Redis.from_url(endpoints.redis_url, socket_timeout=5)
        return 0 if any(name.startswith(here) for name in alive(client, part)) else 1


def application(services: Services, redis_url: str, heartbeat: Heartbeat) -> Celery:
    """The application with the jobs bound to these services."""
    app = celery_app(redis_url)
    add_tasks(app, services, heartbeat)
    return app


def begin_at_start(sender: object, **_: object) -> None:
    """What waited while no worker was there begins at once, and the encoder is registered.

    An import or a training whose worker was killed goes on without waiting for the schedule.
    """
    app: Celery = sender.app  # type: ignore[attr-defined]
    for job in (Job.EMBED, Job.IMPORT, Job.TRAIN):
        app.send_task(job.value, ignore_result=True)


@setup_logging.connect
def keep_our_logs(**_: object) -> None:
    """Celery must not replace the log handlers."""


def main(part: str, *more: str) -> int:
    """Run one part; an error of ours is one line."""
    # Also before Celery listens for it: whoever stops a part that still starts sees no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = read_settings()
    configure_logs(settings)
    try:
        if part == "alive":
            return tell_whether_alive(settings, *more)
        return {"worker": run_worker, "beat": run_beat}[part](settings)
    except GlimpseError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1


if __name__ == "__main__":
    leave(main(*sys.argv[1:]))
