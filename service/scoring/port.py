"""The Scorer port: what everything that predicts from features offers, and what it is fitted on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from service.scoring.features import AT, Places
from service.scoring.rows import Matrix

Numbers = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]
Document = dict[str, Any]

CAREFUL_ENOUGH = 200


class Scorer(Protocol):
    """Something that predicts, from features, how well texts fit pictures."""

    @property
    def kind(self) -> str:
        """Which scorer it is."""

    def predict(self, features: Matrix) -> Numbers:
        """A number for each row, mostly between 0 and 1; calibration makes a probability of it."""

    def parts(self) -> tuple[Arrays, Document]:
        """Everything that was learnt, as arrays and as plain values."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Pairs to learn from: features, targets, how much each pair counts, and its picture."""

    features: Matrix
    target: Numbers
    weight: Numbers
    group: Places
    seed: int

    def taken(self, rows: Places | NDArray[np.bool_]) -> "Lesson":
        """Some of the pairs."""
        return Lesson(
            self.features[rows], self.target[rows], self.weight[rows], self.group[rows], self.seed
        )

    def narrow(self, width: int) -> "Lesson":
        """The same with the first features only."""
        return replace(self, features=self.features[:, :width])

    def careful_rows(self) -> NDArray[np.bool_]:
        """The pairs that experts graded, where those are enough; else all.

        A crowd that answers yes or no uses another scale, which simple scorers cannot tell apart.
        """
        graded = self.features[:, AT["by_crowd"]] == 0
        found: NDArray[np.bool_] = graded if graded.sum() >= CAREFUL_ENOUGH else graded | True
        return found

    def careful(self) -> "Lesson":
        """The same with those pairs only."""
        return self.taken(self.careful_rows())


Fit = Callable[[Lesson], Scorer]
Restore = Callable[[Mapping[str, NDArray[Any]], Document], Scorer]


def inner_folds(lesson: Lesson, folds: int) -> Places:
    """A fold for each pair, by its picture, for what is chosen inside the training pairs."""
    _, place = np.unique(lesson.group, return_inverse=True)
    order = np.random.default_rng(lesson.seed).permutation(int(place.max(initial=0)) + 1)
    found: Places = order[place] % folds
    return found


def out_of_fold(fit: Fit, lesson: Lesson, *, folds: int) -> Numbers:
    """What is predicted of each pair by a scorer that has not seen its picture."""
    fold = inner_folds(lesson, folds)
    found = np.zeros(len(lesson.target))
    for number in range(folds):
        held = fold == number
        if held.any() and not held.all():
            found[held] = fit(lesson.taken(~held)).predict(lesson.features[held])
        elif held.any():
            found[held] = fit(lesson).predict(lesson.features[held])
    return found
