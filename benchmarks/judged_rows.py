"""Rows of judged pairs as benchmarks show them: figures with intervals, and what plots keep."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.table import show
from service.learn import folds
from service.learn.controls import Controls
from service.learn.figures import figures, interval, reliability_curve
from service.learn.grid import Cell
from service.learn.pairs import Judged
from service.learn.protocol import Row
from service.scoring.features import Places

FIGURES = ("rmse", "mse", "mae", "r2", "pearson", "tau_c", "tau_b", "auc", "ece")


def told_of(checked: Controls) -> None:
    """What the controls say."""
    for what, bounds in (
        ("Swapped photos err more than the text alone", checked.over_text),
        ("Shuffled grades err more than the constant", checked.over_constant),
    ):
        if bounds:
            print(f"\n{what} by {bounds[0]:.4f} to {bounds[1]:.4f} (95 %)")
    print("Something leaks" if checked.leaks() else "Nothing leaks")


def of_row(judged: Judged, row: Row, seed: int) -> dict[str, Any]:
    """A row for the plots."""
    bounds = spread(judged, row, "rmse", seed)
    return {"scorer": row.scorer, "split": row.split, "rmse": row.figures.rmse, "bounds": bounds}


def of_cell(cell: Cell) -> dict[str, Any]:
    """A cell of the grid for the plots."""
    name = f"{cell.scorer}, {cell.combination.joined}"
    return {"scorer": name, "rmse": cell.figures.rmse, "bounds": cell.intervals["rmse"]}


def keep(path: Path, name: str, told: Sequence[dict[str, Any]]) -> None:
    """Write down what the plots show, beside what is there."""
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | {name: told}, indent=1) + "\n")


def judgements(judged: Judged, rows: Sequence[Row], seed: int) -> None:
    """The table of figures, with intervals of the error and of tau-c."""
    show(
        "Judged pairs, out of fold (in brackets 95 % intervals by resampling photos)",
        ("scorer", "split", "pairs", *FIGURES),
        [(row.scorer, row.split, row.figures.pairs, *cells(judged, row, seed)) for row in rows],
    )


def cells(judged: Judged, row: Row, seed: int) -> list[str]:
    """The figures of one row as text."""
    told = []
    for name in FIGURES:
        value = getattr(row.figures, name)
        text = "–" if value is None else f"{value:.1f}" if "tau" in name else f"{value:.3f}"
        bounds = spread(judged, row, name, seed) if name in {"rmse", "tau_c"} else None
        digits = 1 if "tau" in name else 3
        if bounds is not None:
            text += f" [{bounds[0]:.{digits}f}, {bounds[1]:.{digits}f}]"
        told.append(text)
    return told


def spread(judged: Judged, row: Row, name: str, seed: int) -> tuple[float, float] | None:
    """The interval of one figure."""
    rows = np.flatnonzero(~np.isnan(row.predicted) & ~judged.by_crowd)

    def figure(places: Places) -> float | None:
        taken = rows[places]
        measured = figures(judged.truth.taken(taken), row.predicted[taken], ranks=row.ranks)
        return float(value) if (value := getattr(measured, name)) is not None else None

    return interval(judged.picture[rows], figure, seed=seed, resamples=100)


def curve(judged: Judged, rows: Sequence[Row]) -> None:
    """Is what is predicted what people say, step by step?"""
    (best,) = sorted(
        (row for row in rows if row.split == folds.GROUPED), key=lambda row: row.figures.rmse
    )[:1]
    told = np.flatnonzero(~np.isnan(best.predicted) & ~judged.by_crowd)
    show(
        f"Reliability of {best.scorer}, out of fold, grouped",
        ("pairs", "predicted", "people"),
        [
            (one.pairs, f"{one.predicted:.3f}", f"{one.target:.3f}")
            for one in reliability_curve(judged.truth.target[told], best.predicted[told])
        ],
    )
