"""The two scorers that everything else must beat: the constant mean, and plain cosine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.scoring.calibration import Calibration, isotonic
from service.scoring.features import AT
from service.scoring.port import Arrays, Document, Lesson, Numbers
from service.scoring.rows import Matrix

SIMILARITY = AT["similarity"]


@dataclass(frozen=True, slots=True)
class Constant:
    """Says the same of every pair."""

    mean: float
    kind: str = "constant"

    def predict(self, features: Matrix) -> Numbers:
        """The mean target of the training pairs."""
        return np.full(len(features), self.mean)

    def parts(self) -> tuple[Arrays, Document]:
        """The one number."""
        return {}, {"mean": self.mean}


def fit_constant(lesson: Lesson) -> Constant:
    """The mean of what experts said."""
    known = lesson.careful()
    return Constant(float(np.average(known.target, weights=known.weight)))


def restore_constant(_: Mapping[str, NDArray[Any]], document: Document) -> Constant:
    """As it was stored."""
    return Constant(float(document["mean"]))


@dataclass(frozen=True, slots=True)
class Cosine:
    """The similarity of the vectors, through a rising curve."""

    curve: Calibration
    kind: str = "cosine"

    def predict(self, features: Matrix) -> Numbers:
        """Where the similarity lies on the curve."""
        return self.curve(features[:, SIMILARITY].astype(np.float64))

    def parts(self) -> tuple[Arrays, Document]:
        """The curve's points."""
        return {}, {"curve": self.curve.to_json()}


def fit_cosine(lesson: Lesson) -> Cosine:
    """The curve nearest to the targets."""
    known = lesson.careful()
    similarity = known.features[:, SIMILARITY].astype(np.float64)
    return Cosine(isotonic(similarity, known.target, known.weight))


def restore_cosine(_: Mapping[str, NDArray[Any]], document: Document) -> Cosine:
    """As it was stored."""
    return Cosine(Calibration.from_json(document["curve"]))
