"""`glimpse encoders presets` and `fetch`: what there is, and bringing it here or elsewhere."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from service.cli.encoder_lines import preset_lines
from service.encoder.presets import presets as known_presets


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def presets(*, as_json: bool) -> None:
    """Show the encoders that have a name of their own, with what they cost and can."""
    known = known_presets().values()
    if as_json:
        click.echo(
            json.dumps(
                [{**asdict(one), "spec": one.spec, "memory_mb": one.memory_mb} for one in known]
            )
        )
        return
    for preset in known:
        click.echo("\n".join(preset_lines(preset)))


@click.command()
@click.argument("preset")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False))
def fetch(preset: str, folder: Path | None) -> None:
    """Fetch the files of PRESET (or of an hf-hub: name), so that they can be used offline."""
