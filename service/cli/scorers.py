"""`glimpse scorers`: what was trained, what serves, publishing and taking back."""

import json
from dataclasses import asdict
from typing import Any

import click

from service.cli.running import running_services
from service.config import read_settings
from service.db.scorers import StoredScorer
from service.learn.drift import Drift


@click.group()
def scorers() -> None:
    """Look after scorers."""


@scorers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """Show the scorers, which of them serves, and whether a new training would pay."""
    with running_services(read_settings(), towers="text") as services:
        found, drift = services.learning.listed(), services.learning.drift()
    if as_json:
        document_of_all = {
            "scorers": [document(one) for one in found],
            "new_judgements": drift.new_judgements,
            "drift": asdict(drift),
        }
        click.echo(json.dumps(document_of_all))
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
    for told in as_lines(drift):
        click.echo(told)


def as_lines(drift: Drift) -> list[str]:
    """What came after the published scorer, and what to do."""
    if drift.new_judgements is None:
        return []
    lines = [f"New judgements since: {drift.new_judgements} ({drift.new_share:.1%} of its pairs)"]
    if drift.searches:
        lines.append(f"Searches since: {drift.searches}, {drift.empty:.1%} found nothing")
    shifted = "too few searches to tell" if drift.psi is None else f"{drift.psi:.3f}"
    lines.append(f"Shift of scores (population stability index): {shifted}")
    return [*lines, f"Advice: {drift.advice}."]


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
