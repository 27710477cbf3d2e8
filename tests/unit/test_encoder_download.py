"""Fetching encoders: resumed, checked, mirrored, offline; whatever the server does to us."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.fetch import fetch as fetch_command
from service.encoder.checkpoint import find
from service.encoder.download import (
    DownloadBroken,
    DownloadStopped,
    Fetching,
    NoRoom,
    Wanted,
    check_room,
    fetch,
)
from service.encoder.hub import Hub, HubLacks, HubUnreachable
from service.encoder.openclip import load
from service.encoder.spec import Repository
from tests import checkpoints
from tests.local_hub import COMMIT, LocalHub, described, local_hub

NAME = "tiny/encoder"
WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalHub]:
    """A hub that has the repository tiny/encoder."""
    with local_hub({NAME: checkpoints.write(tmp_path / "origin")}) as local:
        yield local


def patient(**how: object) -> Fetching:
    """Fetching that wastes no time between attempts."""
    return Fetching(pause=lambda _: None, **how)  # type: ignore[arg-type]


def weights_of(hub: LocalHub) -> Wanted:
    """The weights as the listing promises them."""
    promised = described(hub.folder() / WEIGHTS, hub.folder())
    lfs = promised["lfs"]
    assert isinstance(lfs, dict)
    url = f"{hub.url}/{NAME}/resolve/{COMMIT}/{WEIGHTS}"
    return Wanted(url=url, name=WEIGHTS, size=lfs["size"], sha256=lfs["sha256"])


def test_a_download_that_breaks_off_goes_on_where_it_was(hub: LocalHub, tmp_path: Path) -> None:
    """Twice cut, the file is whole at the end, and no byte was asked for twice."""
    hub.cuts = [1000, 2000]
    heard: list[int] = []
    work = patient(progress=lambda _name, done, _size: heard.append(done))
    fetch(work, weights_of(hub), tmp_path / WEIGHTS)
    assert (tmp_path / WEIGHTS).read_bytes() == (hub.folder() / WEIGHTS).read_bytes()
    assert hub.ranges == ["bytes=1000-", "bytes=3000-"]
    assert heard == sorted(heard)
    assert heard[-1] == weights_of(hub).size


def test_a_killed_fetch_is_resumed_by_the_next(hub: LocalHub, tmp_path: Path) -> None:
    """What another process had left is taken up."""
    content = (hub.folder() / WEIGHTS).read_bytes()
    (tmp_path / f"{WEIGHTS}.part").write_bytes(content[:5000])
    fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)
    assert hub.ranges == ["bytes=5000-"]
    assert (tmp_path / WEIGHTS).read_bytes() == content


def test_a_server_that_knows_no_ranges_begins_anew(hub: LocalHub, tmp_path: Path) -> None:
    """The whole file in answer to a range is not appended to what was there."""
    hub.knows_ranges = False
    hub.cuts = [1000]
    fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)
    assert (tmp_path / WEIGHTS).read_bytes() == (hub.folder() / WEIGHTS).read_bytes()


def test_damaged_once_it_is_fetched_again(hub: LocalHub, tmp_path: Path) -> None:
    """A wrong checksum costs one more download, and nothing wrong is kept."""
    hub.spoiled = 1
    fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)
    assert (tmp_path / WEIGHTS).read_bytes() == (hub.folder() / WEIGHTS).read_bytes()


def test_damaged_always_it_is_refused(hub: LocalHub, tmp_path: Path) -> None:
    """A mirror that serves something else is named as such, and its bytes are thrown away."""
    hub.spoiled = 99
    with pytest.raises(DownloadBroken, match="GLIMPSE_ENCODER_MIRROR"):
        fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)
    assert list(tmp_path.glob(f"{WEIGHTS}*")) == []


def test_a_leftover_of_something_else_is_thrown_away(hub: LocalHub, tmp_path: Path) -> None:
    """A partial file that is as long as the whole, but wrong, does not block the download."""
    (tmp_path / f"{WEIGHTS}.part").write_bytes(bytes(weights_of(hub).size or 0))
    fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)
    assert (tmp_path / WEIGHTS).read_bytes() == (hub.folder() / WEIGHTS).read_bytes()


def test_always_cut_it_is_given_up_and_kept(hub: LocalHub, tmp_path: Path) -> None:
    """After some attempts it says why, and what came waits for the next time."""
    hub.cuts = [100] * 9
    with pytest.raises(DownloadStopped, match="run the same command again"):
        fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)
    assert 0 < (tmp_path / f"{WEIGHTS}.part").stat().st_size < (weights_of(hub).size or 0)


def test_a_listed_file_that_is_not_there(hub: LocalHub, tmp_path: Path) -> None:
    """A 404 for a file of the listing is told with the status."""
    hub.missing = {WEIGHTS}
    with pytest.raises(DownloadStopped, match="404"):
        fetch(patient(), weights_of(hub), tmp_path / WEIGHTS)


def test_a_slow_server_is_waited_for(hub: LocalHub, tmp_path: Path) -> None:
    """As long as bytes come, no download is too slow; silence alone is cut off."""
    hub.pause = 0.005
    fetch(patient(patience=2.0), weights_of(hub), tmp_path / WEIGHTS)
    assert (tmp_path / WEIGHTS).stat().st_size == weights_of(hub).size


def test_what_does_not_fit_is_not_begun(tmp_path: Path) -> None:
    """A full disk is told before the first byte."""
    with pytest.raises(NoRoom, match="GLIMPSE_ENCODER_FILES"):
        check_room(tmp_path, 2**60)


def test_the_folder_says_what_it_holds(hub: LocalHub, tmp_path: Path) -> None:
    """Revision, commit and checksums stand beside the files."""
    spec = Repository(NAME, "v1")
    found = find(spec, Hub(endpoint=hub.url, files=tmp_path / "files", fetching=patient()))
    note = json.loads((found.weights.parent / "glimpse.json").read_text())
    assert (note["repository"], note["revision"], note["commit"]) == (NAME, "v1", COMMIT)
    assert note["files"][WEIGHTS] == weights_of(hub).sha256
    assert any("/revision/v1" in path for path in hub.asked)
    assert found.weights.parent.name == "tiny--encoder@v1"


def test_fetched_elsewhere_and_used_without_a_network(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`fetch --to DIR`, the folder moved, and the encoder is the same as from the hub."""
    monkeypatch.setenv("GLIMPSE_ENCODER_MIRROR", hub.url)
    monkeypatch.setenv("GLIMPSE_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(fetch_command, [f"hf-hub:{NAME}", "--to", str(tmp_path / "stick")])
    assert done.exit_code == 0, done.output
    assert "GLIMPSE_ENCODER_OFFLINE=true" in done.output
    moved = (tmp_path / "stick").rename(tmp_path / "moved")
    hub.asked.clear()
    used = load(f"hf-hub:{NAME}", hub=Hub(offline=True, endpoint=hub.url, files=moved))
    assert used.fingerprint == load(f"local-dir:{hub.folder()}").fingerprint
    assert hub.asked == []


def test_an_incomplete_folder_is_no_encoder(hub: LocalHub, tmp_path: Path) -> None:
    """A fetch that was killed leaves nothing that could be taken for the whole."""
    files = tmp_path / "files"
    hub.missing = {WEIGHTS}
    with pytest.raises(DownloadStopped):
        find(Repository(NAME), Hub(endpoint=hub.url, files=files, fetching=patient()))
    with pytest.raises(HubUnreachable, match="offline"):
        find(Repository(NAME), Hub(offline=True, files=files))
    hub.missing.clear()
    hub.asked.clear()
    find(Repository(NAME), Hub(endpoint=hub.url, files=files, fetching=patient()))
    fetched = [path.rpartition("/")[2] for path in hub.asked if "/resolve/" in path]
    assert fetched == [WEIGHTS]


def test_a_mirror_without_the_repository(hub: LocalHub, tmp_path: Path) -> None:
    """It is named, rather than called unreachable."""
    with pytest.raises(HubLacks, match="tiny/decoder"):
        find(Repository("tiny/decoder"), Hub(endpoint=hub.url, files=tmp_path))
