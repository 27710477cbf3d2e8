"""Training: the protocol's table, the control, and scorers fitted on everything there is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np

from service.errors import GlimpseError
from service.learn import folds, protocol
from service.learn.controls import COUNT as CONTROLS
from service.learn.controls import Controls, controls
from service.learn.cutoff import Cut, choose_cutoff
from service.learn.figures import Bounds, Numbers, interval, reliability_curve
from service.learn.implied import with_implied
from service.learn.material import Material
from service.learn.pairs import Judged, fitted
from service.learn.protocol import Row
from service.learn.rehearsal import rehearsals
from service.learn.telling import details
from service.scoring.calibrated import fit_kinds
from service.scoring.features import AT
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
    # Whether what pictures' own captions say may be listened to, where that makes fewer errors.
    captions: bool = True
    # Of what is shown, the share that is to match; None chooses by what captions and nonsense find.
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """What came of it.

    The rows are those without captions; described are those that heard them, and listening says
    between what bounds each kind errs more for it.
    """

    rows: tuple[Row, ...]
    described: tuple[Row, ...]
    controls: Controls | None
    intervals: Mapping[str, Bounds | None]
    listening: Mapping[str, Bounds | None]
    scorers: Mapping[str, TrainedScorer]

    def best(self) -> str:
        """The kind that errs least on pictures it has not seen; the constant only if alone."""
        grouped = {row.scorer: row for row in self.rows if row.split == folds.GROUPED}
        useful = [kind for kind in grouped if kind != "constant"] or list(grouped)
        return min(useful, key=lambda kind: grouped[kind].figures.rmse)


def train(material: Material, plan: Plan, watch: Watch) -> Training:
    """Compare the kinds under the protocol, and fit each on all pairs."""
    if not plan.captions:
        material = material.without_words()
    vectors, judged = material.measured, material.judged
    asked = [*plan.splits, *([folds.GROUPED] * CONTROLS if plan.control else [])]
    total = 1 + sum(len(protocol.splits(vectors, judged, one, plan.seed)) for one in asked)

    def step() -> None:
        watch.tell("Training", 1, total)
        if watch.stopped():
            raise TrainingStopped

    found = protocol.compare(
        vectors, judged, plan.kinds, seed=plan.seed, which=plan.splits, step=step
    )
    rows = [row for row in found if not row.captions]
    described = [row for row in found if row.captions]
    checked = controls(vectors, judged, seed=plan.seed, step=step) if plan.control else None
    scorers = final(material, plan, rows, described)
    step()
    return Training(
        rows=tuple(rows),
        described=tuple(described),
        controls=checked,
        intervals={row.scorer: rmse_interval(judged, row, plan.seed) for row in grouped(rows)},
        listening=listening(judged, rows, described, plan.seed),
        scorers=scorers,
    )


def listening(
    judged: Judged, rows: Sequence[Row], described: Sequence[Row], seed: int
) -> dict[str, Bounds | None]:
    """By how much each kind errs more when it hears what captions say: mostly less than nothing."""
    plain = {row.scorer: row for row in grouped(rows)}
    return {
        row.scorer: protocol.more_error(judged, row, plain[row.scorer], seed=seed)
        for row in described
    }


def grouped(rows: Sequence[Row]) -> list[Row]:
    """The rows that scorers are compared by."""
    return [row for row in rows if row.split == folds.GROUPED]


def final(
    material: Material, plan: Plan, rows: Sequence[Row], described: Sequence[Row]
) -> dict[str, TrainedScorer]:
    """Every kind, fitted on all pairs, with its cutoff.

    A kind hears captions where that made fewer errors on pictures it had not seen, beyond chance.
    """
    everything = np.ones(len(material.vectors.pictures), bool)
    vectors, judged = with_implied(material, seed=plan.seed)
    lesson = protocol.lesson(vectors, judged, everything, seed=plan.seed)
    # Searches bring the vectors of the encoder that serves.
    whole = fitted(material.vectors, everything, seed=plan.seed)
    gains = listening(material.judged, rows, described, plan.seed)
    hearing = [kind for kind, bounds in gains.items() if bounds is not None and bounds[1] < 0]
    heard = fit_kinds(hearing, lesson) if hearing else {}
    figures = {row.scorer: row for row in grouped(rows)}
    with_captions = {row.scorer: row for row in described if row.scorer in heard}
    rehearsed = rehearsals(material, seed=plan.seed)
    done = {}
    for kind, scorer in fit_kinds(plan.kinds, lesson.narrow(len(AT))).items():
        told = manifest(material, kind, plan, figures.get(kind), with_captions.get(kind))
        trained = TrainedScorer(told, whole.features, scorer, heard.get(kind))
        cut = choose_cutoff(rehearsed, trained, precision=plan.precision)
        done[kind] = replace(trained, manifest=with_cut(trained.manifest, cut))
    return done


def manifest(
    material: Material, kind: str, plan: Plan, row: Row | None, described: Row | None
) -> Manifest:
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
    if described is not None:
        figures["with_captions"] = asdict(described.figures)
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
