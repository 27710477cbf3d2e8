"""A fetched encoder is the commit that it was fetched as, whatever its branch comes to mean."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from service.cli.encoder_lines import as_document, listing
from service.config import Settings
from service.encoder.holder import EncoderUnusable
from service.encoder.hub import Hub, RevisionMoved
from service.encoder.origin import Origin, origin_of
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests import checkpoints
from tests.local_hub import COMMIT, LocalHub, local_hub

SPEC = "hf-hub:tiny/encoder"
WEIGHTS = "open_clip_model.safetensors"
NEXT = COMMIT[::-1]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalHub]:
    """A hub with one small encoder."""
    with local_hub({"tiny/encoder": checkpoints.write(tmp_path / "origin")}) as local:
        yield local


@pytest.fixture
def services(hub: LocalHub, tmp_path: Path, endpoints: Endpoints) -> Iterator[Services]:
    """A home that fetches its encoder from there."""
    settings = Settings(home=tmp_path / "home", encoder=SPEC, encoder_mirror=hub.url)
    with wired(settings, endpoints, secret_key="a test's secret") as services:
        yield services


def content(hub: LocalHub) -> str:
    """What the weights hash to."""
    return sha256((hub.folder() / WEIGHTS).read_bytes()).hexdigest()


def test_commit_and_checksum_are_kept_and_shown(services: Services, hub: LocalHub) -> None:
    """What the branch meant on the day of the download stands in the list and in its JSON."""
    services.register_encoder()
    (standing,) = services.catalogue.listed()
    assert as_document(standing)["origin"] == {
        "repository": "tiny/encoder",
        "revision": "main",
        "commit": COMMIT,
        "file": WEIGHTS,
        "sha256": content(hub),
    }
    assert f"tiny/encoder main as of {COMMIT[:12]}, {WEIGHTS}" in listing([standing])


def test_a_branch_that_moved_is_refused_before_anything_is_fetched(
    services: Services, hub: LocalHub
) -> None:
    """Where the files are lost, the same commit comes back, and no other one in its place."""
    services.register_encoder()
    shutil.rmtree(services.settings.effective_encoder_files)
    services.encoder.shelf.keep_only(())
    hub.asked.clear()
    hub.commit = NEXT
    with pytest.raises(EncoderUnusable, match=f"{NEXT} now, .* made with {COMMIT}"):
        services.encoder.shelf.holder(SPEC).get()
    assert not any("/resolve/" in path for path in hub.asked)
    hub.commit = COMMIT
    services.encoder.shelf.keep_only(())
    assert services.encoder.shelf.holder(SPEC).get().name == SPEC
    assert f"/revision/{COMMIT}" in " ".join(hub.asked)


def test_files_of_two_commits_are_never_mixed(hub: LocalHub, tmp_path: Path) -> None:
    """A folder that lacks a file gets it from the commit that it was fetched as."""
    files = Hub(endpoint=hub.url, files=tmp_path / "files")
    folder = files.folder("tiny/encoder", last=[WEIGHTS])
    hub.commit = NEXT
    with pytest.raises(RevisionMoved):
        files.folder("tiny/encoder", wanted=["open_clip_config.json"], last=[WEIGHTS])
    assert sorted(path.name for path in folder.glob("*.json")) == ["glimpse.json"]


def test_what_the_hubs_own_client_fetched_is_known_too(tmp_path: Path) -> None:
    """Its cache names the commit, and keeps a file under the hash of its content."""
    digest = "ab" * 32
    root = tmp_path / "models--tiny--encoder"
    for folder in (root / "blobs", root / "snapshots" / COMMIT):
        folder.mkdir(parents=True)
    (root / "blobs" / digest).write_bytes(b"numbers")
    file = root / "snapshots" / COMMIT / WEIGHTS
    file.symlink_to(root / "blobs" / digest)
    assert origin_of(file) == Origin("tiny/encoder", "main", COMMIT, WEIGHTS, digest)
    assert origin_of(tmp_path / "own" / WEIGHTS) is None
