"""The home: made once, owner-only, and refused with one clear sentence."""

import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.config import Settings
from service.stack.home import (
    DiskFull,
    HomeNotWritable,
    HomeOfSomebodyElse,
    HomeTooNew,
    NoSecretKey,
    check_room,
    open_home,
    secret_key,
)


def test_others_stay_out(home: Path) -> None:
    """Nobody but the owner can list a new home, and nothing in it is for others."""
    os.umask(os.umask(0o022))
    open_home(home)
    for place in (home, *home.rglob("*")):
        assert stat.S_IMODE(place.stat().st_mode) & 0o067 == 0


def test_wide_rights_are_narrowed(home: Path) -> None:
    """An empty folder that everybody could enter is closed when it becomes a home."""
    home.mkdir(mode=0o755)
    open_home(home)
    assert stat.S_IMODE(home.stat().st_mode) & 0o067 == 0


def test_somebodys_folder_keeps_its_rights(home: Path) -> None:
    """A folder with other things in it is used, but its own rights are left alone."""
    home.mkdir(mode=0o755)
    (home / "letter.txt").write_text("dear reader")
    home.chmod(0o755)
    open_home(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_a_file_in_its_place(home: Path) -> None:
    """A file where the home should be is a clear error."""
    home.write_text("")
    with pytest.raises(HomeNotWritable, match=r"cannot be written .* set GLIMPSE_HOME"):
        open_home(home)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_right_to_write(home: Path) -> None:
    """A folder without the right to write is a clear error."""
    home.mkdir(mode=0o500)
    with pytest.raises(HomeNotWritable, match="Permission denied"):
        open_home(home / "inner")


def test_a_kernel_folder() -> None:
    """A place where not even root can write is a clear error."""
    with pytest.raises(HomeNotWritable):
        open_home(Path("/proc/glimpse/home"))


def test_a_newer_home(home: Path) -> None:
    """A home with a later format is refused and left as it was."""
    open_home(home)
    (home / "format").write_text("2\n")
    with pytest.raises(HomeTooNew, match=r"format 2, this one knows 1"):
        open_home(home)
    assert (home / "format").read_text() == "2\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_somebody_elses_home(home: Path) -> None:
    """Root does not put files into the home of another user."""
    open_home(home)
    os.chown(home, 12345, 12345)
    with pytest.raises(HomeOfSomebodyElse, match="belongs to user 12345"):
        open_home(home)


def test_no_room(home: Path) -> None:
    """With too little room the error says how much there is and how much is needed."""
    opened = open_home(home)
    check_room(opened, needed=1)
    with pytest.raises(DiskFull, match=r"Only \d+ MB are free .* 1099511627776 MB are needed"):
        check_room(opened, needed=2**60)


def test_the_key_is_kept(home: Path) -> None:
    """The secret key is made once and only its owner can read it."""
    opened, settings = open_home(home), Settings(home=home)
    key = secret_key(settings, opened)
    assert len(key) >= 32
    assert secret_key(settings, opened) == key
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600


def test_a_given_key_wins(home: Path) -> None:
    """A key from the settings is used as it is and not written down."""
    settings = Settings(home=home, host="0.0.0.0", secret_key=SecretStr("given"))  # noqa: S104 - not bound
    assert secret_key(settings, open_home(home)) == "given"
    assert not (home / "secret_key").exists()


def test_no_key_beyond_this_machine(home: Path) -> None:
    """Listening on the network needs a key of one's own."""
    settings = Settings(home=home, host="0.0.0.0")  # noqa: S104 - not bound
    with pytest.raises(NoSecretKey, match=r"GLIMPSE_SECRET_KEY must be set .* 0\.0\.0\.0"):
        secret_key(settings, open_home(home))
