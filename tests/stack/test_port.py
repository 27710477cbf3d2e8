"""The port: free, taken, forbidden or nonsense, told before anything starts."""

import socket

import pytest

from service.stack.port import NoSuchAddress, PortTaken, check_port, page_url


def test_a_free_port() -> None:
    """Asked for any port, a usable one is named."""
    assert check_port("127.0.0.1", 0) > 1023


def test_a_taken_port() -> None:
    """A port on which another program listens is refused by number."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1 is taken"):
            check_port("127.0.0.1", port)


def test_a_foreign_address() -> None:
    """An address that this machine does not have is refused."""
    with pytest.raises(NoSuchAddress, match=r"cannot listen on 192\.0\.2\.1"):
        check_port("192.0.2.1", 0)


def test_the_page_of_a_server_open_to_all() -> None:
    """The URL to click is one that a browser on this machine can open."""
    assert page_url("0.0.0.0", 8000) == "http://127.0.0.1:8000"  # noqa: S104 - not bound
    assert page_url("::1", 8000) == "http://[::1]:8000"
