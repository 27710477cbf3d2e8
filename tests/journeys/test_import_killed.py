"""A worker that is killed in the middle of an import: the next one goes on with it at once."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from service.domain import Asker
from service.imports import ImportProgress
from service.services import Services
from service.stack.endpoints import Endpoints
from tests.journeys.program import Running, environment, running
from tests.journeys.visitor import picture, until

PICTURES = 48
ROWS = 300_000
CROWD = "CrowdAnnotations.tsv"
TEXTS = "captions.csv"
pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set that takes a worker some seconds: pictures, captions, and many votes."""
    path = tmp_path / "killed"
    (path / "train_images").mkdir(parents=True)
    names = []
    for name, data in map(picture, range(PICTURES)):
        (path / "train_images" / name).write_bytes(data)
        names.append(name)
    (path / TEXTS).write_text(
        "image,query_id,query_text\n" + "".join(f"{name},{name}#0,A {name}\n" for name in names)
    )
    with (path / CROWD).open("w") as file:
        file.writelines(
            f"{names[n % PICTURES]}\ttext-{n // PICTURES}.png#{n % 5}\t0\t0\t3\n"
            for n in range(ROWS)
        )
    return path


@pytest.fixture
def env(services: Services, endpoints: Endpoints) -> dict[str, str]:
    """The settings of a worker on the test's servers."""
    return environment(
        services.settings.home,
        database_url=endpoints.database_url,
        redis_url=endpoints.redis_url,
    )


def among_pictures(progress: ImportProgress) -> bool:
    """Some pictures are in, not all of them."""
    return 0 < progress.pictures_met < PICTURES


def inside_votes(progress: ImportProgress) -> bool:
    """The large file is being read."""
    return any(file.name == CROWD and file.bytes_read for file in progress.files)


@pytest.mark.parametrize("moment", [among_pictures, inside_votes])
def test_the_next_worker_goes_on(
    services: Services, env: dict[str, str], folder: Path, tmp_path: Path,
    moment: Callable[[ImportProgress], bool],
) -> None:  # fmt: skip
    """Killed among the pictures or inside a file, everything is there once, and counted once."""
    import_id = services.start_import(folder=folder, asker=Asker())

    def progress() -> ImportProgress:
        return services.import_progress(import_id)

    with running("worker", env=env, words=tmp_path) as worker:
        until(lambda: moment(progress()), worker.check)
        kill_nine(worker)
    left = progress()
    assert (left.state, left.finished_at) == ("running", None)
    with running("worker", env=env, words=tmp_path) as worker:
        until(lambda: progress().state == "done", worker.check)
        assert worker.stop() == 0
    done = progress()
    assert done.pictures == {
        "added": PICTURES, "duplicates": 0, "restricted": 0, "rejected": 0,
    }  # fmt: skip
    assert {file.name: file.counts.added for file in done.files} == {TEXTS: PICTURES, CROWD: ROWS}
    assert done.errors == ()


def kill_nine(worker: Running) -> None:
    """End all its processes as a crash would."""
    os.killpg(worker.process.pid, signal.SIGKILL)
    assert worker.process.wait() == -signal.SIGKILL


def test_a_stopped_import_ends_in_a_worker_and_goes_on(
    services: Services, env: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    """Asked to stop while a worker reads a file, it stops there; going on brings the rest."""
    import_id = services.start_import(folder=folder, asker=Asker())
    with running("worker", env=env, words=tmp_path) as worker:
        until(lambda: inside_votes(services.import_progress(import_id)), worker.check)
        services.cancel_import(import_id)
        until(lambda: services.import_progress(import_id).state == "cancelled", worker.check)
        stopped = services.import_progress(import_id)
        assert {file.name: file.state for file in stopped.files}[TEXTS] == "done"
        assert services.imports.resume(import_id, asker=Asker()) == import_id
        until(lambda: services.import_progress(import_id).state == "done", worker.check)
        assert worker.stop() == 0
    done = services.import_progress(import_id)
    assert {file.name: file.counts.added for file in done.files} == {TEXTS: PICTURES, CROWD: ROWS}
