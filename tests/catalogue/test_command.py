"""`glimpse encoders` as a person uses it: added, built, switched to, back, removed."""

import json
from pathlib import Path

import pytest

from service.stack.endpoints import Endpoints
from tests import checkpoints
from tests.command import glimpse
from tests.journeys.program import environment

pytestmark = pytest.mark.timeout(600)


def test_from_the_first_encoder_to_the_next(endpoints: Endpoints, tmp_path: Path) -> None:
    """Each command says what it did, exits as the contract has it, and never with a traceback."""
    urls = {"database_url": endpoints.database_url, "redis_url": endpoints.redis_url}
    env = environment(tmp_path / "home", **urls)
    tiny = f"local-dir:{checkpoints.write(tmp_path / 'tiny')}"

    first = glimpse("encoders", "add", "bundled", env=env)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == "Encoder 1 is serving: bundled\n"
    added = glimpse("encoders", "add", tiny, "--wait", "--json", env=env)
    document = json.loads(added.stdout)
    assert (document["encoder_id"], document["state"]) == (2, "ready")
    switched = glimpse("encoders", "switch", "2", "--anyway", env=env)
    assert switched.stdout == f"Encoder 2 serves: {tiny}. Back: glimpse encoders rollback\n"
    removed = glimpse("encoders", "remove", "1", "--yes", "--json", env=env)
    assert json.loads(removed.stdout) == {"removed": 1, "spec": "bundled"}
    listed = glimpse("encoders", "list", "--json", env=env)
    (left,) = json.loads(listed.stdout)
    assert (left["spec"], left["state"]) == (tiny, "serving")
    assert "glimpse encoders add bundled" in listed.stderr
