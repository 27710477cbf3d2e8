"""Finds out whether the web server will be able to listen."""

import errno
import socket

from service.errors import Conflict, Invalid


class PortTaken(Conflict):
    """Port {port} on {host} is taken by another program.

    Choose another port with --port or GLIMPSE_PORT.
    """


class PortForbidden(Conflict):
    """This user may not listen on port {port}; choose one above 1023 with --port."""


class NoSuchAddress(Invalid):
    """This machine cannot listen on {host} ({reason}); choose another address with --host."""


def check_port(host: str, port: int) -> int:
    """The port to listen on: the one asked for if it is free, for 0 any free one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
            return int(probe.getsockname()[1])
    except OSError as failure:
        if failure.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from failure
        if failure.errno == errno.EACCES:
            raise PortForbidden(port=port) from failure
        raise NoSuchAddress(host=host, reason=failure.strerror) from failure


def page_url(host: str, port: int) -> str:
    """Where a browser on this machine finds the page."""
    open_to_all = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    name = open_to_all.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
