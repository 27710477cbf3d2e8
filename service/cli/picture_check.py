"""`glimpse picture-check`: whether it is on, and an operating point for the encoder."""

import json
from dataclasses import asdict

import click

from service.cli.editor import editor
from service.cli.running import running_services
from service.config import read_settings
from service.law.picture_check import FALSE_FLAGS, told
from service.law.versions import Editor
from service.services import Services


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
@click.option("--off", is_flag=True, help="Stop checking with the encoder that serves; say why.")
@click.option("--on", is_flag=True, help="Check again.")
@click.option("--why", help="Kept on the audit trail.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def picture_check(
    *,
    measure: bool,
    encoder_id: int | None,
    false_flags: float,
    off: bool,
    on: bool,
    why: str | None,
    as_json: bool,
) -> None:
    """Tell how pictures are checked for children; measure it for an encoder, or switch it."""
    if measure + off + on > 1:
        raise click.UsageError("Only one of --measure, --off and --on at a time.")
    if off and not why:
        raise click.UsageError("--off needs --why: the reason stays on the audit trail.")
    with running_services(read_settings(), towers="text") as services:
        check = services.picture_check
        if off or on:
            switch(services, editor(why or "Switched on the command line."), on=on)
        if not measure:
            state = check.state()
            click.echo(json.dumps(asdict(state)) if as_json else state.detail)
            return
        stored = (
            services.register_encoder()
            if encoder_id is None
            else services.catalogue.one(encoder_id).encoder
        )
        figures = check.measure(
            services.serving.encoder_of(stored), stored, false_flags=false_flags
        )
        check.catch_up()
    click.echo(json.dumps(asdict(figures)) if as_json else f"on: {told(figures)}")


def switch(services: Services, who: Editor, *, on: bool) -> None:
    """Switch the check for the encoder that serves."""
    if on:
        services.picture_check.switch_on(who)
        services.picture_check.catch_up()
    else:
        freed = services.picture_check.switch_off(who)
        click.echo(f"{freed} pictures that waited for a decision are shown again.", err=True)
