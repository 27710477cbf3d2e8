"""Runs one `glimpse` command in a process of its own, forked from one that imported everything.

A start costs three seconds of imports, most of them PyTorch's; hundreds of commands are run by the
tests. What a start itself does, and what parts that go on do, tests/journeys/program.py runs.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import NoReturn

from service.stack.endpoints import Endpoints

IMPORTED = ("service.cli.running", "service.cli.search", "service.encoder.openclip", "lightgbm")
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(list(IMPORTED))
# Only there to end a broken test; busy cores need a while to load an encoder.
PATIENCE = 240.0


class NeverEnds(AssertionError):
    """A command was still running when patience was at its end."""


def glimpse(*arguments: str, env: Mapping[str, str], words: str = "") -> CompletedProcess[str]:
    """One command, to its end; `words` is what it reads."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("in", "out", "err")]
        files[0].write_text(words, encoding="utf-8")
        process = FORKING.Process(target=become, args=(arguments, dict(env), files))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise NeverEnds(f"{arguments}: {files[2].read_text()}")
        out, err = (file.read_bytes().decode() for file in files[1:])
        return CompletedProcess(arguments, process.exitcode, out, err)


def on(endpoints: Endpoints, home: Path) -> dict[str, str]:
    """The environment of a command that works on these servers."""
    return os.environ | {
        "GLIMPSE_HOME": str(home),
        "GLIMPSE_DATABASE_URL": endpoints.database_url,
        "GLIMPSE_REDIS_URL": endpoints.redis_url,
    }


def become(arguments: tuple[str, ...], env: Mapping[str, str], files: list[Path]) -> NoReturn:
    """Turn this process into the command."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir("/")
    for number, (file, mode) in enumerate(
        zip(files, (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT), strict=True)
    ):
        os.dup2(os.open(file, mode, 0o600), number)
    # The standard streams of a forked process are not the descriptors just put in place.
    sys.stdin = os.fdopen(0, encoding="utf-8", newline="")
    sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8") for n in (1, 2))
    sys.argv = ["glimpse", *arguments]
    from service.cli import main

    main()
