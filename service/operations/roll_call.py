"""Who works and at what, and how each kind of job last ended, as the parts themselves say in Redis.

All of it is for people to look at: nothing is decided by it, and losing it loses nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import time

import redis
import structlog

from service.jobs import HEARTBEAT_SECONDS, alive_key

log = structlog.get_logger()

LAST_RUNS = "glimpse:last-runs"
KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Working:
    """A worker that is alive: its machine and process, and what it does since when."""

    name: str
    job: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class LastRun:
    """How a job last ended: how long ago, how long it took, and what stopped it."""

    job: str
    ago_seconds: float
    took_seconds: float
    problem: str | None


def beat(client: redis.Redis, key: str, *, job: str | None, since: float) -> None:
    """Say that this part lives and what it does; a Redis that is away must stop nobody's work."""
    try:
        client.set(key, json.dumps({"job": job, "since": since}), ex=3 * HEARTBEAT_SECONDS)
    except redis.RedisError as error:
        log.warning("heartbeat not written", error=type(error).__name__)


def note_run(client: redis.Redis, job: str, *, began: float, problem: str | None) -> None:
    """Keep how a job ended."""
    now = time()
    line = json.dumps({"at": now, "took": now - began, "problem": problem})
    try:
        with client.pipeline() as pipe:
            pipe.hset(LAST_RUNS, job, line)
            pipe.expire(LAST_RUNS, KEPT_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("end of a job not noted", job=job, error=type(error).__name__)


def workers(client: redis.Redis, *, clock: Callable[[], float] = time) -> list[Working]:
    """The workers that are alive, by name; none while Redis is away."""
    prefix = alive_key("worker", "", 0).removesuffix(":0")
    try:
        keys = sorted(client.scan_iter(match=f"{prefix}*", count=100))
        values = client.mget(keys) if keys else []
    except redis.RedisError as error:
        log.warning("workers not asked", error=type(error).__name__)
        return []
    told = zip(keys, values, strict=True)
    return [_working(key.decode().removeprefix(prefix), value, clock()) for key, value in told]


def _working(name: str, value: bytes | str | None, now: float) -> Working:
    said = json.loads(value or b"{}")
    # A worker of the version before says no more than that it lives.
    if not isinstance(said, dict) or not said.get("job"):
        return Working(name, None, 0.0)
    return Working(name, str(said["job"]), max(0.0, now - float(said["since"])))


def last_runs(client: redis.Redis, *, clock: Callable[[], float] = time) -> dict[str, LastRun]:
    """How each job last ended, by its name; none while Redis is away."""
    try:
        found = client.hgetall(LAST_RUNS)
    except redis.RedisError as error:
        log.warning("ends of jobs not asked", error=type(error).__name__)
        return {}
    now = clock()
    runs = {}
    for job, line in found.items():
        said = json.loads(line)
        name = job.decode() if isinstance(job, bytes) else job
        runs[name] = LastRun(name, max(0.0, now - said["at"]), said["took"], said["problem"])
    return runs
