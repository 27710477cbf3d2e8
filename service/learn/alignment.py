"""Two towers are aligned: regularised canonical correlation of pictures with their captions.

Looks for directions in either space along which pictures and their own captions rise and fall
together. `regularisation` is what is added to each space's variances, as a share of their
average; without it a few hundred pictures would be learned by heart. Every direction then
counts by its correlation to the power `weight`, so that those that mean little weigh little.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.encoder.alignment import Alignment, Projection
from service.errors import Invalid
from service.scoring.rows import settled

__all__ = ["Alignment", "TooFewPairs", "fit_alignment"]  # Alignment: for those who fit

Matrix = NDArray[np.float64]
Places = NDArray[np.intp]
Decomposed = tuple[Matrix, Matrix, Matrix]
FEWEST = 2


class TooFewPairs(Invalid):
    """An alignment needs at least {fewest} pictures with captions; here are {pictures}.

    Import pictures with captions first.
    """


class PairsBroken(Invalid):
    """The pairs to align cannot be used: {reason}."""


@dataclass(frozen=True, slots=True)
class Moments:
    """What the pairs come down to: means, spreads, and how they go together."""

    picture_mean: Matrix
    text_mean: Matrix
    pictures: Matrix
    texts: Matrix
    between: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The directions in which one tower's vectors vary, and how much along each."""

    variances: Matrix
    directions: Matrix

    def scale(self, regularisation: float) -> Matrix:
        """What brings every direction to the same spread, with something added to its variance."""
        raised = self.variances + regularisation * self.variances.mean()
        # A direction without any variance says nothing; without regularisation it would be all.
        least = self.variances.max(initial=0) * len(raised) * np.finfo(np.float64).eps
        scaled: Matrix = np.where(raised > least, 1 / np.sqrt(np.maximum(raised, least or 1)), 0)
        return scaled


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """Pairs taken apart: each tower's axes, and how they go together."""

    picture_mean: Matrix
    text_mean: Matrix
    pictures: Axes
    texts: Axes
    between: Matrix
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """Directions that go together, and how strongly; any number of them makes an alignment."""

    picture_mean: Matrix
    text_mean: Matrix
    pictures: Matrix
    texts: Matrix
    correlations: Matrix

    def alignment(self, *, dimension: int, weight: float = 1.0) -> Alignment:
        """The alignment by the strongest directions, or by all where there are fewer."""
        strength = self.correlations[:dimension] ** weight
        return Alignment(
            _projection(self.picture_mean, self.pictures[:, :dimension] * strength),
            _projection(self.text_mean, self.texts[:, :dimension] * strength),
        )


def fit_alignment(
    pictures: ArrayLike,
    texts: ArrayLike,
    *,
    owners: ArrayLike | None = None,
    dimension: int = 128,
    regularisation: float | tuple[float, float] = 0.1,
    weight: float = 1.0,
) -> Alignment:
    """The alignment under which pictures and their own texts come out most alike.

    `pictures` has one row a picture and `texts` one row a text, in the towers' own vectors;
    `owners` tells for each text the row of its picture, and may be left out where there is
    one text a picture. `regularisation` may differ for pictures and texts. A dimension beyond
    what the towers or the pairs can fill is cut down to that.
    """
    fitted = whitened(pictures, texts, owners=owners)
    return solve(fitted, regularisation).alignment(dimension=dimension, weight=weight)


def whitened(pictures: ArrayLike, texts: ArrayLike, *, owners: ArrayLike | None = None) -> Whitened:
    """The pairs taken apart as far as no setting matters; the dear half of fitting."""
    shown, said = np.asarray(pictures, np.float64), np.asarray(texts, np.float64)
    whose = np.arange(len(said)) if owners is None else np.asarray(owners, np.intp)
    check(shown, said, whose)
    moments = moments_of(shown, said, whose)
    left, right = axes(moments.pictures), axes(moments.texts)
    return Whitened(
        picture_mean=moments.picture_mean,
        text_mean=moments.text_mean,
        pictures=left,
        texts=right,
        between=left.directions.T @ moments.between @ right.directions,
        most=len(np.unique(whose)) - 1,
    )


def solve(fitted: Whitened, regularisation: float | tuple[float, float]) -> Solved:
    """The directions that go together, the strongest first, under one regularisation."""
    both = regularisation if isinstance(regularisation, tuple) else (regularisation,) * 2
    left, right = fitted.pictures.scale(both[0]), fitted.texts.scale(both[1])
    rotate_left, correlations, rotate_right = taken_apart(left[:, None] * fitted.between * right)
    most = min(len(correlations), fitted.most)
    pictures, texts = settled(
        fitted.pictures.directions @ (left[:, None] * rotate_left[:, :most]),
        fitted.texts.directions @ (right[:, None] * rotate_right[:most].T),
    )
    return Solved(
        picture_mean=fitted.picture_mean,
        text_mean=fitted.text_mean,
        pictures=pictures,
        texts=texts,
        correlations=np.clip(correlations[:most], 0, None),
    )


def quickly(matrix: Matrix) -> Decomposed:
    """The singular value decomposition by divide and conquer."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    return left, values, right


def taken_apart(matrix: Matrix, quick: Callable[[Matrix], Decomposed] = quickly) -> Decomposed:
    """The singular value decomposition; the quick way at times gives up on a sound matrix."""
    try:
        return quick(matrix)
    except np.linalg.LinAlgError:
        from scipy.linalg import svd

        left, values, right = svd(matrix, full_matrices=False, lapack_driver="gesvd")
    return left, values, right


def check(pictures: Matrix, texts: Matrix, owners: NDArray[np.intp]) -> None:
    """Refuse what no alignment can be learned from."""
    if len(owners) != len(texts):
        raise PairsBroken(reason=f"{len(texts)} texts have {len(owners)} owners")
    if len(owners) and not (owners.min() >= 0 and owners.max() < len(pictures)):
        raise PairsBroken(reason="a text belongs to a picture that is not there")
    if not (np.isfinite(pictures).all() and np.isfinite(texts).all()):
        raise PairsBroken(reason="a vector holds numbers that are none")
    if len(np.unique(owners)) < FEWEST:
        raise TooFewPairs(pictures=len(np.unique(owners)), fewest=FEWEST)


def moments_of(pictures: Matrix, texts: Matrix, owners: NDArray[np.intp]) -> Moments:
    """Means and covariances over all pairs, without repeating a picture for each of its texts."""
    counts = np.bincount(owners, minlength=len(pictures)).astype(np.float64)
    picture_mean, text_mean = counts @ pictures / counts.sum(), texts.mean(axis=0)
    shown, said = pictures - picture_mean, texts - text_mean
    sums = np.zeros((len(pictures), texts.shape[1]))
    np.add.at(sums, owners, said)
    return Moments(
        picture_mean=picture_mean,
        text_mean=text_mean,
        pictures=(shown.T * counts) @ shown / counts.sum(),
        texts=said.T @ said / len(said),
        between=shown.T @ sums / counts.sum(),
    )


def axes(covariance: Matrix) -> Axes:
    """A covariance taken apart."""
    variances, directions = np.linalg.eigh(covariance)
    return Axes(np.clip(variances, 0, None), directions)


def _projection(mean: Matrix, matrix: Matrix) -> Projection:
    return Projection(mean.astype(np.float32), matrix.astype(np.float32))
