"""How good predictions are: errors, rank correlations, calibration, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Bounds = tuple[float, float]

BINS = 10
MATCHES_FROM = 0.5
RESAMPLES = 200
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Truth:
    """What people said of pairs: the target, the single grades, and the crowd's share of yes.

    Grades are those of pairs whose text was not written for the picture, each a judgement of its
    own: graded says of which pair. A pair that no crowd saw has nan as its share.
    """

    target: Numbers
    graded: NDArray[np.intp]
    grades: Numbers
    crowd: Numbers

    def taken(self, places: NDArray[np.intp]) -> "Truth":
        """The same of some pairs, each as often as it is named."""
        order = np.argsort(self.graded, kind="stable")
        start = np.searchsorted(self.graded[order], places, side="left")
        end = np.searchsorted(self.graded[order], places, side="right")
        counts = end - start
        first = np.repeat(start - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        rows = order[first + np.arange(int(counts.sum()))]
        return Truth(
            self.target[places],
            np.repeat(np.arange(len(places)), counts),
            self.grades[rows],
            self.crowd[places],
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one scorer under one split; None where the pairs cannot tell."""

    pairs: int
    rmse: float
    mse: float
    mae: float
    r2: float | None
    pearson: float | None
    tau_c: float | None
    tau_b: float | None
    auc: float | None
    ece: float


def figures(truth: Truth, predicted: Numbers, *, ranks: bool = True) -> Figures:
    """Everything that is known of these predictions; the taus are in hundredths, as in papers.

    ranks says whether they tell pairs apart at all. The constants of several folds differ by
    chance, and rank nothing.
    """
    error = predicted - truth.target
    order = predicted if ranks else np.zeros(len(predicted))
    mse = float(np.mean(error**2))
    spread = float(np.var(truth.target))
    seen = ~np.isnan(truth.crowd)
    return Figures(
        pairs=len(predicted),
        rmse=float(np.sqrt(mse)),
        mse=mse,
        mae=float(np.mean(np.abs(error))),
        r2=1 - mse / spread if spread else None,
        pearson=pearson(truth.target, order),
        tau_c=tau(order[truth.graded], truth.grades, "c"),
        tau_b=tau(order[seen], truth.crowd[seen], "b"),
        auc=auc(truth.target >= MATCHES_FROM, order),
        ece=ece(truth.target, predicted),
    )


def varies(values: Numbers) -> bool:
    """Whether there is anything to rank."""
    return len(values) > 1 and float(np.ptp(values)) > 0


def pearson(target: Numbers, predicted: Numbers) -> float | None:
    """The linear correlation."""
    if not (varies(target) and varies(predicted)):
        return None
    return float(np.corrcoef(target, predicted)[0, 1])


def tau(predicted: Numbers, judged: Numbers, variant: str) -> float | None:
    """Kendall's rank correlation times 100."""
    if not (varies(predicted) and varies(judged)):
        return None
    from scipy.stats import kendalltau

    return 100 * float(kendalltau(predicted, judged, variant=variant).statistic)


def auc(matches: NDArray[np.bool_], predicted: Numbers) -> float | None:
    """How often a matching pair is ranked above another one."""
    right, wrong = int(matches.sum()), int((~matches).sum())
    if not right or not wrong:
        return None
    from scipy.stats import rankdata

    ranks = rankdata(predicted)
    return float((ranks[matches].sum() - right * (right + 1) / 2) / (right * wrong))


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with like predictions: how many, what was predicted and what was so, on average."""

    pairs: int
    predicted: float
    target: float


def reliability_curve(target: Numbers, predicted: Numbers, bins: int = BINS) -> list[Bin]:
    """Predictions in equal steps from 0 to 1 beside what people said."""
    place = np.clip((predicted * bins).astype(int), 0, bins - 1)
    return [
        Bin(int(here.sum()), float(predicted[here].mean()), float(target[here].mean()))
        for here in (place == number for number in range(bins))
        if here.any()
    ]


def ece(target: Numbers, predicted: Numbers) -> float:
    """The mean distance between what was predicted and what was so, over the steps."""
    curve = reliability_curve(target, predicted)
    return sum(one.pairs * abs(one.predicted - one.target) for one in curve) / len(target)


def interval(
    groups: NDArray[np.intp],
    figure: Callable[[NDArray[np.intp]], float | None],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Bounds | None:
    """Between what bounds a figure lies in 95 of 100 resamples of whole groups (pictures)."""
    members = places_by_group(groups)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        drawn = rng.integers(len(members), size=len(members))
        value = figure(np.concatenate([members[number] for number in drawn]))
        if value is not None:
            found.append(value)
    if not found:
        return None
    low, high = np.percentile(found, INTERVAL)
    return float(low), float(high)


def places_by_group(groups: NDArray[np.intp]) -> Sequence[NDArray[np.intp]]:
    """The places of each group's members."""
    order = np.argsort(groups, kind="stable")
    _, starts = np.unique(groups[order], return_index=True)
    return np.split(order, starts[1:])
