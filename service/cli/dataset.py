"""`glimpse import dataset`: pictures, captions and judgements from a folder."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Self

import click

from service.cli.outcome import INTERRUPTED
from service.cli.progress import Progress, Steps
from service.cli.running import running_services
from service.config import read_settings
from service.domain import Asker
from service.imports import SHOWN_ERRORS, ImportProgress
from service.ingest.dataset.work import ImportCancelled
from service.services import Services

STOPS = (signal.SIGINT, signal.SIGTERM)
REPORT_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", help="The data set's name (default: the folder's).")
@click.option("--report", type=REPORT_FILE, help="Write every refusal to this CSV file.")
@click.option("--no-wait", is_flag=True, help="Return before the pictures are searchable.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def dataset(
    folder: Path,
    name: str | None,
    report: Path | None,
    *,
    no_wait: bool,
    as_json: bool,
) -> int:
    """Import the data set in FOLDER; a second import changes only what changed.

    Ctrl-C stops it, and the same command goes on where it was.
    """
    progress = Progress(quiet=as_json)
    with running_services(read_settings(), towers="picture") as services, Shown(progress) as shown:
        try:
            done = services.import_dataset(folder=folder, name=name, asker=Asker(), watch=shown)
        except ImportCancelled as error:
            click.echo(error.message, err=True)
            return INTERRUPTED
        if report is not None:
            with report.open("w", encoding="utf-8", newline="") as file:
                file.writelines(services.import_report(done.import_id))
        if not no_wait:
            make_searchable(services, progress)
    click.echo(json.dumps(done.as_document(), ensure_ascii=False) if as_json else as_lines(done))
    return 0


def make_searchable(services: Services, progress: Progress) -> None:
    """Wait until every picture is embedded."""
    with progress.steps("Making searchable", services.waiting()) as step:
        services.settle(progress=step)


class Shown:
    """Shows an import on the terminal, a bar a piece of work, and stops it on the first Ctrl-C."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.steps: Steps | None = None
        self.asked = False

    def __enter__(self) -> Self:
        """Listen for Ctrl-C; a second one ends the process as ever."""
        self.before = {number: signal.signal(number, self.ask) for number in STOPS}
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar standing."""
        self.close()
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def ask(self, number: int, _frame: FrameType | None) -> None:
        """Remember that the import is to stop."""
        self.asked = True
        signal.signal(number, self.before[signal.Signals(number)])

    def tell(self, title: str, taken: int, total: int) -> None:
        """Move the bar of this piece of work."""
        if self.steps is None or self.steps.title != title:
            self.close()
            self.steps = self.progress.steps(title, total)
            self.steps.__enter__()
        self.steps.step(taken)

    def close(self) -> None:
        """End the bar."""
        if self.steps is not None:
            self.steps.__exit__()
            self.steps = None

    def breathe(self) -> None:
        """Pictures are embedded afterwards, all together."""

    def stopped(self) -> bool:
        """Whether somebody pressed Ctrl-C."""
        return self.asked


def as_lines(done: ImportProgress) -> str:
    """The import for people."""
    return "\n".join(lines_of(done))


def lines_of(done: ImportProgress) -> Iterator[str]:
    """Refusals first, then what became of the files and the pictures."""
    for error in done.errors:
        place = f", line {error.line}" if error.line is not None else ""
        column = f", {error.column}" if error.column else ""
        value = f" [{error.value}]" if error.value else ""
        yield f"{error.file}{place}{column}: {error.reason}{value}"
    refused = sum(file.counts.rejected for file in done.files) + done.pictures["rejected"]
    if refused > SHOWN_ERRORS:
        yield f"… and {refused - SHOWN_ERRORS} more; --report FILE writes all of them."
    for file in done.files:
        counts = file.counts
        yield (
            f"{file.name}: {counts.added} added, {counts.updated} updated,"
            f" {counts.unchanged} unchanged, {counts.rejected} rejected"
        )
    pictures = done.pictures
    yield (
        f"Pictures: {pictures['added']} added, {pictures['duplicates']} already here,"
        f" {pictures['restricted']} restricted, {pictures['rejected']} rejected"
    )
    if done.without_text:
        yield f"{done.without_text} judgements wait for the text of their query."
