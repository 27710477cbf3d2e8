"""`glimpse verify`: whether everything stored is whole, and the mending of what is not."""

import json
from collections.abc import Iterator

import click

from service.cli.progress import Progress
from service.cli.running import running_services
from service.config import read_settings
from service.keeping.findings import Report

SHOWN = 50
STATES = {None: ("not ok", "red"), True: ("mended", "green"), False: ("not ok", "red")}


@click.command()
@click.option("--quick", is_flag=True, help="List files, but do not read them.")
@click.option("--mend", is_flag=True, help="Mend what can be mended; deletes nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(*, quick: bool, mend: bool, as_json: bool) -> int:
    """Check that everything stored is whole and goes together; the service may go on meanwhile.

    Exit status 0: all is well; 1: something is not, each with what, where and the mend.
    """
    progress = Progress(quiet=as_json)
    with running_services(read_settings(), towers="text") as services:
        report = services.upkeep.verify(quick=quick, mend=mend, watch=progress)
    if as_json:
        click.echo(json.dumps(report.as_document(), ensure_ascii=False))
    else:
        click.echo("\n".join(report_lines(report)))
    return 0 if report.ok else 1


def report_lines(report: Report) -> Iterator[str]:
    """The report for people: each problem in three lines, then the sum of it."""
    for problem in report.problems[:SHOWN]:
        word, colour = STATES[problem.mended]
        yield f"{click.style(f'{word:<8}', fg=colour)}{problem.kind}: {problem.what}"
        yield f"        {problem.where}"
        if not problem.mended:
            yield f"        {problem.mend}"
    if len(report.problems) > SHOWN:
        yield f"… and {len(report.problems) - SHOWN} more; --json lists all of them."
    looked = ", ".join(f"{count} {what}" for what, count in report.checked.items())
    left, done = len(report.left), len(report.problems) - len(report.left)
    ends = f"{left} problems" if left else "all is well"
    yield f"Looked at {looked}: {ends}{f', {done} mended' if done else ''}."
