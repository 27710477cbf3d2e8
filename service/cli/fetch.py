"""`glimpse encoders presets` and `fetch`: what there is, and bringing it here or elsewhere."""

import json
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from service.cli.encoder_lines import preset_lines
from service.cli.progress import Progress
from service.config import Settings, read_settings
from service.encoder.presets import presets as known_presets
from service.encoder.presets import spec_of
from service.loading import Pinned, nothing_pinned

MEGABYTE = 2**20


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def presets(*, as_json: bool) -> None:
    """Show the encoders that have a name of their own, with what they cost and can."""
    known = known_presets().values()
    if as_json:
        derived = [{"spec": one.spec, "memory_mb": one.memory_mb} for one in known]
        both = zip(known, derived, strict=True)
        click.echo(json.dumps([{**asdict(one), **more} for one, more in both]))
        return
    for preset in known:
        click.echo("\n".join(preset_lines(preset)))


@click.command()
@click.argument("preset", default="multilingual")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Into this folder (default: GLIMPSE_ENCODER_FILES).",
)
def fetch(preset: str, folder: Path | None) -> None:
    """Fetch the files of PRESET (or of any encoder's name), so that they can be used offline."""
    known = known_presets().get(preset)
    if known:
        click.echo("\n".join(preset_lines(known)), err=True)
    settings = read_settings()
    to = (folder or settings.effective_encoder_files).absolute()
    bring(settings, preset, to=to)
    click.echo(f"{spec_of(preset)} is in {to}")
    if folder:
        click.echo(
            "To use it without a network, copy that folder and set\n"
            f"  GLIMPSE_ENCODER_FILES={to} GLIMPSE_ENCODER_OFFLINE=true"
        )


def bring(
    settings: Settings,
    name: str,
    *,
    to: Path,
    quiet: bool = False,
    pinned: Pinned = nothing_pinned,
) -> None:
    """Have every file of an encoder on this machine; one in a folder of its own has them."""
    from service.encoder.checkpoint import find
    from service.encoder.download import Fetching
    from service.encoder.hub import Hub
    from service.encoder.spec import Published, Repository, parse

    wanted = parse(spec_of(name))
    if not isinstance(wanted, Published | Repository):
        return
    with FilesArriving(quiet=quiet) as arriving:
        hub = Hub(
            offline=settings.encoder_offline,
            endpoint=settings.encoder_mirror or None,
            files=to,
            use_cache=False,
            pinned=pinned,
            fetching=Fetching(progress=arriving.note),
        )
        find(wanted, hub)


class FilesArriving(ExitStack):
    """One bar, or a line now and then, for each file that comes."""

    def __init__(self, *, quiet: bool) -> None:
        super().__init__()
        self.progress = Progress(quiet=quiet)
        self.name = ""
        self.megabytes = 0

    def note(self, name: str, done: int, size: int | None) -> None:
        """So many bytes of that file are here."""
        if name != self.name:
            self.close()
            self.name, self.megabytes = name, 0
            self.step = self.enter_context(
                self.progress.steps(f"{name} (MB)", (size or done) // MEGABYTE)
            )
        now = done // MEGABYTE
        if now > self.megabytes:
            self.step(now - self.megabytes)
            self.megabytes = now
