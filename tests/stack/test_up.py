"""`glimpse up`: one foreground program whose parts live and die with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from service.config import Settings
from service.stack.home import open_home
from service.stack.instance import running_url
from service.stack.servers import servers
from tests.stack.processes import kill, kill_all, processes_of, wait_until


class Up:
    """A running small `glimpse up`."""

    def __init__(self, home: Path, *extra: str, port: int = 0) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.stack.small_up", *extra],
            env=os.environ | {"GLIMPSE_HOME": str(home), "GLIMPSE_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def first_line(self) -> str:
        """Wait for its first word."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Signal it; exit status, standard output and standard error."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err


@contextmanager
def running(home: Path, *extra: str) -> Iterator[Up]:
    """A small `glimpse up` that is ready; it is ended by force if the test leaves it."""
    up = Up(home, *extra)
    try:
        assert up.first_line().startswith("ready http://127.0.0.1:")
        yield up
    finally:
        if up.process.poll() is None:
            up.process.kill()
        up.process.communicate()


def beats(home: Path, name: str = "%") -> list[int]:
    """The process ids of all the work done so far by the parts of that name."""
    with servers(Settings(home=home)) as endpoints:
        url = endpoints.database_url.replace("+psycopg", "")
        try:
            with psycopg.connect(url) as connection:
                found = connection.execute("SELECT pid FROM beats WHERE name LIKE %s", [name])
                return [row[0] for row in found]
        except psycopg.OperationalError:
            # A server that has just been killed.
            return []


def wait_for_more(home: Path) -> None:
    """Wait until the parts have worked on."""
    before = len(beats(home))
    wait_until(lambda: len(beats(home)) > before + 2)


def test_a_full_life(home: Path) -> None:
    """It starts its parts in order, stops them in reverse on SIGTERM, and leaves nothing."""
    with running(home) as up:
        wait_until(lambda: beats(home, "first") and beats(home, "second"))
        status, out, err = up.end()
    assert (status, out) == (0, "stopped\n")
    words = [line for line in err.splitlines() if "drains" in line or "done" in line]
    assert words == ["once    | done once", "second  | second drains", "first   | first drains"]
    assert "done once" in (home / "logs" / "once.log").read_text()
    assert "first drains" in (home / "logs" / "first.log").read_text()


def test_ctrl_c(home: Path) -> None:
    """Ctrl-C stops everything and is no error."""
    with running(home) as up:
        status, out, err = up.end(signal.SIGINT)
    assert (status, out) == (0, "stopped\n")
    assert "press Ctrl-C again to hurry" in err


def test_ctrl_c_reaches_only_the_supervisor(home: Path) -> None:
    """A terminal signals its whole group; the parts still drain in order."""
    with running(home) as up:
        wait_until(lambda: beats(home, "first") and beats(home, "second"))
        os.killpg(up.process.pid, signal.SIGINT)
        out, err = up.process.communicate()
    assert up.process.returncode == 0
    assert "second drains" in err
    assert out == "stopped\n"


def test_one_instance(home: Path) -> None:
    """A second start names the process and the URL of the first, and harms nothing."""
    with running(home) as up:
        second = Up(home)
        line = second.first_line()
        url = running_url(open_home(home))
        assert line == f"Glimpse already runs from {home}: process {up.process.pid}, {url}.\n"
        second.process.communicate()
        assert second.process.returncode == 1
        assert up.end()[0] == 0
    assert running_url(open_home(home)) is None


def test_a_taken_port(home: Path) -> None:
    """A taken port is told before any server starts."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        up = Up(home, port=other.getsockname()[1])
        assert "is taken by another program" in up.first_line()
        up.process.communicate()
    assert not (home / "postgres").exists()


def test_a_killed_part_starts_again(home: Path) -> None:
    """After kill -9 of a part it works on in a new process."""
    with running(home) as up:
        wait_until(lambda: beats(home, "first"))
        kill(home, "tests.stack.counting first")
        wait_until(lambda: len(set(beats(home, "first"))) == 2)
        _status, _out, err = up.end()
    assert "first ended with status -9; it starts again in 0.5 s" in err


def test_killed_servers_come_back(home: Path) -> None:
    """After kill -9 of each server and of the keeper the same parts work on."""
    with running(home) as up:
        wait_until(lambda: beats(home, "first"))
        for victim in ("postgres", "redis-server", "service.stack.keeper"):
            kill(home, victim)
            wait_for_more(home)
        assert len(set(beats(home, "first"))) == 1
        assert up.end()[0] == 0


@pytest.mark.long
def test_a_killed_sentinel_is_replaced(home: Path) -> None:
    """Losing its sentinel costs the supervisor nothing."""
    with running(home) as up:
        kill(home, "sentinel.py")
        wait_until(lambda: processes_of(home, "sentinel.py"))
        assert up.end()[0] == 0


def test_a_killed_supervisor_leaves_no_orphans(home: Path) -> None:
    """After kill -9 of the supervisor its parts drain, all ends, and the next start works."""
    with running(home) as up:
        wait_until(lambda: beats(home, "first") and beats(home, "second"))
        up.end(signal.SIGKILL)
        wait_until(lambda: not processes_of(home))
    with running(home) as up:
        assert beats(home, "first drained")
        assert beats(home, "second drained")
        assert up.end()[0] == 0


@pytest.mark.long
def test_a_start_right_after_a_kill(home: Path) -> None:
    """A start while the parts of a killed supervisor still drain waits for their end."""
    with running(home) as up:
        up.end(signal.SIGKILL)
        with running(home) as next_up:
            assert next_up.end()[0] == 0


def test_everything_killed(home: Path) -> None:
    """After kill -9 of every process the next start has all that was written."""
    with running(home) as up:
        wait_until(lambda: beats(home, "first"))
        before = len(beats(home))
        up.process.kill()
        kill_all(home)
        up.process.wait()
    with running(home) as up:
        assert len(beats(home)) >= before
        assert up.end()[0] == 0


def test_an_errand_is_run_once(home: Path) -> None:
    """A part whose work is done is not started again."""
    with running(home, "errand") as up:
        wait_for_more(home)
        wait_until(lambda: "errand is done" in log(home, "glimpse"))
        wait_for_more(home)
        assert up.end()[0] == 0
    assert log(home, "errand") == "gone shopping\n"


def test_a_second_ctrl_c_hurries(home: Path) -> None:
    """A part that does not listen is ended by force when somebody insists."""
    with running(home, "stubborn") as up:
        wait_until(lambda: "here I stay" in log(home, "stubborn"))
        up.process.send_signal(signal.SIGINT)
        wait_until(lambda: "press Ctrl-C again" in log(home, "glimpse"))
        status, out, _err = up.end(signal.SIGINT)
    assert (status, out) == (0, "stopped\n")
    assert "stubborn is ended by force" in log(home, "glimpse")


@pytest.mark.long
def test_the_servers_words_are_shown(home: Path) -> None:
    """What a server writes into its log appears on the terminal too."""
    with running(home) as up:
        wait_for_more(home)
        kill(home, "postgres")
        wait_until(lambda: "database system was interrupted" in log(home, "postgres"))
        _status, _out, err = up.end()
    shown = [line for line in err.splitlines() if line.startswith("postgres|")]
    assert any("database system was interrupted" in line for line in shown)


def log(home: Path, name: str) -> str:
    """A part's log so far."""
    file = home / "logs" / f"{name}.log"
    return file.read_text() if file.exists() else ""


def test_a_step_that_fails(home: Path) -> None:
    """A failed preparation stops everything and says where to look."""
    up = Up(home, "failing")
    out, _err = up.process.communicate()
    assert up.process.returncode == 1
    assert out == (
        "The part failing did not start: it ended with status 3."
        f" The end of its log {home}/logs/failing.log tells more.\n"
    )


@pytest.mark.long
def test_a_crashing_part_is_tried_again(home: Path) -> None:
    """A part that keeps ending is started again after ever longer pauses; the others work."""
    with running(home, "crashing") as up:
        wait_until(lambda: beats(home, "first"))
        wait_until(lambda: len(beats(home)) > 30)
        _status, _out, err = up.end()
    pauses = [line.split()[-2] for line in err.splitlines() if "crashing ended" in line]
    assert pauses == ["0.5", "1.0", "2.0", "4.0", "8.0"][: len(pauses)]
    assert len(pauses) > 1
