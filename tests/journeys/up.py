"""A whole `glimpse up` in a home of its own, as a person starts it on a terminal."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psutil import NoSuchProcess

from tests.command import glimpse
from tests.journeys.program import Running, environment, running
from tests.journeys.visitor import Visitor, until
from tests.stack.processes import processes_of


@contextmanager
def new_home() -> Iterator[Path]:
    """A folder that does not exist yet; whatever still works for it in the end is ended."""
    parent = Path(tempfile.mkdtemp(prefix="glimpse-home-", dir="/tmp"))
    parent.chmod(0o755)
    home = parent / "home"
    try:
        yield home
    finally:
        for process in processes_of(home):
            with suppress(NoSuchProcess):  # it may end by itself between the two lines
                process.kill()
        shutil.rmtree(parent, ignore_errors=True)


class Up:
    """A running one: where it answers and who may sign in."""

    def __init__(self, program: Running, home: Path, env: dict[str, str]) -> None:
        """Nothing is asked of it yet."""
        self.program, self.home, self.env = program, home, env

    @property
    def url(self) -> str:
        """Where the page is, as it was told on the terminal."""
        found = re.search(r"Glimpse is at\s+(http://\S+)", self.program.out)
        return found[1] if found else ""

    def visitor(self) -> Visitor:
        """Somebody with an admin's token, made on the command line."""
        glimpse("users", "add", "ada", "--role", "admin", env=self.env)
        return Visitor(self.url, glimpse("tokens", "create", "ada", env=self.env).stdout.strip())


@contextmanager
def up(home: Path, *arguments: str, port: int = 0, **settings: object) -> Iterator[Up]:
    """A `glimpse up` whose every part is ready."""
    env = environment(home, port=port, **settings)
    with running("up", *arguments, env=env, words=home.with_name("words")) as program:
        started = Up(program, home, env)
        until(lambda: started.url, program.check)
        until(Visitor(started.url).is_ready, program.check)
        yield started
