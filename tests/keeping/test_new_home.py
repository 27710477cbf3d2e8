"""A home that is being restored is whole or not there, wherever the restore was cut off."""

from pathlib import Path

import pytest

from service.config import Settings
from service.keeping.new_home import (
    DONE,
    NEW,
    AnotherRestore,
    HomeNotEmpty,
    check_empty,
    new_home,
    put_in_place,
)
from service.stack.home import RESTORING, RestoreCutOff, open_home
from service.stack.lock import Lock


def test_a_home_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    """What every command leaves in a home is nothing; a database or pictures are something."""
    open_home(tmp_path / "home")
    check_empty(tmp_path / "home")
    check_empty(tmp_path / "absent")
    (tmp_path / "home" / "images").mkdir()
    with pytest.raises(HomeNotEmpty, match="images"):
        check_empty(tmp_path / "home")


def test_nothing_opens_a_home_that_is_half_restored(tmp_path: Path) -> None:
    """Whoever tries reads what to do."""
    (tmp_path / RESTORING).mkdir()
    with pytest.raises(RestoreCutOff, match="glimpse restore again"):
        open_home(tmp_path)


def test_a_restore_cut_off_while_it_takes_its_place_is_brought_to_its_end(tmp_path: Path) -> None:
    """What was moved stays, the rest follows, and the key of the home that was there stays."""
    fresh = tmp_path / RESTORING / NEW
    for name in ("postgres", "images", "logs"):
        (fresh / name).mkdir(parents=True)
    (fresh / "secret_key").write_text("new")
    (tmp_path / "secret_key").write_text("old")
    (tmp_path / RESTORING / DONE).write_text("backup")
    (fresh / "images").rename(tmp_path / "images")
    with new_home(Settings(home=tmp_path), backup="backup") as building:
        assert building is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "postgres", "secret_key"]
    assert (tmp_path / "secret_key").read_text() == "old"


def test_two_restores_do_not_meet(tmp_path: Path) -> None:
    """The second is told to wait."""
    (tmp_path / RESTORING).mkdir()
    with Lock(tmp_path / RESTORING / "lock") as lock:
        assert lock.own()
        with (
            pytest.raises(AnotherRestore),
            new_home(Settings(home=tmp_path), backup="backup"),
        ):
            pass


def test_an_empty_end_is_no_failure(tmp_path: Path) -> None:
    """Cut off after the last move, only the folder itself is left to go."""
    (tmp_path / RESTORING).mkdir()
    put_in_place(tmp_path)
    assert list(tmp_path.iterdir()) == []
