"""Turns a JSON log line into a short one for people; leaves other lines as they are."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from zlib import crc32

RESET = "\x1b[0m"
DIM = "\x1b[2m"
LEVELS = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
PARTS = ("\x1b[36m", "\x1b[35m", "\x1b[34m", "\x1b[32m", "\x1b[96m", "\x1b[95m")
KNOWN = {"web": 0, "worker": 1, "beat": 2, "glimpse": 3}
# What a log line quotes must not steer the terminal.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")


def colour_of(name: str) -> str:
    """The same colour for the same part every time."""
    return PARTS[KNOWN.get(name, crc32(name.encode())) % len(PARTS)]


def readable(text: str, *, has_colour: bool) -> str:
    """Time, level, event and what else the line says."""
    entry = _parse(text)
    if entry is None:
        return clean(text)
    time = _clock(str(entry.pop("timestamp", "")))
    level = str(entry.pop("level", "info"))
    event = str(entry.pop("event", ""))
    entry.pop("logger", None)
    trace = list(_trace(entry.pop("exception", None)))
    facts = clean(" ".join(f"{key}={_plain(value)}" for key, value in entry.items()))
    if has_colour:
        level = f"{LEVELS.get(level, DIM)}{level:<7}{RESET}"
        facts = facts and f"{DIM}{facts}{RESET}"
    else:
        level = f"{level:<7}"
    first = " ".join(filter(None, (time, level, clean(event), facts)))
    return "\n".join([first, *map(clean, trace)])


def clean(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return CONTROL.sub("�", COLOURS.sub("", text))


def _parse(text: str) -> dict[str, object] | None:
    if not text.startswith("{"):
        return None
    try:
        entry = json.loads(text)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "event" in entry else None


def _trace(exception: object) -> Iterator[str]:
    """A traceback as text or as structlog's list of exceptions, the place of each named."""
    if isinstance(exception, str):
        yield from exception.splitlines()
    elif isinstance(exception, list):
        for one in exception:
            yield f"  {one.get('exc_type')}: {one.get('exc_value')}"
            for frame in reversed(one.get("frames") or []):
                yield f"    {frame.get('filename')}:{frame.get('lineno')} {frame.get('name')}"


def _clock(timestamp: str) -> str:
    try:
        return datetime.fromisoformat(timestamp).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return timestamp


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value if value and " " not in value else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
