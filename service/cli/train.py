"""`glimpse train`: scorers learnt from the stored judgements, and the table that compares them."""

import json
from typing import Any

import click

from service.cli.dataset import Shown
from service.cli.progress import Progress
from service.cli.running import running_services
from service.config import read_settings
from service.learn.desk import Outcome
from service.learn.train import Plan, Training, as_row, table
from service.scoring.kinds import ALL, KINDS, chosen

COLUMNS = ("rmse", "mse", "mae", "r2", "pearson", "tau_c", "tau_b", "auc", "ece")


@click.command()
@click.option(
    "--scorer", "kind", type=click.Choice([*KINDS, ALL]), default=ALL, show_default=True,
    help="Which kind to train.",
)  # fmt: skip
@click.option("--publish", is_flag=True, help="Let the best one score every search.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True,
              help="Equal seeds on equal data give equal scorers.")  # fmt: skip
@click.option("--encoder", "encoder_id", type=int, metavar="ID",
              help="For this encoder, before switching to it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def train(kind: str, *, publish: bool, seed: int, encoder_id: int | None, as_json: bool) -> None:
    """Train scorers on people's judgements and compare them on pictures they have not seen."""
    if publish and encoder_id is not None:
        words = "--publish is for the encoder that serves; a switch brings this one's scorer along."
        raise click.UsageError(words)
    plan = Plan(kinds=tuple(chosen(kind)), seed=seed)
    progress = Progress(quiet=as_json)
    with running_services(read_settings(), towers="text") as services, Shown(progress) as shown:
        services.register_encoder()
        outcome = services.learning.train(plan, publish=publish, watch=shown, encoder_id=encoder_id)
    click.echo(json.dumps(document(outcome)) if as_json else as_lines(outcome))


def document(outcome: Outcome) -> dict[str, Any]:
    """The training in the contract's words."""
    control = outcome.training.control
    excluded = outcome.excluded
    return {
        "table": table(outcome.training),
        "control": as_row(control) if control else {},
        "excluded": {
            "pictures": excluded.pictures,
            "pairs": excluded.pairs,
            "reasons": dict(excluded.reasons),
        },
        "published": outcome.published,
    }


def as_lines(outcome: Outcome) -> str:
    """The training for people."""
    told = document(outcome)
    head = f"{'scorer':<10}{'split':<9}{'pairs':>7}" + "".join(f"{one:>9}" for one in COLUMNS)
    lines = [head, *(line(row) for row in told["table"])]
    if told["control"]:
        lines.append(line(told["control"] | {"scorer": "control"}))
        lines += as_controls(outcome.training)
    for kind, bounds in outcome.training.intervals.items():
        if bounds:
            lines.append(f"{kind}: RMSE between {bounds[0]:.4f} and {bounds[1]:.4f} (95 %)")
    excluded = outcome.excluded
    lines.append(f"Left out: {excluded.pictures} pictures, {excluded.pairs} pairs")
    lines += [f"  {pairs} pairs: {reason}" for reason, pairs in excluded.reasons.items()]
    lines += [f"Stored {kind} as scorer {key}" for kind, key in outcome.stored.items()]
    if outcome.published is not None:
        lines.append(f"Published: scorer {outcome.published}")
    return "\n".join(lines)


def as_controls(training: Training) -> list[str]:
    """What the control is to be held against."""
    lines = [line(as_row(training.by_text) | {"scorer": "text only"})] if training.by_text else []
    lines.append(
        "The control learnt from swapped pictures: it may do no better than the text alone, which"
        " tells a little, as some texts are graded higher whatever the picture."
    )
    if training.leaked:
        low, high = training.leaked
        verdict = "something leaks" if high < 0 else "nothing leaks"
        lines.append(
            f"Its RMSE less that of the text alone: {low:.4f} to {high:.4f} (95 %), {verdict}."
        )
    return lines


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    cells = "".join("        –" if row[one] is None else f"{row[one]:>9.4f}" for one in COLUMNS)
    return f"{row['scorer']:<10}{row['split']:<9}{row['pairs']:>7}{cells}"
