"""Encoders from a hub: fetched once, then used without it; a silent hub is given up in seconds."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import open_clip
import pytest

from service.domain import AllowedQuery
from service.encoder.checkpoint import find
from service.encoder.hub import Hub, HubLacks, HubUnreachable, RepositoryNameBroken
from service.encoder.openclip import load
from service.encoder.spec import Published
from tests import checkpoints

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class LocalHub:
    """A hub of one repository, served from a folder of this machine."""

    folder: Path
    repository: str = "tiny/encoder"
    url: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalHub]:
    """A hub that has the repository tiny/encoder."""
    local = LocalHub(checkpoints.write(tmp_path / "origin"))
    (local.folder / "README.md").write_text("not wanted")

    class Handler(_Handler):
        hub = local

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        local.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield local
        server.shutdown()
        serving.join()


class _Handler(BaseHTTPRequestHandler):
    """As much of the hub's protocol as a download needs."""

    hub: ClassVar[LocalHub]

    def do_HEAD(self) -> None:
        """What a file is."""
        self._answer(body=False)

    def do_GET(self) -> None:
        """A file, or the list of all."""
        self._answer(body=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the test's output clean."""

    def _answer(self, *, body: bool) -> None:
        self.hub.asked.append(self.path)
        content = self._content()
        self.send_response(404 if content is None else 200)
        if content is None:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", str(len(content or b"")))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{sha256(content or b"").hexdigest()}"')
        self.end_headers()
        if body and content:
            self.wfile.write(content)

    def _content(self) -> bytes | None:
        name = self.hub.repository
        if self.path.startswith(f"/api/models/{name}"):
            files = [{"rfilename": path.name} for path in self.hub.folder.iterdir()]
            listing = {"id": name, "sha": COMMIT, "siblings": files}
            return json.dumps(listing).encode()
        path = self.hub.folder / self.path.rpartition("/")[2]
        there = self.path.startswith(f"/{name}/resolve/main/") and path.is_file()
        return path.read_bytes() if there else None


def test_fetched_once_then_used_offline(hub: LocalHub, tmp_path: Path) -> None:
    """A repository gives the very encoder of its files, and is not asked again."""
    cache = tmp_path / "cache"
    fetched = load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, cache=cache), precision="fp32")
    copied = load(f"local-dir:{hub.folder}", precision="fp32")
    assert fetched.name == "hf-hub:tiny/encoder"
    assert fetched.fingerprint == copied.fingerprint
    query = [AllowedQuery("red dog", policy_version=1)]
    np.testing.assert_allclose(fetched.encode_texts(query), copied.encode_texts(query), atol=1e-6)
    assert not any("README" in path for path in hub.asked)

    hub.asked.clear()
    for offline in (True, False):
        again = load("hf-hub:tiny/encoder", hub=Hub(offline=offline, endpoint=hub.url, cache=cache))
        assert again.fingerprint == fetched.fingerprint
    assert hub.asked == []


@pytest.mark.parametrize(("tag", "quick"), [("openai", True), ("laion2b_e16", False)])
def test_published_weights_keep_their_activation(
    hub: LocalHub, tmp_path: Path, tag: str, *, quick: bool
) -> None:
    """A tag's own activation is used; open_clip would warn and compute other vectors."""
    hub.repository = open_clip.get_pretrained_cfg("ViT-B-32", tag)["hf_hub"].rstrip("/")
    found = find(Published("ViT-B-32", tag), Hub(endpoint=hub.url, cache=tmp_path / "cache"))
    assert found.architecture["quick_gelu"] is quick
    assert found.preprocessing["resize_mode"] == "shortest"
    assert found.weights.read_bytes() == (hub.folder / found.weights.name).read_bytes()


def test_a_download_that_broke_off_is_completed(hub: LocalHub, tmp_path: Path) -> None:
    """Without its weights a cached repository counts as absent, so the rest is fetched."""
    cache = tmp_path / "cache"
    weights = hub.folder / "open_clip_model.safetensors"
    content = weights.read_bytes()
    weights.unlink()
    with pytest.raises(HubLacks, match=r"open_clip_model\.safetensors"):
        load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, cache=cache))
    weights.write_bytes(content)
    assert load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, cache=cache)).dimension == 24


def test_a_repository_that_is_not_there(hub: LocalHub, tmp_path: Path) -> None:
    """A wrong repository is refused by name."""
    with pytest.raises(HubLacks, match="tiny/decoder"):
        load("hf-hub:tiny/decoder", hub=Hub(endpoint=hub.url, cache=tmp_path))


def test_a_name_that_cannot_be_one(tmp_path: Path) -> None:
    """A name no repository can have is refused before anyone is asked."""
    with pytest.raises(RepositoryNameBroken, match="a/b/c"):
        load("hf-hub:a/b/c", hub=Hub(cache=tmp_path))


@pytest.mark.parametrize("name", ["hf-hub:tiny/encoder", "ViT-B-32/laion2b_s34b_b79k"])
def test_offline_and_not_cached(name: str, tmp_path: Path) -> None:
    """Offline, what is not on the machine is refused at once, with the way round."""
    with pytest.raises(HubUnreachable) as met:
        load(name, hub=Hub(offline=True, cache=tmp_path))
    assert "GLIMPSE_ENCODER=local-dir:" in met.value.message
    assert "open_clip_model.safetensors" in met.value.message


def test_nobody_listens(tmp_path: Path) -> None:
    """A hub that refuses the connection is called unreachable."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HubUnreachable, match="tiny/encoder"):
        load("hf-hub:tiny/encoder", hub=Hub(endpoint=f"http://127.0.0.1:{port}", cache=tmp_path))


def test_somebody_listens_but_never_answers(tmp_path: Path) -> None:
    """A hub that accepts the connection and is silent is given up after its patience."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hub = Hub(endpoint=url, cache=tmp_path, patience=0.2)
        with pytest.raises(HubUnreachable, match="could not be fetched"):
            hub.folder("tiny/encoder", last=["open_clip_model.safetensors"])


def test_something_else_answers(tmp_path: Path, hub: LocalHub) -> None:
    """A proxy's login page in the place of the hub is no encoder."""
    hub.folder = hub.folder.parent / "empty"
    hub.folder.mkdir()
    with pytest.raises(HubLacks, match=r"open_clip_model\.safetensors"):
        load("hf-hub:tiny/encoder", hub=Hub(endpoint=hub.url, cache=tmp_path))
