"""What the store says when a disk is full, a server is away or a package is missing."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import (
    Store,
    StoreFull,
    StoreUnavailable,
    UnknownStore,
    original_key,
)

SHA = "ab" + "cd" + "0" * 60
OTHER = "ab" + "cd" + "1" * 60
KEY = original_key(SHA, ".jpg")


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond 64 kB, as if the disk ended there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """When there is no room, that is said, and neither a part nor a rest stays behind."""
    store = Store(f"file://{tmp_path}")
    store.put(KEY, b"picture")
    with pytest.raises(StoreFull, match="no room left"):
        store.put(KEY, bytes(1_000_000))
    with pytest.raises(StoreFull):
        store.put(original_key(OTHER, ".jpg"), bytes(1_000_000))
    assert store.read(KEY) == b"picture"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / KEY]


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    """A store on a path that is no folder says so."""
    (tmp_path / "images").write_text("a file")
    store = Store(f"file://{tmp_path}/images")
    with pytest.raises(StoreUnavailable, match="GLIMPSE_STORE_URL"):
        store.put(KEY, b"picture")


def test_a_missing_bucket_is_the_stores_fault(bucket_url: str) -> None:
    """Writing to a bucket that nobody made does not look like a missing picture."""
    store = Store(bucket_url.replace("glimpse-", "nobody-"))
    with pytest.raises(StoreUnavailable, match="s3://nobody-"):
        store.put(KEY, b"picture")


def test_a_server_that_is_away_is_a_clear_error(
    bucket_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nobody listens, no picture is said to be missing."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clear_connections()
    store = Store(bucket_url)
    for ask in (store.read, store.exists, store.delete):
        with pytest.raises(StoreUnavailable, match="does not answer"):
            ask(KEY)
    clear_connections()


def clear_connections() -> None:
    """Forget the connections that were made to another endpoint."""
    from s3fs import S3FileSystem  # type: ignore[import-untyped]

    S3FileSystem.clear_instance_cache()


def run(program: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )


def test_a_folder_needs_no_driver(tmp_path: Path) -> None:
    """Who stores in a folder never loads what object stores need."""
    done = run(
        "import sys; from service.store import Store\n"
        f"Store('file://{tmp_path}').put('check/a', b'a')\n"
        "print([name for name in ('s3fs', 'botocore', 'aiohttp') if name in sys.modules])"
    )
    assert done.stdout == "[]\n", done.stderr


def test_without_its_driver_s3_is_a_clear_error() -> None:
    """A missing package is named together with the command that brings it."""
    done = run(
        "import sys; sys.modules['s3fs'] = None\n"
        "from service.store import Store, UnknownStore\n"
        "try:\n    Store('s3://bucket/prefix')\n"
        "except UnknownStore as error:\n    print(error.message)"
    )
    assert "pip install 'glimpse[s3]'" in done.stdout, done.stderr


@pytest.mark.parametrize("url", ["ftpx://host/pictures", "/srv/pictures", "pictures", ""])
def test_an_unknown_kind_of_store_is_a_clear_error(url: str) -> None:
    """A URL that nobody understands is refused at once, with an example of a good one."""
    with pytest.raises(UnknownStore, match="file:///folder"):
        Store(url)


def test_a_password_in_the_url_is_not_told() -> None:
    """An error about the store may be logged."""
    store = Store("ftp://glimpse:secret@127.0.0.1:9/pictures")
    with pytest.raises(StoreUnavailable) as failure:
        store.read(KEY)
    assert "secret" not in failure.value.message
    assert "ftp://127.0.0.1:9/pictures" in failure.value.message


def test_a_store_survives_a_fork(bucket_url: str) -> None:
    """A worker that forks after the store was used can go on using it."""
    done = run(
        "import os\n"
        "from service.store import Store\n"
        f"store = Store({bucket_url!r}); store.put('check/a', b'a')\n"
        "child = os.fork()\n"
        "if child == 0:\n    os._exit(0 if store.read('check/a') == b'a' else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    assert done.stdout == "0\n", done.stderr
