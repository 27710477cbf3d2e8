"""`glimpse picture-check`: whether it is on, and an operating point for the encoder."""

import json
from dataclasses import asdict

import click

from service.cli.running import running_services
from service.config import read_settings
from service.law.picture_check import FALSE_FLAGS, told


@click.command("picture-check")
@click.option("--measure", is_flag=True, help="Measure an operating point on what is stored here.")
@click.option(
    "--encoder",
    "encoder_id",
    type=int,
    help="Measure for this encoder, before it serves (glimpse encoders list).",
)
@click.option(
    "--false-flags",
    type=click.FloatRange(0, 0.5, min_open=True),
    default=FALSE_FLAGS,
    show_default=True,
    help="The share of pictures without children that may be flagged.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def picture_check(
    *, measure: bool, encoder_id: int | None, false_flags: float, as_json: bool
) -> None:
    """Tell how pictures are checked for children; measure it for an encoder."""
    with running_services(read_settings(), towers="text") as services:
        if not measure:
            state = services.picture_check.state()
            click.echo(json.dumps(asdict(state)) if as_json else state.detail)
            return
        stored = (
            services.register_encoder()
            if encoder_id is None
            else services.catalogue.one(encoder_id).encoder
        )
        figures = services.picture_check.measure(
            services.serving.encoder_of(stored), stored, false_flags=false_flags
        )
        services.picture_check.catch_up()
    click.echo(json.dumps(asdict(figures)) if as_json else f"on: {told(figures)}")
