"""A joint encoder is fitted to one collection: texts are turned a little towards their pictures.

The encoder's own vectors stay what they are; a text's vector t becomes t + t·D. D is the ridge
regression of pictures on the texts that describe them, both about their means: captions count
fully for their own picture, judged texts for the judged picture as much as the judges' target says.
The stronger the ridge, the smaller D; where nothing is to be gained, D is best left at nought, so
an adapter is kept only where pictures that it has not seen are found better with it, by more than
chance explains, and people's judgements are agreed with at least as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.encoder.alignment import Alignment, Projection, unit
from service.encoder.port import Vectors
from service.learn.tuning import FOLDS, Found, beyond_chance, figures

Rows = NDArray[np.intp]
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
NO_WORSE = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """Pairs of a picture and a text, by their rows, and how much each teaches."""

    pictures: Rows
    texts: Rows
    weights: NDArray[np.float64]

    def of(self, chosen: NDArray[np.bool_]) -> "Taught":
        """Some of the pairs."""
        return Taught(self.pictures[chosen], self.texts[chosen], self.weights[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How well captions find their pictures, and how likeness goes with judgements (Spearman).

    `by_picture` is the mean reciprocal rank of each picture's own captions.
    """

    found: Found
    spearman: float | None
    by_picture: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What was tried: without and with the adapter, out of fold; the adapter where it is kept."""

    strength: float
    plain: Agreement
    adapted: Agreement
    adapter: Alignment | None


def try_adapter(
    pictures: Vectors,
    texts: Vectors,
    *,
    captions: Taught,
    judged: Taught,
    seed: int = 0,
    strengths: Sequence[float] = STRENGTHS,
    folds: int = FOLDS,
) -> Trial:
    """The adapter with the best ridge, or none where it does not measure better out of fold."""
    plain = measured(pictures, [texts] * folds, captions, judged, seed=seed)
    trials = {
        strength: measured(
            pictures,
            cross_fitted(
                pictures, texts, captions, judged, strength=strength, seed=seed, folds=folds
            ),
            captions,
            judged,
            seed=seed,
        )
        for strength in strengths
    }
    best = max(strengths, key=lambda strength: (trials[strength].found.mrr, strength))
    kept = better(trials[best], plain)
    return Trial(
        strength=best,
        plain=plain,
        adapted=trials[best],
        adapter=fit_adapter(pictures, texts, captions, judged, strength=best) if kept else None,
    )


def better(adapted: Agreement, plain: Agreement) -> bool:
    """Whether pictures are found better, beyond chance, and judgements are agreed with no less."""
    gains = adapted.by_picture - plain.by_picture
    if not beyond_chance(gains):
        return False
    if adapted.spearman is None or plain.spearman is None:
        return True
    return adapted.spearman >= plain.spearman - NO_WORSE


def fit_adapter(
    pictures: Vectors, texts: Vectors, captions: Taught, judged: Taught, *, strength: float
) -> Alignment:
    """The adapter as an alignment: pictures stay, texts are turned."""
    shown = np.concatenate([captions.pictures, judged.pictures])
    said = np.concatenate([captions.texts, judged.texts])
    weights = np.concatenate([captions.weights, judged.weights])[:, None]
    from_, to = texts[said].astype(np.float64), pictures[shown].astype(np.float64)
    width = texts.shape[1]
    from_, to = (each - (weights * each).sum(axis=0) / weights.sum() for each in (from_, to))
    squares = (from_ * weights).T @ from_ + strength * np.eye(width)
    turn = np.eye(width) + np.linalg.solve(squares, (from_ * weights).T @ to)
    nought = np.zeros(width, np.float32)
    return Alignment(
        Projection(nought, np.eye(width, dtype=np.float32)),
        Projection(nought, turn.astype(np.float32)),
    )


def fold_of(pictures: int, *, seed: int, folds: int) -> Rows:
    """Which fold each picture is in."""
    order = np.random.default_rng(seed).permutation(pictures)
    fold: Rows = np.empty(pictures, np.intp)
    fold[order] = np.arange(pictures) % folds
    return fold


def cross_fitted(
    pictures: Vectors,
    texts: Vectors,
    captions: Taught,
    judged: Taught,
    *,
    strength: float,
    seed: int,
    folds: int,
) -> list[Vectors]:
    """For each fold all texts, adapted by what the other folds' pictures teach."""
    fold = fold_of(len(pictures), seed=seed, folds=folds)
    found = []
    for held in range(folds):
        rest = (one.of(fold[one.pictures] != held) for one in (captions, judged))
        adapter = fit_adapter(pictures, texts, *rest, strength=strength)
        found.append(adapter.texts(texts))
    return found


def measured(
    pictures: Vectors, texts: Sequence[Vectors], captions: Taught, judged: Taught, *, seed: int
) -> Agreement:
    """Each fold's captions among the fold's pictures, and each fold's judged pairs."""
    fold = fold_of(len(pictures), seed=seed, folds=len(texts))
    shown = unit(pictures)
    ranks = np.zeros(len(captions.pictures), np.intp)
    galleries = []
    likeness = np.zeros(len(judged.pictures))
    for held, rows in enumerate(texts):
        gallery = np.flatnonzero(fold == held)
        asked = fold[captions.pictures] == held
        own = captions.of(asked)
        alike = rows[own.texts] @ shown[gallery].T
        best = alike[np.arange(len(own.pictures)), np.searchsorted(gallery, own.pictures)]
        ranks[asked] = (alike >= best[:, None]).sum(axis=1) - 1
        galleries.append(len(gallery))
        mine = fold[judged.pictures] == held
        pairs = judged.of(mine)
        likeness[mine] = (rows[pairs.texts] * shown[pairs.pictures]).sum(axis=1)
    counts = np.bincount(captions.pictures, minlength=len(pictures))
    sums = np.bincount(captions.pictures, 1 / (ranks + 1.0), minlength=len(pictures))
    return Agreement(
        found=figures(ranks, galleries),
        spearman=spearman(likeness, judged.weights),
        by_picture=(sums / np.maximum(counts, 1))[counts > 0],
    )


def spearman(left: NDArray[np.float64], right: NDArray[np.float64]) -> float | None:
    """The correlation of ranks; None where there is nothing to rank."""
    from scipy.stats import spearmanr

    if len(left) < 3 or np.ptp(left) == 0 or np.ptp(right) == 0:  # noqa: PLR2004 - two are a line
        return None
    return round(float(spearmanr(left, right).statistic), 4)
