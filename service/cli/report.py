"""`glimpse policy report`: a month under the law, to read or to keep."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from service.cli.running import running_services
from service.config import read_settings
from service.law.report import COLUMNS, Report, month_of
from service.web.downloads import as_csv


@click.command()
@click.option("--month", default="", help="As 2027-12; without, this month.")
@click.option("--csv", "wants_csv", is_flag=True, help="Print the rows of the downloaded file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def report(month: str, *, wants_csv: bool, as_json: bool) -> None:
    """Print the month's refusals, edits, restricted pictures and consents."""
    first = month_of(month, today=datetime.now(UTC).date())
    with running_services(read_settings()) as services:
        found = services.trail.report(first)
    if as_json:
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in found.rows()]
        document = {"month": f"{first:%Y-%m}", "refused": found.refused, "rows": rows}
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
    elif wants_csv:
        sys.stdout.write(as_csv(COLUMNS, found.rows()))
    else:
        click.echo("\n".join(as_lines(found)))


def as_lines(found: Report) -> Iterator[str]:
    """The report for people."""
    yield f"{found.month:%Y-%m}: {found.refused} searches refused"
    for title, counted in (
        ("by rule", found.by(lambda one: one.rule)),
        ("by country", found.by(lambda one: one.country or "unknown")),
        ("by version", found.by(lambda one: f"version {one.policy_version}")),
        ("by day", [(str(day), number) for day, number in found.by_day()]),
    ):
        yield from (f"  {title}  {number:>7}  {name}" for name, number in counted)
    yield f"{len(found.edits)} versions of the rules"
    for edit in found.edits:
        yield f"  {edit.version}  {edit.who}: {edit.change} ({edit.why})"
    yield "restricted pictures"
    for one in found.restricted:
        where = ", ".join(one.countries)
        yield f"  {one.pictures:>7}  {one.kind} in {where}, {one.new} of them new"
    held = found.consents
    yield (
        f"consents: {held.recorded} recorded, {held.withdrawn} withdrawn, {held.lapsed} lapsed,"
        f" {held.in_force} hold"
    )
    for act in found.acts:
        yield f"  {act.times:>7}  {act.action}"
