"""`glimpse evaluate`: how good what is served is."""

import json
from dataclasses import asdict
from typing import Any

import click

from service.cli.running import running_services
from service.config import read_settings
from service.learn.adapters import Adapter
from service.learn.desk import Evaluation

TOLD = (
    ("out_of_fold", "{captions} captions, each fold asked without itself"),
    ("questions", "{queries} questions, by similarity alone"),
)
ADAPTED = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr", "ndcg_at_10", "spearman")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(*, as_json: bool) -> None:
    """Ask every stored test question, and tell the figures of the encoder and scorer that serve."""
    with running_services(read_settings(), towers="text") as services:
        services.register_encoder()
        found = services.learning.evaluate()
        adapter = services.adapters.of_serving()
    said = json.dumps(document(found, adapter)) if as_json else as_lines(found, adapter)
    click.echo(said)


def document(found: Evaluation, adapter: Adapter | None = None) -> dict[str, Any]:
    """The evaluation in the contract's words; an adapter, where there is one, beside them."""
    told = {
        "encoder": found.encoder,
        "scorer": found.scorer,
        "retrieval": asdict(found.retrieval),
        "judgements": found.judgements,
    }
    return told if adapter is None else {**told, "adapter": adapter_document(adapter)}


def adapter_document(adapter: Adapter) -> dict[str, Any]:
    """Both sides of an adapter."""
    told: dict[str, Any] = {
        "encoder": adapter.encoder,
        "of": adapter.of,
        "serves": adapter.serves,
    }
    for name, side in (("with", adapter.adapted), ("without", adapter.plain)):
        told[name] = {
            "out_of_fold": dict(side.out_of_fold),
            "questions": asdict(side.questions),
        }
    return told


def as_lines(found: Evaluation, adapter: Adapter | None = None) -> str:
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
    return "\n".join(lines + (adapter_lines(adapter) if adapter else []))


def adapter_lines(adapter: Adapter) -> list[str]:
    """Both sides of an adapter, in columns."""
    state = "serves" if adapter.serves else "does not serve"
    lines = [f"adapter {adapter.encoder} of {adapter.of}, which {state}:"]
    told = adapter_document(adapter)
    for part, what in TOLD:
        adapted, plain = (told[name][part] for name in ("with", "without"))
        lines.append(f"{what.format(**adapted):<52}{'with':>10}{'without':>10}")
        lines += [
            f"  {name:<50}{shown(adapted[name]):>10}{shown(plain[name]):>10}"
            for name in ADAPTED
            if name in adapted
        ]
    return lines


def shown(value: object) -> str:
    """A figure, or a dash."""
    if isinstance(value, float):
        return f"{value:.4f}"
    return "–" if value is None else str(value)
