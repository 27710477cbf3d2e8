"""Encoders from a hub: fetched once, then used without it; a silent hub is given up in seconds."""

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import open_clip
import pytest

from service.domain import AllowedQuery
from service.encoder.checkpoint import find
from service.encoder.hub import Hub, HubLacks, HubUnreachable, RepositoryNameBroken
from service.encoder.openclip import load
from service.encoder.spec import Published
from tests import checkpoints
from tests.local_hub import LocalHub, local_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalHub]:
    """A hub that has the repository tiny/encoder."""
    folder = checkpoints.write(tmp_path / "origin")
    (folder / "README.md").write_text("not wanted")
    with local_hub({"tiny/encoder": folder}) as local:
        yield local


def test_fetched_once_then_used_offline(hub: LocalHub, tmp_path: Path) -> None:
    """A repository gives the very encoder of its files, and is not asked again."""
    cache = tmp_path / "files"
    fetched = load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, files=cache), precision="fp32")
    copied = load(f"local-dir:{hub.folder()}", precision="fp32")
    assert fetched.name == "hf-hub:tiny/encoder"
    assert fetched.fingerprint == copied.fingerprint
    query = [AllowedQuery("red dog", policy_version=1)]
    np.testing.assert_allclose(fetched.encode_texts(query), copied.encode_texts(query), atol=1e-6)
    assert not any("README" in path for path in hub.asked)

    hub.asked.clear()
    for offline in (True, False):
        again = load("hf-hub:tiny/encoder", hub=Hub(offline=offline, endpoint=hub.url, files=cache))
        assert again.fingerprint == fetched.fingerprint
    assert hub.asked == []


@pytest.mark.parametrize(("tag", "quick"), [("openai", True), ("laion2b_e16", False)])
def test_published_weights_keep_their_activation(
    hub: LocalHub, tmp_path: Path, tag: str, *, quick: bool
) -> None:
    """A tag's own activation is used; open_clip would warn and compute other vectors."""
    repository = open_clip.get_pretrained_cfg("ViT-B-32", tag)["hf_hub"].rstrip("/")
    hub.repositories = {repository: hub.folder()}
    found = find(Published("ViT-B-32", tag), Hub(endpoint=hub.url, files=tmp_path / "files"))
    assert found.architecture["quick_gelu"] is quick
    assert found.preprocessing["resize_mode"] == "shortest"
    assert found.weights.read_bytes() == (hub.folder() / found.weights.name).read_bytes()


def test_a_download_that_broke_off_is_completed(hub: LocalHub, tmp_path: Path) -> None:
    """Without its weights a cached repository counts as absent, so the rest is fetched."""
    cache = tmp_path / "files"
    weights = hub.folder() / "open_clip_model.safetensors"
    content = weights.read_bytes()
    weights.unlink()
    with pytest.raises(HubLacks, match=r"open_clip_model\.safetensors"):
        load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, files=cache))
    weights.write_bytes(content)
    assert load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, files=cache)).dimension == 24


def test_a_repository_that_is_not_there(hub: LocalHub, tmp_path: Path) -> None:
    """A wrong repository is refused by name."""
    with pytest.raises(HubLacks, match="tiny/decoder"):
        load("hf-hub:tiny/decoder", hub=Hub(endpoint=hub.url, files=tmp_path))


def test_a_name_that_cannot_be_one(tmp_path: Path) -> None:
    """A name no repository can have is refused before anyone is asked."""
    with pytest.raises(RepositoryNameBroken, match="a/b/c"):
        load("hf-hub:a/b/c", hub=Hub(files=tmp_path))


@pytest.mark.parametrize("name", ["hf-hub:tiny/encoder", "ViT-B-32/laion2b_s34b_b79k"])
def test_offline_and_not_cached(name: str, tmp_path: Path) -> None:
    """Offline, what is not on the machine is refused at once, with the way round."""
    with pytest.raises(HubUnreachable) as met:
        load(name, hub=Hub(offline=True, files=tmp_path))
    assert "GLIMPSE_ENCODER=local-dir:" in met.value.message
    assert "open_clip_model.safetensors" in met.value.message


def test_nobody_listens(tmp_path: Path) -> None:
    """A hub that refuses the connection is called unreachable."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HubUnreachable, match="tiny/encoder"):
        load("hf-hub:tiny/encoder", hub=Hub(endpoint=f"http://127.0.0.1:{port}", files=tmp_path))


def test_somebody_listens_but_never_answers(tmp_path: Path) -> None:
    """A hub that accepts the connection and is silent is given up after its patience."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hub = Hub(endpoint=url, files=tmp_path, patience=0.2)
        with pytest.raises(HubUnreachable, match="could not be fetched"):
            hub.folder("tiny/encoder", last=["open_clip_model.safetensors"])


def test_something_else_answers(tmp_path: Path, hub: LocalHub) -> None:
    """A proxy's login page in the place of the hub is no encoder."""
    empty = tmp_path / "empty"
    empty.mkdir()
    hub.repositories = {"tiny/encoder": empty}
    with pytest.raises(HubLacks, match=r"open_clip_model\.safetensors"):
        load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, files=tmp_path))
