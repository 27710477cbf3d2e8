"""`glimpse scorers`: what was trained, what serves, publishing and taking back."""

import json
from typing import Any

import click

from service.cli.running import running_services
from service.config import read_settings
from service.db.scorers import StoredScorer


@click.group()
def scorers() -> None:
    """Look after scorers."""


@scorers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """Show the scorers, which of them serves, and whether a new training would pay."""
    with running_services(read_settings(), towers="text") as services:
        found, new = services.learning.listed(), services.learning.new_judgements()
    if as_json:
        told = {"scorers": [document(one) for one in found], "new_judgements": new}
        click.echo(json.dumps(told))
        return
    if not found:
        click.echo("No scorer is trained yet: glimpse train --publish")
    for one in found:
        rmse = one.figures.get("rmse")
        error = "      –" if rmse is None else f"{rmse:.4f}"
        click.echo(
            f"{one.scorer_id:>4}  {one.kind:<10}{one.state:<10} RMSE {error}  "
            f"{one.pairs} pairs  cutoff {one.cutoff:.3f}  {one.created_at:%Y-%m-%d %H:%M}"
        )
    if new:
        click.echo(
            f"{new} judgements are newer than the published scorer; glimpse train uses them."
        )


@scorers.command()
@click.argument("scorer_id", metavar="ID", type=int)
@click.option("--force", "reason", metavar="REASON", help="Publish a worse one, saying why.")
def publish(scorer_id: int, reason: str | None) -> None:
    """Let scorer ID score every search."""
    with running_services(read_settings(), towers="text") as services:
        services.learning.publish(scorer_id, reason=reason)
    click.echo(f"Scorer {scorer_id} is published.")


@scorers.command()
def rollback() -> None:
    """Let the scorer that served before serve again."""
    with running_services(read_settings(), towers="text") as services:
        former = services.learning.rollback()
    click.echo("No scorer serves now." if former is None else f"Scorer {former} serves again.")


def document(one: StoredScorer) -> dict[str, Any]:
    """A scorer as JSON."""
    return {
        "id": one.scorer_id,
        "name": one.name,
        "kind": one.kind,
        "state": one.state,
        "pairs": one.pairs,
        "cutoff": one.cutoff,
        "seed": one.seed,
        "sha256": one.sha256,
        "policy_version": one.policy_version,
        "data_fingerprint": one.data_fingerprint,
        "code_version": one.code_version,
        "reason": one.reason,
        "created_at": one.created_at.isoformat(),
        "published_at": one.published_at and one.published_at.isoformat(),
        "figures": dict(one.figures),
    }
