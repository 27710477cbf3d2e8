"""A home for each test, short enough for sockets, with nothing left running in the end."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.config import Settings
from tests.stack.processes import processes_of, wait_until

MEMORY = Path("/dev/shm")  # noqa: S108 - only new folders of ours in it


def quick_folder() -> str:
    """A folder in memory where there is room: each test makes a database of its own."""
    if MEMORY.exists():
        found = os.statvfs(MEMORY)
        if found.f_bavail * found.f_frsize > 2**32 and not found.f_flag & os.ST_NOEXEC:
            return str(MEMORY)
    return "/tmp"  # noqa: S108 - short enough for sockets, as the default of macOS is not


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that does not exist yet; after the test no process may work for it."""
    parent = Path(tempfile.mkdtemp(prefix="glimpse-test-", dir=quick_folder()))
    parent.chmod(0o755)
    folder = parent / "home"
    try:
        yield folder
        wait_until(lambda: not processes_of(folder))
    finally:
        for process in processes_of(folder):
            process.kill()
        shutil.rmtree(parent)


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings for that home and any free port."""
    return Settings(home=home, port=0)
