"""`glimpse judges`: who judged how much, and whose judgements do not count."""

import json
from dataclasses import asdict

import click

from service.cli.running import running_services
from service.config import read_settings
from service.judges import Judge


@click.group()
def judges() -> None:
    """Look after judges; NAME may also be the number that `list` shows."""


@judges.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """Print all judges, those who judged most first."""
    with running_services(read_settings()) as services:
        found = services.judges.listed()
    if as_json:
        rows = [asdict(one.stored) | {"reliability": one.reliability} for one in found]
        click.echo(json.dumps({"judges": rows}, ensure_ascii=False, default=str))
        return
    for one in found:
        click.echo(as_line(one))


def as_line(one: Judge) -> str:
    """A judge for people."""
    judge = one.stored
    words = [f"{judge.judge_id}  {judge.name} ({judge.kind}): {judge.judgements} judgements"]
    words.append(f"of {judge.pairs} pairs")
    if judge.kappa is not None:
        words.append(f"· kappa {judge.kappa:.2f}")
    if one.reliability is not None:
        words.append(f"· weight {one.reliability:.2f}")
    if judge.excluded_at is not None:
        words.append(
            f"· excluded {judge.excluded_at:%Y-%m-%d} by {judge.excluded_by or 'somebody'}:"
            f" {judge.excluded_reason}"
        )
    return " ".join(words)


@judges.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; it stays beside the name.")
def exclude(name: str, reason: str) -> None:
    """Let the judgements of NAME not count; they stay stored."""
    with running_services(read_settings()) as services:
        found = services.judges.exclude(name, reason=reason)
    click.echo(f"The judgements of {found} do not count any more.")


@judges.command()
@click.argument("name")
def include(name: str) -> None:
    """Let the judgements of NAME count again."""
    with running_services(read_settings()) as services:
        found = services.judges.include(name)
    click.echo(f"The judgements of {found} count again.")
