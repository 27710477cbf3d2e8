"""The store: one contract, held by a folder and by an object store over HTTP."""

import errno
import os
import resource
import secrets
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from service.store import (
    MissingFile,
    NotAKey,
    Store,
    StoreFull,
    StoreUnavailable,
    UnknownStore,
    original_key,
    served_key,
    thumbnail_key,
)

SHA = "ab" + "cd" + "0" * 60
OTHER = "ab" + "cd" + "1" * 60
KEY = original_key(SHA, ".jpg")


@pytest.fixture(scope="module")
def object_server() -> Iterator[str]:
    """An S3 server on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket_url(object_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket, reached as in a real deployment: through the AWS variables."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"glimpse-{secrets.token_hex(8)}"
    client = boto3.client("s3")
    client.create_bucket(Bucket=name)
    client.close()
    return f"s3://{name}/pictures"


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place of each kind, empty."""
    if request.param == "file":
        return f"file://{tmp_path}/a folder/images"
    bucket: str = request.getfixturevalue("bucket_url")
    return bucket


@pytest.fixture
def store(url: str) -> Store:
    """A store of each kind, empty."""
    return Store(url)


def test_what_was_put_is_read(store: Store) -> None:
    """Bytes come back as they went in, from memory or from a file."""
    content = os.urandom(300_000)
    store.put(KEY, content)
    store.put(thumbnail_key(SHA, 320), BytesIO(b"small"))
    assert store.read(KEY) == content
    assert store.size(KEY) == 300_000
    assert store.read(thumbnail_key(SHA, 320)) == b"small"


def test_a_file_can_be_opened_and_sought(store: Store) -> None:
    """An opened file can be read in pieces, as a web server does."""
    store.put(KEY, b"0123456789")
    with store.open(KEY) as file:
        file.seek(4)
        assert file.read(3) == b"456"
        assert file.read() == b"789"


def test_putting_again_changes_nothing(store: Store) -> None:
    """The same picture twice is stored once."""
    store.put(KEY, b"picture")
    store.put(KEY, b"picture")
    assert store.read(KEY) == b"picture"
    assert list(store.keys("original")) == [KEY]


def test_putting_replaces_the_whole_file(store: Store) -> None:
    """A shorter file leaves no rest of a longer one."""
    store.put(KEY, b"a longer picture")
    store.put(KEY, b"short")
    assert store.read(KEY) == b"short"


def test_an_empty_file_is_a_file(store: Store) -> None:
    """Nothing can be stored, too."""
    store.put(KEY, b"")
    assert store.exists(KEY)
    assert store.read(KEY) == b""


def test_a_missing_file_is_named(store: Store) -> None:
    """Asking for what is not there tells which file is missing."""
    assert not store.exists(KEY)
    for ask in (store.open, store.read, store.size):
        with pytest.raises(MissingFile, match=KEY):
            ask(KEY)


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: Store) -> None:
    """Deleting has an outcome, not a condition."""
    store.put(KEY, b"picture")
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)


def test_keys_are_listed_by_kind_in_order(store: Store) -> None:
    """Whoever compares the store with the database meets every file once."""
    shas = [f"{first:02x}" * 32 for first in (0, 7, 255)]
    for sha in reversed(shas):
        store.put(original_key(sha, ".png"), b"o")
        store.put(served_key(sha, ".png"), b"s")
    assert list(store.keys("original")) == [original_key(sha, ".png") for sha in shas]
    assert list(store.keys("thumbnail")) == []


def test_everything_of_a_picture_is_deleted_and_nothing_else(store: Store) -> None:
    """A deleted picture takes its served version and thumbnails along, whatever their suffix."""
    mine = [original_key(SHA, ".png"), served_key(SHA, ".jpg"), thumbnail_key(SHA, 320)]
    theirs = [original_key(OTHER, ".png"), thumbnail_key(OTHER, 320)]
    for key in mine + theirs:
        store.put(key, b"x")
    store.delete_picture(SHA)
    assert [store.exists(key) for key in mine] == [False] * 3
    assert [store.exists(key) for key in theirs] == [True] * 2


@pytest.mark.parametrize(
    "key", ["../secret", "original/../../secret", "/etc/passwd", "", "original"]
)
def test_no_key_leads_out_of_the_store(store: Store, key: str) -> None:
    """Whatever a caller mixes up, only stored files are touched."""
    for act in (store.read, store.delete, store.exists):
        with pytest.raises(NotAKey):
            act(key)
    with pytest.raises(NotAKey):
        store.put(key, b"x")


def test_another_process_sees_it_at_once(url: str, store: Store) -> None:
    """What one worker stores or deletes, another knows without delay."""
    other = Store(url)
    assert not other.exists(KEY)
    assert list(other.keys("original")) == []
    store.put(KEY, b"picture")
    assert other.exists(KEY)
    assert list(other.keys("original")) == [KEY]
    store.delete(KEY)
    assert not other.exists(KEY)


def test_threads_may_put_the_same_file(store: Store) -> None:
    """Two uploads of the same picture at once leave one whole file."""
    content = os.urandom(100_000)
    threads = [threading.Thread(target=store.put, args=(KEY, content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read(KEY) == content
    assert list(store.keys("original")) == [KEY]


def test_keys_spread_over_folders() -> None:
    """A key shows its kind and its content, and no folder grows large."""
    assert original_key(SHA, ".jpg") == f"original/ab/cd/{SHA}.jpg"
    assert served_key(SHA, ".webp") == f"served/ab/cd/{SHA}.webp"
    assert thumbnail_key(SHA, 640) == f"thumbnail/ab/cd/{SHA}-640.webp"


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The least careful setting an account can have."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_files_are_only_their_owners(tmp_path: Path) -> None:
    """Other accounts of the machine can neither read nor list the pictures."""
    store = Store(f"file://{tmp_path}/images")
    store.put(KEY, b"picture")
    file = tmp_path / "images" / KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    folders = [folder for folder in file.parents if folder.is_relative_to(tmp_path / "images")]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


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


def test_a_file_that_breaks_off_is_not_stored(store: Store) -> None:
    """An upload that fails while it is read leaves nothing behind."""
    with pytest.raises(StoreUnavailable, match="unplugged"):
        store.put(KEY, BrokenFile(b"half of a picture"))
    assert not store.exists(KEY)


class BrokenFile(BytesIO):
    """A file on a disk that is pulled out while it is read."""

    def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002 - as BytesIO has it
        """Fail as the operating system does."""
        raise OSError(errno.EIO, "unplugged")


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
