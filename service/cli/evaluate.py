"""`glimpse evaluate`: how good what is served is."""

import json
from dataclasses import asdict
from typing import Any

import click

from service.cli.running import running_services
from service.config import read_settings
from service.learn.desk import Evaluation


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(*, as_json: bool) -> None:
    """Ask every stored test question, and tell the figures of the encoder and scorer that serve."""
    with running_services(read_settings(), towers="text") as services:
        services.register_encoder()
        found = services.learning.evaluate()
    click.echo(json.dumps(document(found)) if as_json else as_lines(found))


def document(found: Evaluation) -> dict[str, Any]:
    """The evaluation in the contract's words."""
    return {
        "encoder": found.encoder,
        "scorer": found.scorer,
        "retrieval": asdict(found.retrieval),
        "judgements": found.judgements,
    }


def as_lines(found: Evaluation) -> str:
    """The evaluation for people."""
    after, before = asdict(found.retrieval), asdict(found.unscored)
    lines = [
        f"encoder {found.encoder}, scorer {found.scorer or 'none'}",
        "{queries} questions asked of {gallery} pictures, {refused} left out".format(**after),
    ]
    lines += [
        f"{name:<14}{shown(after[name])}  (by similarity alone {shown(before[name])})"
        for name in ("recall_at_1", "recall_at_5", "recall_at_10", "mrr", "ndcg_at_10")
    ]
    lines += [f"{name:<14}{shown(value)}" for name, value in found.judgements.items()]
    return "\n".join(lines)


def shown(value: object) -> str:
    """A figure, or a dash."""
    if isinstance(value, float):
        return f"{value:.4f}"
    return "–" if value is None else str(value)
