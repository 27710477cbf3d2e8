"""Names of background jobs, and how to nudge the workers; never imports them.

A nudge carries no facts, only 'there is work'. A flag in Redis keeps one
message of a kind waiting at a time: whoever starts the job lowers the flag
first, so that work which arrives after that point is announced again.
"""

from enum import StrEnum
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import redis
import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from service.errors import Unavailable

log = structlog.get_logger()


class BrokerUnavailable(Unavailable):
    """Redis does not answer ({reason}). Start it, or check GLIMPSE_REDIS_URL."""


FLAG_SECONDS = 60
HEARTBEAT_SECONDS = 5


class Job(StrEnum):
    """What workers know how to do."""

    EMBED = "glimpse.embed"
    INDEX = "glimpse.index"
    IMPORT = "glimpse.import"
    JUDGE = "glimpse.judge"
    LIKENESS = "glimpse.likeness"
    TRAIN = "glimpse.train"
    COMPARE = "glimpse.compare"
    ENCODERS = "glimpse.encoders"
    CAPTIONS = "glimpse.captions"


class Nudger(Protocol):
    """Tells the workers that there is work."""

    def nudge(self, job: Job) -> None:
        """Send the message; never raises, since the rows hold the truth."""


class NoNudger:
    """For a process that does the work itself."""

    def nudge(self, job: Job) -> None:
        """Tell nobody."""


class CeleryNudger:
    """Nudges through Celery's broker."""

    def __init__(self, app: Celery, client: redis.Redis) -> None:
        self.app = app
        self.client = client

    def nudge(self, job: Job) -> None:
        """Send one message unless one is waiting already."""
        try:
            if self.client.set(flag(job), 1, nx=True, ex=FLAG_SECONDS):
                self.app.send_task(job.value, retry=False, ignore_result=True)
        except (redis.RedisError, OperationalError, OSError) as error:
            log.warning("nudge not delivered", job=job.value, error=type(error).__name__)


def flag(job: Job) -> str:
    """The Redis key that says a message of this kind is waiting."""
    return f"glimpse:nudged:{job.value}"


def lower_flag(client: redis.Redis, job: Job) -> None:
    """Say that the message has been taken, before its work is looked at."""
    try:
        client.delete(flag(job))
    except redis.RedisError as error:
        log.warning("nudge flag not lowered", job=job.value, error=type(error).__name__)


def celery_url(redis_url: str) -> str:
    """The same Redis as Celery writes it: a socket is redis+socket://, the rest stays."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={database}"


def celery_app(redis_url: str) -> Celery:
    """The Celery application both sides share: who sends and who works."""
    app = Celery("glimpse", broker=celery_url(redis_url))
    app.conf.update(
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": 600,
            "socket_timeout": 10,
            "socket_connect_timeout": 3,
            "max_retries": 1,
        },
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_pool="solo",
        worker_cancel_long_running_tasks_on_connection_loss=False,
        timezone="UTC",
    )
    return app


def require_broker(redis_url: str) -> None:
    """Begin only with a Redis that answers: Celery would go on trying a wrong password for ever."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except redis.RedisError as error:
        raise BrokerUnavailable(reason=str(error).split("\n", 1)[0].rstrip(".")) from error


def alive_key(part: str, host: str, pid: int) -> str:
    """The Redis key that says a background part (worker or beat) is alive."""
    return f"glimpse:{part}:{host}:{pid}"


def alive(client: redis.Redis, part: str) -> list[str]:
    """The processes of that part that have said so within the last seconds, as host:pid."""
    prefix = f"glimpse:{part}:"
    try:
        keys = list(client.scan_iter(match=f"{prefix}*", count=100))
    except redis.RedisError as error:
        log.warning("parts not counted", part=part, error=type(error).__name__)
        return []
    return sorted(key.decode().removeprefix(prefix) for key in keys)


def alive_workers(client: redis.Redis) -> list[str]:
    """The workers that are alive."""
    return alive(client, "worker")
