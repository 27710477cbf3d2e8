"""`glimpse score`: how probably one text fits one picture."""

import json
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from service.cli.running import running_services
from service.config import read_settings
from service.domain import Asker


@click.command()
@click.argument("image")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def score(image: str, text: str, *, as_json: bool) -> None:
    """Tell how probably TEXT fits IMAGE, a picture's file or its id; nothing is stored."""
    settings = read_settings()
    path = Path(image)
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb")) if path.is_file() else None
        services = stack.enter_context(running_services(settings, towers="text"))
        services.register_encoder()
        found = services.learning.score(
            text=text,
            asker=Asker(country=settings.country),
            image_id=None if file else image,
            file=file,
        )
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        by = found.scorer or "no scorer is published: this is the similarity"
        click.echo(f"{found.score:.4f}  (similarity {found.similarity:.4f}; {by})")
