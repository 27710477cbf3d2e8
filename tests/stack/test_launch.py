"""The launcher: a program started through it cannot outlive the process that started it."""

import subprocess
import sys
from pathlib import Path

import psutil

from tests.stack.processes import wait_until

STARTER = """
import signal, subprocess, sys, time
from service.stack.server import launch_argv
argv = launch_argv(["sleep", "600"], account=None, number=signal.SIGTERM)
print(subprocess.Popen(argv, start_new_session=True).pid, flush=True)
time.sleep(600)
"""


def test_it_ends_with_its_starter() -> None:
    """After kill -9 of the starter the program ends too."""
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        wait_until(lambda: psutil.Process(pid).name() == "sleep")
        starter.kill()
    wait_until(lambda: is_gone(pid))


def test_too_late() -> None:
    """A program whose starter is gone before it began is not started at all."""
    launcher = Path("service/stack/launch.py").resolve()
    argv = [sys.executable, "-I", "-S", str(launcher), "1", "15", "", "", "echo", "started"]
    assert subprocess.run(argv, capture_output=True, check=True).stdout == b""


def is_gone(pid: int) -> bool:
    """Whether the process has ended, seen by its parent or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
