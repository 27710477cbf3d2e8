"""`glimpse up` from an empty home to a found picture, and the command line beside it."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from service.db import migrate
from tests.command import glimpse
from tests.journeys.program import environment, run
from tests.journeys.up import Up, new_home, up
from tests.journeys.visitor import Visitor, picture, until
from tests.stack.processes import processes_of, wait_until

# Whole services start here, which takes long where the processor is busy with other things.
pytestmark = pytest.mark.timeout(900)

# The supervisor gives a part 30 seconds before it ends it by force; nothing here needs that.
STOPS_WITHIN = 60.0


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that does not exist yet."""
    with new_home() as home:
        yield home


def test_from_an_empty_home_to_a_found_picture(home: Path, tmp_path: Path) -> None:
    """What is uploaded is found by API and command line alike, also after a second start."""
    with up(home) as first:
        visitor = first.visitor()
        (sent,) = visitor.upload(picture(1))
        until(lambda: visitor.state(sent["image_id"]) == "ready", first.program.check)
        found = visitor.search("green")
        assert [hit["image_id"] for hit in found] == [sent["image_id"]]
        assert as_api(glimpse("search", "green", "--json", env=first.env)) == similar(found)
        refused_by(first)
        commands_join(first, visitor, tmp_path)
        found = visitor.search("green")
        stopped_by_ctrl_c(first)
    with up(home) as second:
        again = Visitor(second.url)
        assert similar(again.search("green")) == similar(found)
        assert again.get(found[0]["thumbnail_url"]).headers["content-type"] == "image/webp"
        stopped_by_ctrl_c(second)


def commands_join(running: Up, visitor: Visitor, tmp_path: Path) -> None:
    """Commands use the running servers, and what they bring in is found over HTTP."""
    assert every_check(glimpse("doctor", "--json", env=running.env)) == {True}
    imported = glimpse("import", "images", str(folder(tmp_path)), "--json", env=running.env)
    told = json.loads(imported.stdout)["pictures"]
    assert (told["added"], told["duplicates"], imported.stderr) == (2, 1, "")
    assert len(visitor.search("red")) == 3
    assert migrate.head() in glimpse("db", "current", env=running.env).stdout
    assert glimpse("users", "add", "ada", "--role", "viewer", env=running.env).returncode == 1
    ready = visitor.get("/health/ready").json()
    assert (ready["status"], ready["pending"], ready["loading"]) == ("ready", 0, False)
    assert 'glimpse_pictures{state="ready"} 3.0' in visitor.get("/metrics").text


def as_api(done: CompletedProcess[str]) -> list[tuple[str, float]]:
    """What a search on the command line found."""
    assert done.returncode == 0, done.stderr
    return similar(json.loads(done.stdout)["results"])


def similar(found: list[dict[str, object]]) -> list[tuple[str, float]]:
    """Who was found and how similar, to the digits that any arithmetic keeps."""
    return [(str(hit["image_id"]), round(float(str(hit["similarity"])), 3)) for hit in found]


def refused_by(running: Up) -> None:
    """A second start in the same home says on one line who runs there, and where."""
    done = glimpse("up", env=running.env)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Glimpse already runs from {running.home}:"
        f" process {running.program.process.pid}, {running.url}.\n"
    )


def stopped_by_ctrl_c(running: Up) -> None:
    """Ctrl-C is no error, and leaves no process behind."""
    assert running.program.stop(signal.SIGINT, within=STOPS_WITHIN) == 0
    assert "Traceback" not in running.program.err
    until(lambda: not processes_of(running.home))


def test_commands_without_a_running_service(home: Path, tmp_path: Path) -> None:
    """Commands start the servers for as long as they take, and an import embeds by itself."""
    env = environment(home)
    assert "no revision" in glimpse("db", "current", env=env).stdout
    imported = run("import", "images", str(folder(tmp_path)), "--json", env=env)
    assert (imported.returncode, imported.stderr) == (0, "")
    again = glimpse("import", "images", str(folder(tmp_path)), "--json", env=env)
    assert json.loads(again.stdout)["pictures"]["duplicates"] == 3
    found = glimpse("search", "a red picture", "--json", "--limit", "2", env=env)
    assert len(json.loads(found.stdout)["results"]) == 2
    made = glimpse("users", "add", "ada", "--role", "admin", env=env)
    assert made.stdout.startswith("Made the admin ada. One-time password: ")
    assert glimpse("tokens", "create", "ada", env=env).stdout.startswith("glimpse_")
    checked = glimpse("doctor", "--json", env=env)
    assert checked.returncode == 1
    assert not json.loads(checked.stdout)["workers"]["ok"]
    wait_until(lambda: not processes_of(home))


def every_check(done: CompletedProcess[str]) -> set[bool]:
    """The answers that doctor's checks gave."""
    return {check["ok"] for check in json.loads(done.stdout).values()}


def folder(tmp_path: Path) -> Path:
    """Three pictures in a folder, one of them deeper, beside a file that is none."""
    place = tmp_path / "pictures"
    (place / "deeper").mkdir(parents=True, exist_ok=True)
    for number, where in enumerate([place, place, place / "deeper"]):
        name, data = picture(number)
        (where / name).write_bytes(data)
    (place / "notes.txt").write_text("no picture")
    return place


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ("serch red", 2, "No such command 'serch'"),
        ("search", 2, "Missing argument 'TEXT'"),
        ("users add ada", 2, "Missing option '--role'"),
        ("import images /nowhere", 2, "'/nowhere' does not exist"),
        ("tokens create nobody", 1, "There is no account named nobody."),
        ("search red --limit 0", 2, "0 is not in the range 1<=x<=500"),
        ("up --host 0.0.0.0", 1, "GLIMPSE_SECRET_KEY must be set"),
    ],
)
def test_what_cannot_be_done(home: Path, arguments: str, status: int, words: str) -> None:
    """Wrong usage is 2, a failure is 1; both are said on standard error, without a traceback."""
    done = glimpse(*arguments.split(), env=environment(home, port=0))
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert len(done.stderr.splitlines()) == 1
