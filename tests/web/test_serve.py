"""The web server as a process of its own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.stack.endpoints import Endpoints

PATIENCE_SECONDS = 120
FORM = b"name=nobody&password=wrong"


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture
def server(endpoints: Endpoints, tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`glimpse web`, once it answers."""
    environment = {
        **os.environ,
        "GLIMPSE_HOME": str(tmp_path / "home"),
        "GLIMPSE_DATABASE_URL": endpoints.database_url,
        "GLIMPSE_REDIS_URL": endpoints.redis_url,
        "GLIMPSE_LOG_FORMAT": "json",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "service", "web", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        try:
            wait_for(port, process)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Return when the server answers."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            if get(port, "/health/live") == 200:
                return
        time.sleep(0.2)
    pytest.fail("the web server did not come up")


def get(port: int, path: str) -> int:
    """The status of an address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_what_was_begun_is_finished_before_the_end(
    server: subprocess.Popen[str], port: int
) -> None:
    """On SIGTERM the request under way is answered, then the process ends well."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as client:
        head = (
            "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(FORM)}\r\n\r\n"
        )
        client.sendall(head.encode() + FORM[:5])
        time.sleep(0.5)  # the request has reached a thread of the server, which waits for the rest
        server.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        client.sendall(FORM[5:])
        assert client.makefile("rb").readline().split()[1] == b"401"
    assert server.wait(PATIENCE_SECONDS) == 0


def test_the_log_has_a_line_for_each_request(server: subprocess.Popen[str], port: int) -> None:
    """Each request is one JSON line on stderr, without the text that was searched for."""
    get(port, "/?q=secret-wish")
    server.send_signal(signal.SIGTERM)
    _out, log = server.communicate(timeout=PATIENCE_SECONDS)
    (line,) = [line for line in log.splitlines() if '"request"' in line and '"path": "/"' in line]
    assert '"request_id"' in line
    assert "secret-wish" not in log
