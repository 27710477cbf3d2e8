"""The last complaints of every part, read from the ends of the logs that `glimpse up` keeps."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

READ_BYTES = 256 * 1024
LEVELS = ("error", "critical")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class LoggedError:
    """One line that a part logged as an error."""

    at: datetime
    part: str
    says: str
    request_id: str


def recent_errors(folder: Path, *, most: int) -> list[LoggedError]:
    """The latest errors of all parts, newest first; none where the logs lie elsewhere."""
    files = sorted(folder.glob("*.log")) if folder.is_dir() else []
    found = [error for file in files for error in errors_of(file)]
    return sorted(found, key=lambda error: error.at, reverse=True)[:most]


def errors_of(file: Path) -> Iterator[LoggedError]:
    """The errors near the end of one part's log; lines that are not ours are passed over."""
    for line in last_lines(file):
        try:
            said = json.loads(line)
            if said["level"] in LEVELS:
                yield error_of(file.stem, said)
        except (ValueError, KeyError, TypeError):
            continue


def error_of(part: str, said: dict[str, object]) -> LoggedError:
    """A line as a value: what happened, with the reason or the kind of exception beside it."""
    why = said.get("reason") or kind_of_exception(said.get("exception")) or ""
    words = f"{said['event']}: {why}" if why else str(said["event"])
    return LoggedError(
        at=datetime.fromisoformat(str(said["timestamp"])),
        part=part,
        says=words[:LONGEST],
        request_id=str(said.get("request_id") or said.get("task_id") or ""),
    )


def kind_of_exception(logged: object) -> str:
    """The name of the exception that a line carries, without its words: they may be private."""
    if isinstance(logged, list) and logged and isinstance(logged[0], dict):
        return str(logged[0].get("exc_type", ""))
    return ""


def last_lines(file: Path) -> list[bytes]:
    """The whole lines at the end of a file."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - READ_BYTES))
            lines = stream.read().split(b"\n")
    except OSError:
        return []
    return lines[1:] if size > READ_BYTES else lines
