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
@click.option("--captions/--no-captions", default=True, show_default=True,
              help="Hear what pictures' captions say, where that makes fewer errors.")  # fmt: skip
@click.option("--precision", type=click.FloatRange(0, 1, min_open=True), metavar="SHARE",
              help="Show nothing by default below which less than this share matches.")  # fmt: skip
@click.option("--encoder", "encoder_id", type=int, metavar="ID",
              help="For this encoder, before switching to it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def train(
    kind: str,
    *,
    publish: bool,
    seed: int,
    captions: bool,
    precision: float | None,
    encoder_id: int | None,
    as_json: bool,
) -> None:
    """Train scorers on people's judgements and compare them on pictures they have not seen."""
    if publish and encoder_id is not None:
        words = "--publish is for the encoder that serves; a switch brings this one's scorer along."
        raise click.UsageError(words)
    plan = Plan(kinds=tuple(chosen(kind)), seed=seed, captions=captions, precision=precision)
    progress = Progress(quiet=as_json)
    with running_services(read_settings(), towers="text") as services, Shown(progress) as shown:
        services.register_encoder()
        outcome = services.learning.train(plan, publish=publish, watch=shown, encoder_id=encoder_id)
    click.echo(json.dumps(document(outcome)) if as_json else as_lines(outcome))


def document(outcome: Outcome) -> dict[str, Any]:
    """The training in the contract's words."""
    excluded = outcome.excluded
    return {
        "table": table(outcome.training),
        "control": control(outcome.training),
        "with_captions": [as_row(row) for row in outcome.training.described],
        "excluded": {
            "pictures": excluded.pictures,
            "pairs": excluded.pairs,
            "reasons": dict(excluded.reasons),
        },
        "published": outcome.published,
    }


def control(training: Training) -> dict[str, Any]:
    """The swapped pictures as a row, and beside it what tells whether anything leaks."""
    found = training.controls
    if found is None:
        return {}
    return as_row(found.swapped) | {
        "text_only": as_row(found.by_text),
        "more_error_than_text_only": found.over_text,
        "shuffled_grades": as_row(found.shuffled),
        "constant": as_row(found.constant),
        "more_error_than_constant": found.over_constant,
        "leaks": found.leaks(),
    }


def as_lines(outcome: Outcome) -> str:
    """The training for people."""
    training = outcome.training
    head = f"{'scorer':<10}{'split':<9}{'pairs':>7}" + "".join(f"{one:>9}" for one in COLUMNS)
    lines = [head, *(line(row) for row in table(training)), *as_controls(training)]
    for kind, bounds in training.intervals.items():
        if bounds:
            lines.append(f"{kind}: RMSE between {bounds[0]:.4f} and {bounds[1]:.4f} (95 %)")
    lines += as_captions(training)
    excluded = outcome.excluded
    lines.append(f"Left out: {excluded.pictures} pictures, {excluded.pairs} pairs")
    lines += [f"  {pairs} pairs: {reason}" for reason, pairs in excluded.reasons.items()]
    lines += [f"Stored {kind} as scorer {key}" for kind, key in outcome.stored.items()]
    if outcome.published is not None:
        lines.append(f"Published: scorer {outcome.published}")
    return "\n".join(lines)


def as_controls(training: Training) -> list[str]:
    """What the controls are to be held against."""
    found = training.controls
    if found is None:
        return []
    rows = {"swapped": found.swapped, "text only": found.by_text, "shuffled": found.shuffled}
    lines = [line(as_row(row) | {"scorer": name}) for name, row in rows.items()]
    told = (
        ("Swapped pictures err more than the text alone", found.over_text),
        ("Shuffled grades err more than the constant", found.over_constant),
    )
    lines += [f"{what} by {one[0]:.4f} to {one[1]:.4f} (95 %)." for what, one in told if one]
    verdict = "Something leaks" if found.leaks() else "Nothing leaks"
    return [*lines, f"{verdict}: what lies wholly below nothing would have seen too much."]


def as_captions(training: Training) -> list[str]:
    """What hearing the pictures' own captions does to each kind."""
    if not training.described:
        return []
    lines = ["With what pictures' own captions say, the judged text taken out of them:"]
    lines += [line(as_row(row)) for row in training.described]
    for kind, bounds in training.listening.items():
        if bounds:
            heard = "heard" if training.scorers[kind].hears_captions else "not heard"
            lines.append(
                f"{kind}: RMSE changes by {bounds[0]:.4f} to {bounds[1]:.4f} (95 %): {heard}"
            )
    return lines


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    cells = "".join("        –" if row[one] is None else f"{row[one]:>9.4f}" for one in COLUMNS)
    return f"{row['scorer']:<10}{row['split']:<9}{row['pairs']:>7}{cells}"
