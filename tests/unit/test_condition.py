"""What the page of health says of settings and logs, without any server."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.operations.condition import shown
from service.operations.recent_errors import recent_errors


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8000, "8000"),
        (SecretStr("hush"), "••••••"),
        (SecretStr(""), ""),
        ("postgresql://ada:hush@db:5432/glimpse", "postgresql://ada:••••••@db:5432/glimpse"),
        ("redis://:hush@cache:6379/0", "redis://:••••••@cache:6379/0"),
        ("s3://bucket/prefix?secret=hush", "s3://bucket/prefix?••••••"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_no_secret_is_shown(value: object, expected: str) -> None:
    """Secrets are hidden whole, and of an address its password and its query."""
    assert shown(value) == expected
    assert "hush" not in shown(value)


def test_the_last_errors_of_all_parts_come_newest_first(tmp_path: Path) -> None:
    """Lines of the logs that tell of errors, with the kind of an exception but not its words."""
    lines = [
        {"level": "info", "event": "request", "timestamp": "2026-01-01T10:00:00Z"},
        {
            "level": "error",
            "event": "unforeseen error",
            "timestamp": "2026-01-01T11:00:00Z",
            "request_id": "abc",
            "exception": [{"exc_type": "ZeroDivisionError", "exc_value": "a private text"}],
        },
    ]
    web = "\n".join(["Not JSON at all", *map(json.dumps, lines), "[]"])
    (tmp_path / "web.log").write_text(web, encoding="utf-8")
    put_off = {"level": "error", "event": "job put off", "reason": "Redis is away.",
               "timestamp": "2026-01-01T12:00:00Z"}  # fmt: skip
    (tmp_path / "worker.log").write_text(json.dumps(put_off) + "\n", encoding="utf-8")
    worker, of_web = recent_errors(tmp_path, most=5)
    assert (worker.part, worker.says) == ("worker", "job put off: Redis is away.")
    assert (of_web.says, of_web.request_id) == ("unforeseen error: ZeroDivisionError", "abc")
    assert recent_errors(tmp_path / "nowhere", most=5) == []
