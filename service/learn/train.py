"""Training: the protocol's table, the control, and scorers fitted on everything there is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np

from service.errors import GlimpseError
from service.learn import folds, protocol
from service.learn.cutoff import Cut, choose_cutoff
from service.learn.data import Material
from service.learn.figures import Bounds, Numbers, interval, reliability_curve
from service.learn.implied import with_implied
from service.learn.pairs import Judged, fitted
from service.learn.protocol import Row
from service.learn.telling import details
from service.scoring.calibrated import fit_kinds
from service.scoring.files import Manifest, TrainedScorer


class TrainingStopped(GlimpseError):
    """The training was stopped; nothing was stored. Start it again to train anew."""


class Watch(Protocol):
    """Is told how far a training is, and may stop it."""

    def tell(self, title: str, taken: int, total: int) -> None:
        """So many more steps of this piece of work are done."""

    def stopped(self) -> bool:
        """Whether the training is to stop."""


class NobodyWatches:
    """A training that nobody looks at."""

    def tell(self, title: str, taken: int, total: int) -> None:
        """Tell nobody."""

    def stopped(self) -> bool:
        """Go on."""
        return False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained, and how thoroughly it is compared."""

    kinds: tuple[str, ...]
    seed: int = 0
    splits: tuple[str, ...] = protocol.SPLITS
    control: bool = True


@dataclass(frozen=True, slots=True)
class Training:
    """What came of it.

    Beside the control stands what the text alone tells, and by how much the control errs more.
    """

    rows: tuple[Row, ...]
    control: Row | None
    by_text: Row | None
    leaked: Bounds | None
    intervals: Mapping[str, tuple[float, float] | None]
    scorers: Mapping[str, TrainedScorer]

    def best(self) -> str:
        """The kind that errs least on pictures it has not seen; the constant only if alone."""
        grouped = {row.scorer: row for row in self.rows if row.split == folds.GROUPED}
        useful = [kind for kind in grouped if kind != "constant"] or list(grouped)
        return min(useful, key=lambda kind: grouped[kind].figures.rmse)


def train(material: Material, plan: Plan, watch: Watch) -> Training:
    """Compare the kinds under the protocol, and fit each on all pairs."""
    vectors, judged = material.measured, material.judged
    asked = [*plan.splits, *([folds.GROUPED] * 2 if plan.control else [])]
    total = 1 + sum(len(protocol.splits(vectors, judged, one, plan.seed)) for one in asked)

    def step() -> None:
        watch.tell("Training", 1, total)
        if watch.stopped():
            raise TrainingStopped

    rows = protocol.compare(
        vectors, judged, plan.kinds, seed=plan.seed, which=plan.splits, step=step
    )
    controls: tuple[Row, Row, Bounds | None] | tuple[None, None, None] = (None, None, None)
    if plan.control:
        controls = protocol.controls(vectors, judged, seed=plan.seed, step=step)
    scorers = final(material, plan, rows)
    step()
    return Training(
        rows=tuple(rows),
        control=controls[0],
        by_text=controls[1],
        leaked=controls[2],
        intervals={row.scorer: rmse_interval(judged, row, plan.seed) for row in grouped(rows)},
        scorers=scorers,
    )


def grouped(rows: Sequence[Row]) -> list[Row]:
    """The rows that scorers are compared by."""
    return [row for row in rows if row.split == folds.GROUPED]


def final(material: Material, plan: Plan, rows: Sequence[Row]) -> dict[str, TrainedScorer]:
    """Every kind, fitted on all pairs, with its cutoff."""
    everything = np.ones(len(material.vectors.pictures), bool)
    vectors, judged = with_implied(material, seed=plan.seed)
    lesson = protocol.lesson(vectors, judged, everything, seed=plan.seed)
    # Searches bring the vectors of the encoder that serves.
    features = fitted(material.vectors, everything, seed=plan.seed).features
    figures = {row.scorer: row for row in grouped(rows)}
    done = {}
    for kind, scorer in fit_kinds(plan.kinds, lesson).items():
        trained = TrainedScorer(manifest(material, kind, plan, figures.get(kind)), features, scorer)
        cut = choose_cutoff(material, trained, seed=plan.seed)
        done[kind] = replace(trained, manifest=with_cut(trained.manifest, cut))
    return done


def manifest(material: Material, kind: str, plan: Plan, row: Row | None) -> Manifest:
    """What the scorer says of itself."""
    known = material.judged
    figures: dict[str, Any] = {}
    if row is not None:
        bounds = rmse_interval(known, row, plan.seed)
        figures = asdict(row.figures) | {
            "rmse_interval": bounds and list(bounds),
            "reliability": reliability(known, row),
            **details(known, row, seed=plan.seed),
        }
    return Manifest(
        kind=kind,
        encoder=material.encoder.fingerprint,
        policy_version=material.policy_version,
        data_fingerprint=material.fingerprint,
        seed=plan.seed,
        code_version=version("glimpse"),
        cutoff=0.0,
        figures=figures,
    )


def reliability(judged: Judged, row: Row) -> list[list[float]]:
    """How many pairs, what was said of them and what people said, step by step."""
    told = np.flatnonzero(~np.isnan(row.predicted) & (~judged.by_crowd | judged.by_crowd.all()))
    curve = reliability_curve(judged.truth.target[told], row.predicted[told])
    return [[one.pairs, round(one.predicted, 4), round(one.target, 4)] for one in curve]


def with_cut(known: Manifest, cut: Cut) -> Manifest:
    """The same with the cutoff, and what is to be expected of it."""
    return replace(known, cutoff=cut.cutoff, figures={**known.figures, "cutoff": asdict(cut)})


def rmse_interval(judged: Judged, row: Row, seed: int) -> tuple[float, float] | None:
    """Between what bounds the error lies, by resampling pictures."""
    told = np.flatnonzero(~np.isnan(row.predicted) & ~judged.by_crowd)
    rows = told if len(told) else np.flatnonzero(~np.isnan(row.predicted))
    squares: Numbers = (row.predicted[rows] - judged.truth.target[rows]) ** 2
    return interval(
        judged.picture[rows], lambda places: float(np.sqrt(squares[places].mean())), seed=seed
    )


def table(training: Training) -> list[dict[str, Any]]:
    """The comparison as the contract has it."""
    return [as_row(row) for row in training.rows]


def as_row(row: Row) -> dict[str, Any]:
    """One row."""
    return {"scorer": row.scorer, "split": row.split} | {
        name: value if isinstance(value, int) else rounded(value)
        for name, value in asdict(row.figures).items()
    }


def rounded(value: float | None) -> float | None:
    """Four places."""
    return None if value is None else round(value, 4)
