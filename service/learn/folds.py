"""Which pairs are learnt from and which are held out: by picture, strictly, and 70 to 30."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]

FOLDS = 5
TRAINING_SHARE = 0.7
GROUPED, STRICT, SHARES = "grouped", "strict", "70:30"


@dataclass(frozen=True, slots=True)
class Fold:
    """Which pictures may be learnt from, and which pairs are predicted by what was learnt.

    Everything that is fitted sees the training pictures only: their pairs and their captions.
    """

    training: NDArray[np.bool_]
    tested: Places


def assigned(pictures: int, folds: int, *, seed: int) -> Places:
    """A fold for each picture, all of nearly the same size."""
    order = np.random.default_rng(seed).permutation(pictures)
    numbers = np.empty(pictures, np.intp)
    numbers[order] = np.arange(pictures) % folds
    return numbers


def grouped(picture: Places, pictures: int, *, seed: int, folds: int = FOLDS) -> Iterator[Fold]:
    """Every picture is held out once, with all its pairs and captions."""
    fold = assigned(pictures, folds, seed=seed)
    for number in range(folds):
        tested = np.flatnonzero(fold[picture] == number)
        if len(tested):
            yield Fold(fold != number, tested)


def strict(
    picture: Places, written_for: Places, pictures: int, *, seed: int, folds: int = FOLDS
) -> Iterator[Fold]:
    """As grouped, and the picture that the text was written for is held out as well.

    Texts of unknown pictures are their own pictures' only.
    """
    fold = assigned(pictures, folds, seed=seed)
    first = fold[picture]
    second = np.where(written_for < 0, first, fold[written_for])
    for one, other in combinations_with_replacement(range(folds), 2):
        here = ((first == one) & (second == other)) | ((first == other) & (second == one))
        if here.any():
            yield Fold((fold != one) & (fold != other), np.flatnonzero(here))


def shares(picture: Places, pictures: int, *, seed: int) -> Iterator[Fold]:
    """Seventy of a hundred pictures are learnt from, the others are predicted."""
    order = np.random.default_rng(seed).permutation(pictures)
    training = np.zeros(pictures, bool)
    training[order[: round(TRAINING_SHARE * pictures)]] = True
    yield Fold(training, np.flatnonzero(~training[picture]))
