"""Whatever is killed during an upload, every picture becomes searchable in the end."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from service.stack.port import check_port
from tests.journeys.up import Up, new_home, up
from tests.journeys.visitor import Visitor, picture, until
from tests.stack.processes import processes_of

PICTURES = 200
# What a process is recognised by, in the order of its death.
VICTIMS = {
    "worker": ("workers worker", "celeryd", "[celery"),
    "web": ("service web", "glimpse-web"),
    "redis": ("redis-server",),
    "postgres": ("bin/postgres -D",),
    "keeper": ("service.stack.keeper",),
    "beat": ("workers beat", "celery beat"),
}
SUPERVISOR = "supervisor"
EVERY = PICTURES // (len(VICTIMS) + 2)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that does not exist yet."""
    with new_home() as home:
        yield home


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_picture_is_ready_in_the_end(home: Path) -> None:
    """With each process killed in turn, nothing is lost and nothing is quarantined."""
    port = check_port("127.0.0.1", 0)
    deaths = [*VICTIMS, SUPERVISOR]
    with ExitStack() as stack:
        running = stack.enter_context(up(home, port=port, lease_seconds=5))
        visitor = running.visitor()
        ids = set()
        for number in range(PICTURES):
            if number and number % EVERY == 0 and deaths:
                death = deaths.pop(0)
                if death == SUPERVISOR:
                    running.program.stop(signal.SIGKILL)
                    running = stack.enter_context(up(home, port=port, lease_seconds=5))
                else:
                    kill_nine(running, death)
            ids.add(insist(visitor, number))
        assert not deaths
        assert len(ids) == PICTURES
        until(lambda: pictures(visitor, "pending") == 0, running.program.check)
        assert pictures(visitor, "quarantined") == 0
        assert pictures(visitor, "ready") == PICTURES
        assert {hit["image_id"] for hit in visitor.search("red", limit=PICTURES)} == ids
        assert running.program.stop() == 0


def kill_nine(running: Up, name: str) -> None:
    """Kill -9 every process of that name, as the kernel does when memory runs out."""
    children = psutil.Process(running.program.process.pid).children(recursive=True)
    everyone = {*children, *processes_of(running.home)}
    found = [one for one in everyone if any(word in line(one) for word in VICTIMS[name])]
    assert found, f"no {name} among {[line(one) for one in everyone]}"
    for one in found:
        one.kill()


def line(process: psutil.Process) -> str:
    """The command line; empty once it is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def insist(visitor: Visitor, number: int) -> str:
    """Upload a picture, however often it takes; a repetition is known as a duplicate."""
    answers: list[str] = []

    def is_taken() -> bool:
        try:
            (sent,) = visitor.upload(picture(number))
        except (httpx.HTTPError, AssertionError):
            return False
        if sent["status"] in {"pending", "ready", "duplicate"}:
            answers.append(sent["image_id"])
        return bool(answers)

    until(is_taken)
    return answers[0]


def pictures(visitor: Visitor, state: str) -> float:
    """How many pictures are in that state; -1 while nobody can tell."""
    try:
        text = visitor.get("/metrics").text
    except httpx.HTTPError:
        return -1
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return float(lines.get(f'glimpse_pictures{{state="{state}"}}', -1))
