"""`glimpse targets`: the formula that makes one target of experts' grades and the crowd's votes."""

import getpass
import json
from dataclasses import replace
from typing import Any

import click

from service.cli.running import running_services
from service.config import read_settings
from service.db.target_formulas import StoredFormula

CHANGES = ("expert_weight", "crowd_weight", "min_grades", "min_votes", "weigh_judges")


@click.group()
def targets() -> None:
    """Look at and change what scorers learn from judgements."""


@targets.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(*, as_json: bool) -> None:
    """Print the formula in force, and those before it."""
    with running_services(read_settings()) as services:
        history = services.formulas.history()
    if as_json:
        click.echo(json.dumps([as_document(one) for one in history], ensure_ascii=False))
        return
    for one in history:
        click.echo(as_line(one))


@targets.command()
@click.option("--expert-weight", type=float, help="What experts' mean grade weighs.")
@click.option("--crowd-weight", type=float, help="What the crowd's share of yes weighs.")
@click.option("--min-grades", type=int, help="With fewer grades a pair's experts do not count.")
@click.option("--min-votes", type=int, help="With fewer votes a pair's crowd does not count.")
@click.option(
    "--weigh-judges/--judges-alike",
    "weigh_judges",
    default=None,
    help="Let reliable judges count more, or all alike.",
)
@click.option("--why", required=True, help="Kept in the history.")
def change(why: str, **given: float | bool | None) -> None:
    """Put another formula in force; what is not named stays as it is.

    Views and the next training follow it; published scorers stay as they were trained.
    """
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with running_services(read_settings()) as services:
        formula = replace(services.formulas.in_force().formula, **changes)
        now = services.formulas.change(formula, who=getpass.getuser(), why=why)
    click.echo(as_line(now))


def as_document(one: StoredFormula) -> dict[str, object]:
    """A formula for programs."""
    return {
        "version": one.version,
        **{name: getattr(one.formula, name) for name in CHANGES},
        "who": one.who,
        "why": one.why,
        "created_at": one.created_at.isoformat(),
    }


def as_line(one: StoredFormula) -> str:
    """A formula for people."""
    formula = one.formula
    judges = "by reliability" if formula.weigh_judges else "alike"
    return (
        f"{one.version}: experts {formula.expert_weight:g} from {formula.min_grades} grades,"
        f" crowd {formula.crowd_weight:g} from {formula.min_votes} votes, judges {judges}"
        f" ({one.who}: {one.why})"
    )
