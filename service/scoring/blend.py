"""The blend: the other scorers' answers, weighted as they did best on held-out pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.scoring.boosting import fit_boosting, restore_boosting
from service.scoring.linear import fit_linear, restore_linear
from service.scoring.network import fit_network, restore_network
from service.scoring.port import Arrays, Document, Fit, Lesson, Numbers, Restore, Scorer
from service.scoring.rows import Matrix

PARTS: dict[str, tuple[Fit, Restore]] = {
    "linear": (fit_linear, restore_linear),
    "network": (fit_network, restore_network),
    "boosting": (fit_boosting, restore_boosting),
}


@dataclass(frozen=True, slots=True)
class Blend:
    """Scorers and how much each counts."""

    scorers: tuple[Scorer, ...]
    weights: tuple[float, ...]
    kind: str = "blend"

    def predict(self, features: Matrix) -> Numbers:
        """The weighted mean of the answers."""
        found = np.zeros(len(features))
        for scorer, weight in zip(self.scorers, self.weights, strict=True):
            if weight:
                found += weight * scorer.predict(features)
        return found

    def parts(self) -> tuple[Arrays, Document]:
        """Everybody's parts under their names."""
        arrays: Arrays = {}
        document: Document = {"weights": list(self.weights)}
        for scorer in self.scorers:
            own, said = scorer.parts()
            arrays |= {f"{scorer.kind}.{name}": array for name, array in own.items()}
            document[scorer.kind] = said
        return arrays, document


def shares(held: Sequence[Numbers], lesson: Lesson) -> tuple[float, ...]:
    """How much each counts, by what it said of pictures it had not seen; together one."""
    from scipy.optimize import nnls

    root = np.sqrt(lesson.weight)
    weights, _ = nnls(np.column_stack(held) * root[:, None], lesson.target * root)
    total = float(weights.sum())
    return tuple(float(one / total) if total else 1 / len(held) for one in weights)


def restore_blend(arrays: Mapping[str, NDArray[Any]], document: Document) -> Blend:
    """As it was stored."""
    scorers = []
    for kind, (_, restore) in PARTS.items():
        start = f"{kind}."
        own = {
            name.removeprefix(start): each
            for name, each in arrays.items()
            if name.startswith(start)
        }
        scorers.append(restore(own, document[kind]))
    return Blend(tuple(scorers), tuple(document["weights"]))
