"""Runs `glimpse` as people do: a command to its end, or a part until it is stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLIMPSE = [sys.executable, "-m", "service"]
# Only there to end a broken test; busy cores need a while to load an encoder.
PATIENCE = 240.0


def environment(home: Path, **settings: object) -> dict[str, str]:
    """This process's environment with these settings; passwords and paths are all there is."""
    given = {f"GLIMPSE_{name.upper()}": str(value) for name, value in settings.items()}
    return os.environ | {"PYTHONPATH": str(ROOT), "GLIMPSE_HOME": str(home)} | given


def run(
    *arguments: str,
    env: Mapping[str, str],
    program: list[str] = GLIMPSE,
    within: float = PATIENCE,
) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [*program, *arguments],
        env=env,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


class Running:
    """A program that goes on until it is stopped; its words go into files."""

    def __init__(self, *arguments: str, env: Mapping[str, str], words: Path) -> None:
        """Start it in a process group of its own, as a terminal does."""
        words.mkdir(parents=True, exist_ok=True)
        name = f"{arguments[0]}-{time.monotonic_ns()}"
        self.out_file, self.err_file = words / f"{name}.out", words / f"{name}.err"
        with self.out_file.open("w") as out, self.err_file.open("w") as err:
            self.process = subprocess.Popen(
                [*GLIMPSE, *arguments], env=env, cwd="/", stdout=out, stderr=err, process_group=0
            )

    @property
    def out(self) -> str:
        """What it has said on standard output."""
        return self.out_file.read_text()

    @property
    def err(self) -> str:
        """What it has said on standard error."""
        return self.err_file.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM, *, within: float = PATIENCE) -> int:
        """Signal it and wait for its end; answers the exit status."""
        self.process.send_signal(number)
        return self.process.wait(within)

    def check(self) -> None:
        """It must still be there."""
        status = self.process.poll()
        assert status is None, f"it ended with status {status}:\n{self.out}\n{self.err}"


@contextmanager
def running(*arguments: str, env: Mapping[str, str], words: Path) -> Iterator[Running]:
    """Such a program; ended by force if the block leaves it behind."""
    program = Running(*arguments, env=env, words=words)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()
