"""The linear scorer: ridge regression on standardised features."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.scoring.port import Arrays, Document, Lesson, Numbers, inner_folds
from service.scoring.rows import Matrix

PENALTIES = (3.0, 30.0, 300.0)
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Linear:
    """A weight for each feature."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    offset: float
    penalty: float
    kind: str = "linear"

    def predict(self, features: Matrix) -> Numbers:
        """The weighted sum."""
        found: Numbers = (features - self.mean) / self.scale @ self.weights + self.offset
        return found

    def parts(self) -> tuple[Arrays, Document]:
        """The weights, and what was chosen."""
        arrays = {"mean": self.mean, "scale": self.scale, "weights": self.weights}
        return arrays, {"offset": self.offset, "penalty": self.penalty}


def fit_linear(lesson: Lesson) -> Linear:
    """Fit with the penalty that predicts held-out training pictures best."""
    known = lesson.careful()
    fold = inner_folds(known, FOLDS)
    return ridge(known, min(PENALTIES, key=lambda penalty: held_out_error(known, fold, penalty)))


def held_out_error(lesson: Lesson, fold: NDArray[np.intp], penalty: float) -> float:
    """The squared error on pictures that were not fitted."""
    error = 0.0
    for number in range(FOLDS):
        held = fold == number
        if held.any() and not held.all():
            found = ridge(lesson.taken(~held), penalty).predict(lesson.features[held])
            error += float(lesson.weight[held] @ (found - lesson.target[held]) ** 2)
    return error


def ridge(lesson: Lesson, penalty: float) -> Linear:
    """Least squares with a penalty on the weights."""
    features = lesson.features.astype(np.float64)
    share = lesson.weight / lesson.weight.sum()
    mean = share @ features
    scale = np.sqrt(share @ (features - mean) ** 2)
    # A feature that never varies here must not explode where it does.
    still = scale < 1e-9  # noqa: PLR2004 - nothing but rounding
    scale[still] = 1.0
    rows = (features - mean) / scale
    rows[:, still] = 0
    offset = float(share @ lesson.target)
    weighted = rows * lesson.weight[:, None]
    square = weighted.T @ rows + penalty * np.eye(rows.shape[1])
    weights = np.linalg.solve(square, weighted.T @ (lesson.target - offset))
    return Linear(mean, scale, weights, offset, penalty)


def restore_linear(arrays: Mapping[str, NDArray[Any]], document: Document) -> Linear:
    """As it was stored."""
    return Linear(
        arrays["mean"],
        arrays["scale"],
        arrays["weights"],
        float(document["offset"]),
        float(document["penalty"]),
    )
