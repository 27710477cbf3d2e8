"""`glimpse users` and `glimpse tokens`: accounts and keys of the API."""

import click

from service.cli.running import running_services
from service.config import read_settings
from service.domain import Role


@click.group()
def users() -> None:
    """Look after people's accounts."""


@users.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="What the person may do.",
)
def add(name: str, role: str) -> None:
    """Make an account and print its one-time password; an analyst gets a database login too."""
    with running_services(read_settings()) as services:
        user, password = services.accounts.add(name=name, role=Role(role))
        click.echo(f"Made the {user.role} {user.name}. One-time password: {password}")
        if user.role is Role.ANALYST:
            click.echo(f"Database, for reading: {services.analyst_login(name=user.name)}")


@click.group()
def tokens() -> None:
    """Look after keys of the API."""


@tokens.command()
@click.argument("name")
def create(name: str) -> None:
    """Make a token for the person NAME and print it; it cannot be shown again."""
    with running_services(read_settings()) as services:
        click.echo(services.accounts.create_token(name=name))
