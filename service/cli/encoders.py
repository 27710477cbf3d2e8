"""`glimpse encoders`: the encoders whose vectors are stored."""

import json
from dataclasses import asdict

import click

from service.cli.running import running_services
from service.config import read_settings


@click.group()
def encoders() -> None:
    """Look after encoders."""


@encoders.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """Show the encoders, and which of them serves the search."""
    with running_services(read_settings(), towers="text") as services:
        found = services.encoders()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
    elif not found:
        click.echo("No encoder is registered yet; the first worker or import does it.")
    for one in [] if as_json else found:
        click.echo(f"{one.encoder_id}  {one.state:<9}{one.dimension:>5}  {one.spec}")
