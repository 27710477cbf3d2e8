"""`glimpse verify`, `backup` and `restore` as a person uses them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.stack.endpoints import Endpoints
from service.stack.home import RESTORING
from tests.command import glimpse, on
from tests.journeys.program import environment
from tests.journeys.up import new_home

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that does not exist yet, short enough for sockets."""
    with new_home() as home:
        yield home


def test_there_and_back_into_a_new_home(endpoints: Endpoints, tmp_path: Path, home: Path) -> None:
    """From a database of one's own into an embedded one, which then is refused as not empty."""
    env = on(endpoints, tmp_path / "first")
    assert glimpse("users", "add", "ada", "--role", "admin", env=env).returncode == 0
    file = tmp_path / "copy.tar.gz"
    made = glimpse("backup", str(file), "--json", env=env)
    assert json.loads(made.stdout)["pictures"] == 0
    again = glimpse("backup", str(file), env=env)
    assert (again.returncode, again.stdout) == (1, "")
    assert "--force" in again.stderr

    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(file.read_bytes()[:-2000])
    new = environment(home, port=0)
    refused = glimpse("restore", str(damaged), env=new)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 1
    assert not home.exists()

    restored = glimpse("restore", str(file), env=new)
    assert restored.returncode == 0, restored.stderr
    assert "all is well" in restored.stdout
    assert not (home / RESTORING).exists()
    assert json.loads(glimpse("verify", "--json", env=new).stdout)["ok"] is True
    taken = glimpse("users", "add", "ada", "--role", "viewer", env=new)
    assert (taken.returncode, "ada" in taken.stderr) == (1, True)
    second = glimpse("restore", str(file), env=new)
    assert (second.returncode, "mv " in second.stderr) == (1, True)
    elsewhere = glimpse("restore", str(file), env=env)
    assert (elsewhere.returncode, "1 users" in elsewhere.stderr) == (1, True)
