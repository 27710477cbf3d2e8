"""`glimpse import`: pictures from files and folders, searchable when it returns."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click

from service.cli.dataset import dataset
from service.cli.progress import Progress
from service.cli.running import running_services
from service.config import read_settings
from service.domain import Asker, Source, Uploaded, UploadStatus
from service.services import Services

# What a folder is searched for; a file that is named on the command line is always tried.
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".avif"}


@click.group("import")
def import_() -> None:
    """Bring pictures in."""


import_.add_command(dataset)


@import_.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, readable=True, path_type=Path)
)
@click.option("--collection", help="Put them into this collection.")
@click.option("--no-wait", is_flag=True, help="Return before they are searchable.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def images(paths: tuple[Path, ...], collection: str | None, *, no_wait: bool, as_json: bool) -> int:
    """Import picture files and folders (recursively)."""
    files = list(found(paths))
    progress = Progress(quiet=as_json)
    with running_services(read_settings(), towers="picture") as services:
        taken = take(services, files, collection)
        outcomes = list(progress.track("Importing", taken, len(files)))
        if not no_wait:
            with progress.steps("Making searchable", services.waiting()) as step:
                services.settle(progress=step)
        restricted = services.shelf.count_restricted([o.image_id for o in outcomes if o.image_id])
    report(outcomes, restricted, as_json=as_json)
    return 1 if outcomes and all(o.status == UploadStatus.REJECTED for o in outcomes) else 0


def found(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Files as given, and the pictures below folders, by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file
                for file in path.rglob("*")
                if file.suffix.lower() in PICTURE_SUFFIXES and file.is_file()
            )
        else:
            yield path


def take(services: Services, files: list[Path], collection: str | None) -> Iterator[Uploaded]:
    """Upload file after file, each open only as long as it is read."""
    for path in files:
        with ExitStack() as stack:
            opened: list[tuple[str, BinaryIO]] = [(path.name, stack.enter_context(path.open("rb")))]
            yield from services.uploading(
                files=opened, asker=Asker(), collection=collection, source=Source.IMPORT
            )


def report(outcomes: list[Uploaded], restricted: int, *, as_json: bool) -> None:
    """Say what became of the files; each rejected one with its reason."""
    counts = Counter(outcome.status.value for outcome in outcomes)
    rejected = [o for o in outcomes if o.status == UploadStatus.REJECTED]
    if as_json:
        document = {
            "pictures": {
                "added": counts["pending"],
                "duplicates": counts["duplicate"],
                "restricted": restricted,
                "rejected": counts["rejected"],
            },
            "errors": [{"file": o.name, "reason": o.reason} for o in rejected],
        }
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for outcome in rejected:
        click.echo(f"{outcome.name}: {outcome.reason}", err=True)
    click.echo(
        f"{counts['pending']} added, {counts['duplicate']} already here,"
        f" {restricted} restricted, {counts['rejected']} rejected."
    )
