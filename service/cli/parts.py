"""`glimpse web`, `worker` and `beat`: one part each, for real deployments."""

import os
import sys

import click

from service.cli.running import running_servers
from service.config import read_settings
from service.stack.home import open_home, secret_key
from service.stack.port import check_port


@click.command()
@click.option("--host", help="The address to listen on (default: GLIMPSE_HOST).")
@click.option("--port", type=int, help="The port to listen on (default: GLIMPSE_PORT).")
def web(host: str | None, port: int | None) -> None:
    """Serve the pages and the API."""
    given = {"host": host, "port": port}
    settings = read_settings(**{k: v for k, v in given.items() if v is not None})
    from service.web.serve import serve

    # What cannot work is said here on one line, before gunicorn starts processes of its own.
    secret_key(settings, open_home(settings.home))
    check_port(settings.host, settings.port)
    with running_servers(settings):
        serve(settings)


@click.command()
def worker() -> None:
    """Embed pictures and do other work in the background."""
    become("worker")


@click.command()
def beat() -> None:
    """Remind the workers by the clock; one is enough."""
    become("beat")


def become(part: str) -> None:
    """Turn into that part: nothing here may import it, since workers stand beside the service."""
    os.execv(sys.executable, [sys.executable, "-m", "workers", part])  # noqa: S606 - our own program
