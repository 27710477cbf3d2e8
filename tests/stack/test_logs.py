"""Logs: raw in the files, short and harmless on the terminal."""

import io
import json
from pathlib import Path

import pytest

from service.stack.logs import LARGEST, Logs
from service.stack.readable import readable
from service.stack.trim import trim

LINE = {
    "event": "picture embedded",
    "level": "info",
    "timestamp": "2026-11-21T09:30:00Z",
    "logger": "worker",
    "count": 3,
    "name": "a cat",
}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_raw_in_the_file_short_on_the_terminal(tmp_path: Path) -> None:
    """A JSON line stays as it is in the file and becomes readable for people."""
    raw, stream = json.dumps(LINE), io.StringIO()
    with Logs(tmp_path, stream) as logs:
        logs.write("worker", raw.encode() + b"\n")
    assert (tmp_path / "worker.log").read_text() == raw + "\n"
    shown = stream.getvalue()
    assert shown.startswith("worker  | ")
    assert shown.endswith(':30:00 info    picture embedded count=3 name="a cat"\n')


def test_colour_only_for_terminals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part has its colour on a terminal, but not with NO_COLOR and not in a file."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for stream, is_coloured in ((Terminal(), True), (io.StringIO(), False)):
        with Logs(tmp_path, stream) as logs:
            logs.write("web", b"hello\n")
        assert ("\x1b[" in stream.getvalue()) is is_coloured
    monkeypatch.setenv("NO_COLOR", "1")
    with Logs(tmp_path, stream := Terminal()) as logs:
        logs.write("web", b"hello\n")
    assert stream.getvalue() == "web     | hello\n"


@pytest.mark.parametrize("line", ["plain \x07words\x1b[31m", json.dumps({"event": "\x1b]0;x\x07"})])
def test_nothing_steers_the_terminal(line: str) -> None:
    """Control characters that a part quotes do not reach the terminal."""
    shown = readable(line, has_colour=False)
    assert "\x1b" not in shown
    assert "\x07" not in shown


@pytest.mark.parametrize("line", ["", "{", "[1]", '{"no": "event"}', "null", "\udcff"])
def test_other_lines_stay(line: str) -> None:
    """A line that is no log entry is shown as it is."""
    assert readable(line, has_colour=False) == line


def test_a_traceback_is_shown_below() -> None:
    """An exception names its kind, its words and its places, one a line."""
    frames = [{"filename": "outer.py", "lineno": 1, "name": "outer"}]
    exception = [{"exc_type": "OSError", "exc_value": "no room", "frames": frames}]
    shown = readable(json.dumps({"event": "failed", "exception": exception}), has_colour=False)
    assert shown.splitlines()[1:] == ["  OSError: no room", "    outer.py:1 outer"]


def test_files_are_rotated(tmp_path: Path) -> None:
    """A log that grows large is set aside, and only a few old ones are kept."""
    line = b"x" * 2**20 + b"\n"
    with Logs(tmp_path, io.StringIO()) as logs:
        for _ in range(6 * LARGEST // len(line)):
            logs.write("web", line)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["web.log", "web.log.1", "web.log.2", "web.log.3"]


def test_a_lost_terminal_is_survived(tmp_path: Path) -> None:
    """When nobody reads any more, the files still get every line."""
    stream = io.StringIO()
    with Logs(tmp_path, stream) as logs:
        stream.close()
        logs.write("web", b"still here\n")
    assert (tmp_path / "web.log").read_text() == "still here\n"


def test_a_servers_log_is_trimmed(tmp_path: Path) -> None:
    """A log that its server holds open is emptied in place, with one copy kept."""
    log = tmp_path / "postgres.log"
    with log.open("a") as held:
        held.write("old " * 10)
        held.flush()
        trim(log, tmp_path / "none.log", largest=20)
        held.write("new")
    assert log.read_text() == "new"
    assert (tmp_path / "postgres.log.1").read_text() == "old " * 10
