"""`glimpse encoders`: add, watch, compare, switch and remove encoders."""

import json
from collections.abc import Callable
from functools import partial
from time import sleep

import click

from service.cli.align import align
from service.cli.encoder_lines import as_document, compared, listing, preset_lines
from service.cli.fetch import bring, fetch, presets
from service.cli.progress import Progress
from service.cli.running import running_services
from service.config import read_settings
from service.db.encoder_progress import Standing
from service.encoder.presets import presets as known_presets
from service.errors import Unavailable
from service.ingest.index import finish_builds
from service.jobs import alive_workers
from service.loading import commit_of
from service.services import Services

POLL_SECONDS = 1.0


class BuildStopped(Unavailable):
    """Encoder {encoder_id} gets no further: {reason}

    Mend that; the build then goes on by itself.
    """


@click.group()
def encoders() -> None:
    """Look after encoders."""


encoders.add_command(align)
encoders.add_command(fetch)
encoders.add_command(presets)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
encoder_id_argument = click.argument("encoder_id", metavar="ID", type=int)


@encoders.command("list")
@as_json_option
def list_(*, as_json: bool) -> None:
    """Show the encoders: which one serves, how far the others are, what they measured."""
    with running_services(read_settings(), towers="text") as services:
        found, notice = services.catalogue.listed(), services.serving.notice()
        failed = [order for order in services.catalogue.orders() if order.state == "failed"]
    if as_json:
        click.echo(json.dumps([as_document(one) for one in found]))
    elif not found:
        click.echo("No encoder is registered yet; the first worker or import does it.")
    else:
        click.echo(listing(found))
    for order in failed:
        click.echo(f"Could not {order.kind} {order.spec}: {order.reason}", err=True)
    if notice:
        click.echo(notice, err=True)


@encoders.command()
@click.argument("spec")
@click.option("--wait/--no-wait", default=False, help="Return only when it is ready.")
@as_json_option
def add(spec: str, *, wait: bool, as_json: bool) -> None:
    """Add the encoder SPEC (or a preset's name); it is built while the present one serves."""
    preset = known_presets().get(spec)
    if preset and not as_json:
        click.echo("\n".join(preset_lines(preset)), err=True)
    settings = read_settings()
    with running_services(settings, towers="picture") as services:
        to, pinned = settings.effective_encoder_files, partial(commit_of, services.engine)
        bring(settings, spec, to=to, quiet=as_json, pinned=pinned)
        stored = services.catalogue.add(spec)
        if wait:
            wait_until_ready(services, stored.encoder_id, progress=Progress(quiet=as_json))
        standing = services.catalogue.one(stored.encoder_id)
    said = f"Encoder {stored.encoder_id} is {standing.encoder.state}: {stored.spec}"
    click.echo(json.dumps(as_document(standing)) if as_json else said)


def wait_until_ready(services: Services, encoder_id: int, *, progress: Progress) -> None:
    """Return when the encoder is built; builds it in this process where no worker lives."""
    standing = services.catalogue.one(encoder_id)
    with progress.steps("Building", standing.total) as step:
        step(standing.done)
        while standing.encoder.state == "building":
            if alive_workers(services.cache.client):
                sleep(POLL_SECONDS)
            else:
                services.serving.embed(seconds=POLL_SECONDS)
                finish_builds(services.engine, services.transactions)
            now = services.catalogue.one(encoder_id)
            if now.error or now.encoder.paused:
                raise BuildStopped(encoder_id=encoder_id, reason=now.error or "it is paused.")
            step(max(0, now.done - standing.done))
            standing = now


def told(does: Callable[[Services], Standing], *, as_json: bool, words: str) -> None:
    """Do something to one encoder and say how it is then."""
    with running_services(read_settings(), towers="text") as services:
        standing = does(services)
    encoder = standing.encoder
    said = words.format(id=encoder.encoder_id, spec=encoder.spec, state=encoder.state)
    click.echo(json.dumps(as_document(standing)) if as_json else said)


@encoders.command()
@encoder_id_argument
@as_json_option
def pause(encoder_id: int, *, as_json: bool) -> None:
    """Let a build wait."""

    def does(services: Services) -> Standing:
        return services.catalogue.one(services.catalogue.pause(encoder_id).encoder_id)

    told(does, as_json=as_json, words="Encoder {id} is paused.")


@encoders.command()
@encoder_id_argument
@as_json_option
def resume(encoder_id: int, *, as_json: bool) -> None:
    """Go on with a paused build, or bring a retired encoder up to date again."""

    def does(services: Services) -> Standing:
        return services.catalogue.one(services.catalogue.resume(encoder_id).encoder_id)

    told(does, as_json=as_json, words="Encoder {id} goes on; it is {state}.")


@encoders.command()
@encoder_id_argument
@as_json_option
def measure(encoder_id: int, *, as_json: bool) -> None:
    """Measure an encoder on the stored test queries and judgements."""
    with running_services(read_settings(), towers="text") as services:
        standing = services.catalogue.measure(encoder_id)
    click.echo(json.dumps(as_document(standing)) if as_json else compared([standing]))


@encoders.command()
@as_json_option
def compare(*, as_json: bool) -> None:
    """Show what each encoder measured beside the one that serves."""
    with running_services(read_settings(), towers="text") as services:
        found = services.catalogue.listed()
    click.echo(json.dumps([as_document(one) for one in found]) if as_json else compared(found))


@encoders.command()
@encoder_id_argument
@click.option(
    "--anyway",
    is_flag=True,
    help="Even if pictures, a scorer or the picture check are still lacking.",
)
@as_json_option
def switch(encoder_id: int, *, anyway: bool, as_json: bool) -> None:
    """Let encoder ID serve, at once; the former one stays ready to go back to."""

    def does(services: Services) -> Standing:
        services.catalogue.switch(encoder_id, anyway=anyway)
        return services.catalogue.one(encoder_id)

    told(
        does, as_json=as_json, words="Encoder {id} serves: {spec}. Back: glimpse encoders rollback"
    )


@encoders.command()
@as_json_option
def rollback(*, as_json: bool) -> None:
    """Let the encoder serve again that served before."""

    def does(services: Services) -> Standing:
        return services.catalogue.one(services.catalogue.rollback().encoder_id)

    told(does, as_json=as_json, words="Encoder {id} serves again: {spec}")


@encoders.command()
@encoder_id_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json_option
def remove(encoder_id: int, *, yes: bool, as_json: bool) -> None:
    """Drop an encoder and all its vectors for good."""
    with running_services(read_settings(), towers="text") as services:
        standing = services.catalogue.one(encoder_id)
        if not yes:
            click.confirm(
                f"Drop {standing.done} vectors of {standing.encoder.spec}?", abort=True, err=True
            )
        services.catalogue.remove(encoder_id)
    gone = {"removed": encoder_id, "spec": standing.encoder.spec}
    click.echo(json.dumps(gone) if as_json else f"Encoder {encoder_id} is removed.")
