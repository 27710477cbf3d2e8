"""Two towers are aligned: regularised canonical correlation of pictures with their captions.

Looks for directions in either space along which pictures and their own captions rise and fall
together. `regularisation` is what is added to each space's variances, as a share of their
average; without it a few hundred pictures would be learned by heart. Every direction then
counts by its correlation to the power `weight`, so that those that mean little weigh little.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.encoder.alignment import Alignment, Projection
from service.errors import Invalid

__all__ = ["Alignment", "TooFewPairs", "fit_alignment"]

Matrix = NDArray[np.float64]
FEWEST = 2


class TooFewPairs(Invalid):
    """An alignment needs at least two pictures with captions; here are {pictures}.

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
    shown, said = np.asarray(pictures, np.float64), np.asarray(texts, np.float64)
    whose = np.arange(len(said)) if owners is None else np.asarray(owners, np.intp)
    check(shown, said, whose)
    moments = moments_of(shown, said, whose)
    both = regularisation if isinstance(regularisation, tuple) else (regularisation,) * 2
    left, right = whitening(moments.pictures, both[0]), whitening(moments.texts, both[1])
    rotate_left, correlations, rotate_right = np.linalg.svd(
        left @ moments.between @ right, full_matrices=False
    )
    most = min(dimension, len(correlations), len(np.unique(whose)) - 1)
    strength = np.clip(correlations[:most], 0, None) ** weight
    return Alignment(
        _projection(moments.picture_mean, left @ rotate_left[:, :most] * strength),
        _projection(moments.text_mean, right @ rotate_right[:most].T * strength),
    )


def check(pictures: Matrix, texts: Matrix, owners: NDArray[np.intp]) -> None:
    """Refuse what no alignment can be learned from."""
    if len(owners) != len(texts):
        raise PairsBroken(reason=f"{len(texts)} texts have {len(owners)} owners")
    if len(owners) and not (owners.min() >= 0 and owners.max() < len(pictures)):
        raise PairsBroken(reason="a text belongs to a picture that is not there")
    if not (np.isfinite(pictures).all() and np.isfinite(texts).all()):
        raise PairsBroken(reason="a vector holds numbers that are none")
    if len(np.unique(owners)) < FEWEST:
        raise TooFewPairs(pictures=len(np.unique(owners)))


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


def whitening(covariance: Matrix, regularisation: float) -> Matrix:
    """The inverse square root of a covariance with something added to its diagonal."""
    values, vectors = np.linalg.eigh(covariance)
    values = np.clip(values, 0, None)
    floor = regularisation * values.mean()
    # A direction without any variance says nothing; without regularisation it would be all.
    kept = values + floor > values.max(initial=0) * len(values) * np.finfo(np.float64).eps
    scale = np.where(kept, 1 / np.sqrt(np.where(kept, values + floor, 1)), 0)
    whitened: Matrix = (vectors * scale) @ vectors.T
    return whitened


def _projection(mean: Matrix, matrix: Matrix) -> Projection:
    return Projection(mean.astype(np.float32), matrix.astype(np.float32))
