"""The store: one contract, held by a folder and by an object store over HTTP."""

import errno
import os
import stat
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest

from service.store import (
    MissingFile,
    NotAKey,
    Store,
    StoreUnavailable,
    original_key,
    served_key,
    thumbnail_key,
)

SHA = "ab" + "cd" + "0" * 60
OTHER = "ab" + "cd" + "1" * 60
KEY = original_key(SHA, ".jpg")


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
    "key",
    ["../secret", "original/../../secret", "/etc/passwd", "", "original", "original/a/../../b"],
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


def test_a_bucket_that_others_fill_is_listed_anew(bucket_url: str) -> None:
    """What another machine has stored since the last listing is there in the next."""
    store = Store(bucket_url)
    store.put(KEY, b"picture")
    assert list(store.keys("original")) == [KEY]
    theirs = original_key(OTHER, ".jpg")
    bucket, _, prefix = bucket_url.removeprefix("s3://").partition("/")
    client = boto3.client("s3")
    client.put_object(Bucket=bucket, Key=f"{prefix}/{theirs}", Body=b"theirs")
    client.close()
    assert store.exists(theirs)
    assert list(store.keys("original")) == [KEY, theirs]


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
