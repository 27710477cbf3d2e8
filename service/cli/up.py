"""`glimpse up`: the whole stack in one foreground process group."""

import sys
import urllib.request
import webbrowser
from collections.abc import Sequence
from urllib.error import URLError

import click

from service.accounts import Accounts
from service.config import read_settings
from service.db import migrate
from service.db.engine import make_engine
from service.domain import User
from service.jobs import NoNudger
from service.logs import configure_logs
from service.stack.part import Life, Part
from service.stack.up import Stack, run
from service.transaction import Transactions


@click.command()
@click.option("--host", help="The address to listen on (default: GLIMPSE_HOST).")
@click.option("--port", type=int, help="The port to listen on (default: GLIMPSE_PORT).")
@click.option("--sample/--no-sample", default=False, help="Load the sample collection.")
@click.option("--open", "open_page", is_flag=True, help="Open the search page in a browser.")
def up(host: str | None, port: int | None, *, sample: bool, open_page: bool) -> None:
    """Start database, Redis, web, worker and beat; Ctrl-C stops them all."""
    given = {"host": host, "port": port}
    settings = read_settings(**{k: v for k, v in given.items() if v is not None})
    configure_logs(settings)
    first = FirstSteps()
    run(
        settings,
        prepare=first.prepare,
        parts=lambda stack: parts(stack, sample=sample),
        announce=lambda stack: announce(stack, first, open_page=open_page),
    )


class FirstSteps:
    """What is done before any part starts: the schema and the first admin."""

    admin: User
    password: str | None = None

    def prepare(self, stack: Stack) -> None:
        """Migrate, and make sure that somebody can sign in."""
        url = stack.endpoints.database_url
        migrate.upgrade(url)
        engine = make_engine(url)
        try:
            accounts = Accounts(engine, Transactions(engine, NoNudger()))
            self.admin, self.password = accounts.ensure_admin(name=stack.settings.admin_name)
        finally:
            engine.dispose()


def parts(stack: Stack, *, sample: bool) -> Sequence[Part]:
    """Web first, so that the page is there while the rest warms up."""
    env = stack.environment()

    def python(name: str, *arguments: str, life: Life = Life.LASTING) -> Part:
        return Part(name=name, argv=[sys.executable, "-m", *arguments], env=env, life=life)

    web = Part(
        name="web",
        argv=[sys.executable, "-m", "service", "web"],
        env=env,
        is_ready=lambda: answers(f"{stack.url}/health/live"),
    )
    background = [python("worker", "workers", "worker"), python("beat", "workers", "beat")]
    if sample:
        background.append(python("sample", "sample", "load", life=Life.ERRAND))
    return [web, *background]


def answers(url: str) -> bool:
    """Whether something serves the address."""
    try:
        with urllib.request.urlopen(url, timeout=1) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (URLError, OSError):
        return False


def announce(stack: Stack, first: FirstSteps, *, open_page: bool) -> None:
    """Tell where the page is and how to sign in."""
    password = first.password or "the one you chose"
    kind = "One-time password" if first.password else "Password"
    click.echo(
        f"\n  Glimpse is at       {stack.url}\n"
        f"  Admin               {first.admin.name}\n"
        f"  {kind:<20}{password}\n\n"
        "  Ctrl-C stops everything.\n"
    )
    if open_page:
        webbrowser.open(stack.url)
