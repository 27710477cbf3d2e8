"""`glimpse compare`: towers and scorers, all under one protocol."""

import json

import click

from service.cli.progress import Progress
from service.cli.running import running_services
from service.config import read_settings
from service.db.audit import AT_THE_TERMINAL
from service.learn.comparing import KINDS
from service.learn.grid import Cell
from service.quality.comparisons import request
from service.scoring.kinds import KINDS as KNOWN

COLUMNS = {
    "rmse": "RMSE", "mse": "MSE", "mae": "MAE", "r2": "R²", "tau_c": "τ-c", "auc": "AUC",
    "recall_at_1": "R@1", "recall_at_5": "R@5", "recall_at_10": "R@10",
}  # fmt: skip


@click.command()
@click.option("--image", "images", multiple=True, metavar="TOWER",
              help="timm:<architecture>, with options; repeatable.")  # fmt: skip
@click.option("--text", "texts", multiple=True, metavar="TOWER",
              help="tfidf or sentence:<package or folder>; repeatable.")  # fmt: skip
@click.option("--scorer", "kinds", multiple=True, type=click.Choice(KNOWN),
              help="Which kind to compare; repeatable.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True,
              help="Parts the pictures into folds.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def compare(
    *,
    images: tuple[str, ...],
    texts: tuple[str, ...],
    kinds: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Compare pairs of towers, aligned or merely side by side, under every scorer.

    The encoder that serves is compared too. Without --image the towers are those of the pairs in
    this home, without --text counted words and, where installed, sentence vectors.
    """
    progress = Progress(quiet=as_json)
    with running_services(read_settings(), towers="text") as services:
        services.register_encoder()
        with progress.later("Folds") as watch:
            found = services.comparing.compare(
                images=images, texts=texts, kinds=kinds or KINDS, seed=seed, watch=watch
            )
        services.comparisons.keep(
            found, asked=request(images, texts, kinds or KINDS, seed), who=AT_THE_TERMINAL
        )
    click.echo(json.dumps(document(found)) if as_json else as_lines(found))


def document(found: list[Cell]) -> dict[str, object]:
    """The grid as one document."""
    return {"split": "grouped", "rows": [one.document() for one in found]}


def as_lines(found: list[Cell]) -> str:
    """The grid for people: one block for each pair of towers, with 95 % intervals."""
    lines = []
    for place, one in enumerate(found):
        pair = one.combination
        if place == 0 or found[place - 1].combination != pair:
            lines.append(f"{pair.image} + {pair.text}, {pair.joined}")
            names = "".join(f"{name:>24}" for name in COLUMNS.values())
            lines.append(f"{'  scorer':<12}{names}")
        told = one.document()
        shown = "".join(f"{with_bounds(name, told[name], one):>24}" for name in COLUMNS)
        lines.append(f"  {one.scorer:<10}{shown}")
    lines.append("Out of fold, grouped by picture; in brackets 95 % intervals, pictures resampled.")
    lines.append("R@k: captions of held-out pictures look for their own among the fold's pictures.")
    return "\n".join(lines)


def with_bounds(name: str, value: float | None, one: Cell) -> str:
    """A figure and its interval."""
    if value is None:
        return "–"
    digits = 1 if name == "tau_c" else 3
    bounds = one.intervals[name]
    spread = f" [{bounds[0]:.{digits}f}, {bounds[1]:.{digits}f}]" if bounds else ""
    return f"{value:.{digits}f}{spread}"
