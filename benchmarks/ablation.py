"""Which features earn their place on real photos: boosting and ridge with and without each group.

`python -m benchmarks ablation --data DIR --weights DIR [--json FILE]` goes through the grouped
folds once and fits on all features, on all but one group, and on one group alone. Beside the errors
it keeps what boosting said before and after its calibration: the plots of docs/scoring.md.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from benchmarks import flickr8k
from benchmarks.judged_rows import FIGURES
from benchmarks.scorers import arguments, dot, names_of, vectors_of
from benchmarks.table import show
from service.learn import folds, protocol
from service.learn.figures import Numbers, reliability_curve
from service.learn.pairs import Judged, PairVectors
from service.learn.protocol import Row, measured, more_error
from service.scoring.boosting import fit_boosting
from service.scoring.calibrated import fit_kinds
from service.scoring.captions import CAPTION_NAMES
from service.scoring.features import AT, LEADING, PRODUCTS
from service.scoring.linear import fit_linear
from service.scoring.port import Fit, Lesson
from service.scoring.rows import Matrix

FITS: Mapping[str, Fit] = {"boosting": fit_boosting, "linear": fit_linear}
GROUPS: Mapping[str, tuple[str, ...]] = {
    "similarity": ("similarity",),
    "directions": ("aligned", *(f"leading_{count}" for count in LEADING), "strong", "stronger"),
    "relative": tuple(
        f"{what}_{of}" for of in ("text", "picture") for what in ("above", "usual", "spread")
    ),
    "neighbours": tuple(
        f"{of}_{how}"
        for of in ("neighbour_captions", "neighbour_best", "caption_pictures")
        for how in ("soft", "sharp")
    ),
    "nearest caption": ("nearest_caption",),
    "length and language": ("words", "cyrillic"),
    "products": tuple(f"product_{number}" for number in range(PRODUCTS)),
}
EVERYTHING = "all of these"
CAPTIONS = "all, and captions"


def variants() -> dict[str, list[int]]:
    """The columns that each variant leaves as they are; the others are blank."""
    graded = AT["by_crowd"]
    known = [place for name, place in AT.items() if name != "by_crowd"]
    found = {EVERYTHING: [*known, graded]}
    # Each of the two says what the other says; only together can they be missed.
    both = {"similarity and directions": (*GROUPS["similarity"], *GROUPS["directions"])}
    for name, group in {**GROUPS, **both}.items():
        own = {AT[one] for one in group}
        found[f"without {name}"] = [*(place for place in known if place not in own), graded]
    for name, group in GROUPS.items():
        found[f"{name} alone"] = [*(AT[one] for one in group), graded]
    extra = [len(AT) + place for place in range(len(CAPTION_NAMES))]
    words = extra[CAPTION_NAMES.index("caption_words")]
    count = extra[CAPTION_NAMES.index("captions")]
    return found | {
        CAPTIONS: [*known, graded, *extra],
        "captions, but for shared words": [*known, graded, *(x for x in extra if x != words)],
        "captions, but for cosines": [*known, graded, words, count],
    }


def main() -> None:
    """Measure, print the tables, and keep what the plots show."""
    asked = arguments("ablation")
    photos, texts = vectors_of(asked)
    files = flickr8k.read(asked.data)
    vectors, judged = flickr8k.learnt_from(files, photos, texts, words=True, names=names_of(asked))
    rows, boosted = predicted(vectors, judged, asked.seed)
    for kind in FITS:
        show(
            f"Features of {kind}, grouped folds, before calibration",
            ("features", "RMSE", "τ-c", "RMSE more than with all (95 %)"),
            list(as_cells(judged, rows[kind], asked.seed)),
        )
    if asked.kept:
        told = {"ablation": ablation(judged, rows, asked.seed), **curves(judged, boosted)}
        known = json.loads(asked.kept.read_text()) if asked.kept.exists() else {}
        asked.kept.write_text(json.dumps(known | told, indent=1) + "\n")


def predicted(
    vectors: PairVectors, judged: Judged, seed: int
) -> tuple[dict[str, dict[str, Row]], dict[str, Numbers]]:
    """What each fit says of held-out pairs under each variant; boosting raw and calibrated."""
    told = {kind: {one: np.full(len(judged), np.nan) for one in variants()} for kind in FITS}
    boosted = {name: np.full(len(judged), np.nan) for name in ("raw", "calibrated")}
    for fold in protocol.splits(vectors, judged, folds.GROUPED, seed):
        lesson, tested = protocol.prepared(vectors, judged, fold, seed=seed)
        for variant, columns in variants().items():
            seen, asked = only(lesson.features, columns), only(tested, columns)
            some = Lesson(seen, lesson.target, lesson.weight, lesson.group, lesson.seed)
            for kind, fit in FITS.items():
                told[kind][variant][fold.tested] = fit(some).predict(asked)
            dot()
        width = len(AT)
        whole = fit_kinds(["boosting"], lesson.narrow(width))["boosting"]
        boosted["raw"][fold.tested] = whole.scorer.predict(tested[:, :width])
        boosted["calibrated"][fold.tested] = whole(tested[:, :width])
    rows = {
        kind: {
            one: Row(kind, folds.GROUPED, measured(judged, said), said)
            for one, said in found.items()
        }
        for kind, found in told.items()
    }
    return rows, boosted


def only(features: Matrix, columns: list[int]) -> Matrix:
    """The features with all others blank."""
    found = np.zeros_like(features)
    found[:, columns] = features[:, columns]
    return found


def as_cells(judged: Judged, rows: Mapping[str, Row], seed: int) -> Iterator[tuple[str, ...]]:
    """The rows of a table."""
    for name, row in rows.items():
        more = more_error(judged, row, rows[EVERYTHING], seed=seed)
        bounds = "" if name == EVERYTHING or more is None else f"{more[0]:+.4f} to {more[1]:+.4f}"
        yield name, f"{row.figures.rmse:.4f}", f"{row.figures.tau_c or 0:.1f}", bounds


def ablation(judged: Judged, rows: dict[str, dict[str, Row]], seed: int) -> list[dict[str, Any]]:
    """The same for the plot."""
    return [
        {
            "scorer": kind,
            "features": name,
            "more": row.figures.rmse - found[EVERYTHING].figures.rmse,
            "bounds": more_error(judged, row, found[EVERYTHING], seed=seed),
            **{one: getattr(row.figures, one) for one in FIGURES},
        }
        for kind, found in rows.items()
        for name, row in found.items()
    ]


def curves(judged: Judged, boosted: Mapping[str, Numbers]) -> dict[str, Any]:
    """Reliability before and after calibration, and residuals, of the experts' pairs."""
    rows = np.flatnonzero(~judged.by_crowd)
    target = judged.truth.target[rows]
    said = {name: found[rows] for name, found in boosted.items()}
    bins = np.clip((said["calibrated"] * 10).astype(int), 0, 9)
    residuals = target - said["calibrated"]
    return {
        "reliability": {
            name: [
                [one.pairs, one.predicted, one.target]
                for one in reliability_curve(target, np.clip(found, 0, 1))
            ]
            for name, found in said.items()
        },
        "residuals": [
            [int((bins == step).sum()), *np.quantile(residuals[bins == step], QUANTILES).tolist()]
            for step in range(10)
            if (bins == step).any()
        ],
    }


QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
