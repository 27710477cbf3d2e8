"""Killed in the middle, a backup leaves nothing that looks like one, and a restore nothing half."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain import Asker
from service.keeping.examine import examine
from service.keeping.watch import NobodyWatches
from service.services import Services
from service.stack.endpoints import Endpoints
from service.stack.home import RESTORING
from tests.command import glimpse, on
from tests.factories import plain
from tests.journeys.program import environment, run, running
from tests.journeys.up import new_home
from tests.keeping.copies import back_up

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
PICTURES = 120
# From before the first file is opened until after the last.
MOMENTS = (0.5, 2.0, 3.0, 4.0, 6.0, 9.0)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that does not exist yet."""
    with new_home() as home:
        yield home


@pytest.fixture
def filled(services: Services) -> Services:
    """A home with pictures."""
    files = [plain("red", number=number) for number in range(PICTURES)]
    services.upload(files=files, asker=Asker())
    return services


def test_a_killed_backup_is_no_backup(
    filled: Services, endpoints: Endpoints, tmp_path: Path
) -> None:
    """Whenever it dies, the file is whole or not there; the next one clears up."""
    env = on(endpoints, filled.settings.home)
    file = tmp_path / "copy.tar.gz"
    for moment in MOMENTS:
        with running("backup", "--force", str(file), env=env, words=tmp_path / "words") as program:
            time.sleep(moment)
            program.process.send_signal(signal.SIGKILL)
            program.process.wait()
        if file.exists():
            assert examine(file, NobodyWatches()).originals == PICTURES
    done = run("backup", "--force", str(file), env=env)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob(".copy*"))


def test_a_killed_restore_is_begun_again(filled: Services, tmp_path: Path, home: Path) -> None:
    """Whenever it dies, the home is not opened, and the same command brings it back."""
    file = tmp_path / "copy.tar.gz"
    back_up(filled, file)
    env = environment(home, port=0)
    for moment in MOMENTS:
        with running("restore", str(file), env=env, words=tmp_path / "words") as program:
            time.sleep(moment)
            program.process.send_signal(signal.SIGKILL)
            program.process.wait()
        if (home / RESTORING).exists():
            opened = glimpse("db", "current", env=env)
            assert (opened.returncode, "cut off" in opened.stderr) == (1, True)
        elif (home / "postgres").exists():
            break
    if (home / RESTORING).exists() or not (home / "postgres").exists():
        done = run("restore", str(file), env=env)
        assert done.returncode == 0, done.stderr
    verified = run("verify", env=env)
    assert f"{PICTURES} pictures" in verified.stdout
    # A program of its own does not know the encoder that stands in; all else is well.
    (wrong,) = (line for line in verified.stdout.splitlines() if line.startswith("not ok"))
    assert wrong.startswith("not ok  encoder:")
