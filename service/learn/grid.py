"""The grid: every pair of towers, aligned or merely put side by side, under every kind of scorer.

Each cell is measured out of fold, grouped by picture. Besides judged pairs, captions of pictures
that are held out look for their own among these: that is what recall says.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.learn import folds, protocol
from service.learn.figures import Bounds, Figures, Numbers, figures, interval, varies
from service.learn.pairs import Judged, PairVectors, fitted
from service.scoring.calibrated import fit_kinds
from service.scoring.features import AT, Places
from service.scoring.port import Lesson
from service.scoring.rows import Matrix

ALIGNED, BESIDE, JOINT = "aligned", "concatenated", "joint"
SHOWN = ("rmse", "mse", "mae", "r2", "tau_c", "auc")
DEPTHS = (1, 5, 10)
# Of each half, where vectors are put side by side: with by_crowd as wide as features of a pair.
DIRECTIONS = AT["by_crowd"] // 2
MOST_CAPTIONS = 100
RESAMPLES = 100

Seen = Callable[[Places, Places], Matrix]


@dataclass(frozen=True, slots=True)
class Combination:
    """Two towers, or a joint encoder, and how their vectors come together."""

    image: str
    text: str
    joined: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one scorer on one combination, and between what bounds they lie."""

    combination: Combination
    scorer: str
    figures: Figures
    recall: dict[str, float | None]
    intervals: dict[str, Bounds | None]

    def document(self) -> dict[str, Any]:
        """The cell as one flat row."""
        told = {name: getattr(self.figures, name) for name in ("pairs", *SHOWN)}
        return asdict(self.combination) | {
            "scorer": self.scorer, **told, **self.recall, "intervals": self.intervals,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """Captions of held-out pictures: whose they are, and where their own picture came."""

    owner: Places
    rank: Places


def cells(
    combination: Combination,
    vectors: PairVectors,
    judged: Judged,
    kinds: Sequence[str],
    *,
    seed: int,
    step: protocol.Step = lambda: None,
) -> list[Cell]:
    """One row of the grid. Without a common space there is no cosine to look at."""
    # Captions say the same whatever the towers are: they would only hide what is compared.
    vectors = replace(vectors, words=None)
    usable = [kind for kind in kinds if combination.joined != BESIDE or kind != "cosine"]
    predicted = {kind: np.full(len(judged), np.nan) for kind in usable}
    found: dict[str, list[Search]] = {kind: [] for kind in usable}
    ranking = set()
    for fold in protocol.splits(vectors, judged, folds.GROUPED, seed):
        prepare = beside if combination.joined == BESIDE else together
        lesson, seen = prepare(vectors, judged, fold.training, seed)
        for kind, scorer in fit_kinds(usable, lesson).items():
            told = scorer(seen(judged.picture[fold.tested], judged.text[fold.tested]))
            predicted[kind][fold.tested] = told
            if varies(told):
                ranking.add(kind)
            found[kind].append(searched(vectors, fold.training, seen, scorer))
        step()
    return [
        cell(combination, kind, judged, predicted[kind], found[kind], seed, told=kind in ranking)
        for kind in usable
    ]


def together(
    vectors: PairVectors, judged: Judged, training: NDArray[np.bool_], seed: int
) -> tuple[Lesson, Seen]:
    """Features of pairs in one space, which is fitted inside the fold where there is none."""
    whole = fitted(vectors, training, seed=seed)
    return protocol.lesson(vectors, judged, training, seed=seed), whole.of


def beside(
    vectors: PairVectors, judged: Judged, training: NDArray[np.bool_], seed: int
) -> tuple[Lesson, Seen]:
    """The leading directions of either half, side by side; nothing says what goes with what."""
    captions = vectors.captions[training[vectors.written_for[vectors.captions]]]
    shown = leading(vectors.pictures, np.flatnonzero(training))
    said = leading(vectors.read_by(captions), captions)
    rows = protocol.known(vectors, judged, training)

    def seen(picture: Places, text: Places) -> Matrix:
        features = np.zeros((len(picture), len(AT)), np.float32)
        features[:, : shown.shape[1]] = shown[picture]
        features[:, DIRECTIONS : DIRECTIONS + said.shape[1]] = said[text]
        return features

    features = seen(judged.picture[rows], judged.text[rows])
    crowd = judged.by_crowd[rows]
    features[:, AT["by_crowd"]] = crowd & ~crowd.all()
    truth = judged.truth.target[rows]
    return Lesson(features, truth, judged.weight[rows], judged.picture[rows], seed), seen


def leading(rows: Matrix, training: Places) -> Matrix:
    """All rows along the directions in which the training ones vary most."""
    mean = rows[training].mean(axis=0)
    _, _, turns = np.linalg.svd(rows[training] - mean, full_matrices=False)
    found: Matrix = (rows - mean) @ turns[:DIRECTIONS].T
    return found


def searched(
    vectors: PairVectors,
    training: NDArray[np.bool_],
    seen: Seen,
    scorer: Callable[[Matrix], Numbers],
) -> Search:
    """Where captions find their own picture among the held-out ones; ties count against it."""
    gallery = np.flatnonzero(~training)
    held = vectors.captions[~training[vectors.written_for[vectors.captions]]]
    _, first = np.unique(vectors.written_for[held], return_index=True)
    asked = held[first][:MOST_CAPTIONS]
    owner = vectors.written_for[asked]
    ranks = np.empty(len(asked), np.intp)
    for number, text in enumerate(asked):
        scores = scorer(seen(gallery, np.full(len(gallery), text)))
        ranks[number] = (scores >= scores[gallery == owner[number]]).sum() - 1
    return Search(owner, ranks)


def cell(
    combination: Combination,
    kind: str,
    judged: Judged,
    predicted: Numbers,
    found: Sequence[Search],
    seed: int,
    *,
    told: bool,
) -> Cell:
    """Everything known of one scorer, with intervals by resampling pictures.

    told says whether it told the pairs of any fold apart.
    """
    graded = ~judged.by_crowd | judged.by_crowd.all()
    rows = np.flatnonzero(~np.isnan(predicted) & graded)

    def bounds(name: str) -> Bounds | None:
        def figure(places: Places) -> float | None:
            taken = rows[places]
            known = figures(judged.truth.taken(taken), predicted[taken], ranks=told)
            value = getattr(known, name)
            return None if value is None else float(value)

        return interval(judged.picture[rows], figure, seed=seed, resamples=RESAMPLES)

    owner = np.concatenate([one.owner for one in found])
    ranks = np.concatenate([one.rank for one in found])
    recall: dict[str, float | None] = {}
    spread = {name: bounds(name) for name in SHOWN}
    for depth in DEPTHS:
        hits = (ranks < depth).astype(np.float64)
        name = f"recall_at_{depth}"
        recall[name] = float(hits.mean()) if len(hits) else None
        spread[name] = mean_bounds(owner, hits, seed) if len(hits) else None
    return Cell(combination, kind, protocol.measured(judged, predicted, ranks=told), recall, spread)


def mean_bounds(owner: Places, hits: Numbers, seed: int) -> Bounds | None:
    """Between what bounds a mean lies."""
    return interval(owner, lambda places: float(hits[places].mean()), seed=seed)
