"""Calibration: a scorer's numbers turned into probabilities that mean what they say."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# So many equally filled steps at the most: fewer pairs a step say little of it.
LEAST_IN_STEP = 40
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve through a few points; before the first and after the last it is flat."""

    raw: tuple[float, ...]
    probability: tuple[float, ...]

    def __call__(self, raw: Numbers) -> Numbers:
        """The probability of each number."""
        found = np.interp(raw, self.raw, self.probability)
        return np.clip(found, 0.0, 1.0)

    def to_json(self) -> dict[str, list[float]]:
        """As it is stored."""
        return {"raw": list(self.raw), "probability": list(self.probability)}

    @classmethod
    def from_json(cls, document: dict[str, list[float]]) -> "Calibration":
        """As it was stored."""
        return cls(tuple(document["raw"]), tuple(document["probability"]))


def isotonic(raw: Numbers, target: Numbers, weight: Numbers | None = None) -> Calibration:
    """The rising curve nearest to the targets.

    Plain isotonic regression is flat between jumps, which makes ties of what could be told apart.
    So pairs are gathered into steps, steps in the wrong order share their mean, and the curve runs
    straight between the middles of what is left; at both ends it goes on half the way to 0 and 1.
    """
    weights = np.ones(len(raw)) if weight is None else weight
    order = np.argsort(raw, kind="stable")
    steps = max(1, min(MOST_STEPS, len(raw) // LEAST_IN_STEP))
    place = (np.arange(len(raw)) * steps) // len(raw)
    mass = np.bincount(place, weights[order]).astype(np.float64)
    held = mass > 0
    x = np.bincount(place, weights[order] * raw[order])[held] / mass[held]
    y = np.bincount(place, weights[order] * target[order])[held] / mass[held]
    level = pooled(y, mass[held])
    block = np.cumsum(np.concatenate([[0], np.diff(level) > 0])).astype(np.intp)
    total = np.bincount(block, mass[held])
    middle = np.bincount(block, mass[held] * x) / total
    height = np.bincount(block, mass[held] * level) / total
    points = [(float(raw.min()), height[0] / 2), *zip(middle, height, strict=True)]
    points.append((float(raw.max()), (1 + height[-1]) / 2))
    kept = [points[0]]
    kept += [one for before, one in pairwise(points) if one[0] > before[0]]
    return Calibration(tuple(float(one[0]) for one in kept), tuple(float(one[1]) for one in kept))


def pooled(values: Numbers, weights: Numbers) -> Numbers:
    """The nearest rising values: neighbours in the wrong order share their mean."""
    means: list[float] = []
    masses: list[float] = []
    counts: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        means.append(value)
        masses.append(weight)
        counts.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            mass = masses[-2] + masses[-1]
            means[-2:] = [(means[-2] * masses[-2] + means[-1] * masses[-1]) / mass]
            masses[-2:] = [mass]
            counts[-2:] = [counts[-2] + counts[-1]]
    return np.repeat(means, counts)
