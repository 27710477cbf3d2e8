"""`glimpse doctor`: what works, what does not, and the mend."""

import json
from dataclasses import asdict

import click

from service.cli.running import running_services
from service.config import read_settings
from service.doctor import examine
from service.domain import Check
from service.errors import GlimpseError


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def doctor(*, as_json: bool) -> int:
    """Check every part; each line says ok or what to do."""
    settings = read_settings()
    try:
        with running_services(settings, towers="text") as services:
            checks = examine(services)
    except GlimpseError as error:
        checks = {"servers": Check(ok=False, detail=error.message)}
    if as_json:
        click.echo(json.dumps({name: asdict(check) for name, check in checks.items()}))
    else:
        for name, check in checks.items():
            mark = click.style(
                "ok    " if check.ok else "not ok", fg="green" if check.ok else "red"
            )
            click.echo(f"{mark}  {name:<14}{check.detail}")
    return 0 if all(check.ok for check in checks.values()) else 1
