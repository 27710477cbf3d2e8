"""`glimpse encoders align`: an encoder of two towers, learned from stored captions."""

import json
from dataclasses import asdict

import click

from service.cli.progress import Progress
from service.cli.running import running_services
from service.config import read_settings


@click.command()
@click.option("--image", required=True, metavar="TOWER", help="timm:<architecture>, with options.")
@click.option("--text", required=True, metavar="TOWER", help="sentence:<package or folder>, tfidf.")
@click.option("--name", default="pair", show_default=True, help="What the encoder is to be called.")
@click.option(
    "--collection", "collections", multiple=True, help="Learn from this one only; repeatable."
)
@click.option(
    "--method", type=click.Choice(["cca", "ridge", "contrastive"]), default=None,
    help="How the towers are joined (default: cca; docs/pair-encoders.md compares them).",
)  # fmt: skip
@click.option(
    "--class-names/--no-class-names", "names", default=True,
    help="Try what the image tower's classifier names, and keep it if it finds more.",
)  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Parts the pictures into folds.")
@click.option("--add/--no-add", default=True, help="Begin to build the encoder at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def align(
    *,
    image: str,
    text: str,
    name: str,
    collections: tuple[str, ...],
    method: str | None,
    names: bool,
    seed: int,
    add: bool,
    as_json: bool,
) -> None:
    """Join an image tower and a text tower by what the stored captions teach.

    Pictures under a restriction, evaluation pictures and captions that a rule refuses are not
    learned from. The encoder is then pair:NAME, to be built and switched to like any other.
    """
    progress = Progress(quiet=as_json)
    spec = f"pair:{name}"
    with running_services(read_settings(), towers="picture") as services:
        with progress.later("Pictures") as watch:
            made = services.pairing.align(
                image=image,
                text=text,
                name=name,
                collections=collections,
                method=method or "",
                names=names,
                seed=seed,
                watch=watch,
            )
        stored = services.catalogue.add(spec) if add else None
    encoder_id = stored.encoder_id if stored else None
    if as_json:
        document = {"spec": spec, "encoder_id": encoder_id, "folder": str(made.folder)}
        click.echo(json.dumps({**document, **asdict(made.card)}))
        return
    click.echo((made.folder / "CARD.md").read_text(encoding="utf-8"))
    if stored:
        click.echo(f"Encoder {encoder_id} is building: {spec}")
        click.echo(f"When it is ready: glimpse encoders switch {encoder_id}")
    else:
        click.echo(f"To use it: glimpse encoders add {spec}")
