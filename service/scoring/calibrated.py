"""A scorer with the curve that makes probabilities of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.scoring.blend import PARTS, Blend, shares
from service.scoring.calibration import Calibration, isotonic
from service.scoring.kinds import ALONE, BLEND, SIMPLE
from service.scoring.port import Lesson, Numbers, Scorer, out_of_fold
from service.scoring.rows import Matrix

FOLDS = 3
AS_IT_IS = Calibration((0.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Says probabilities."""

    scorer: Scorer
    curve: Calibration = AS_IT_IS

    def __call__(self, features: Matrix) -> Numbers:
        """The probability that each pair matches."""
        return self.curve(self.scorer.predict(features))


def fit_kinds(kinds: Sequence[str], lesson: Lesson) -> dict[str, Calibrated]:
    """Fit these kinds; each is calibrated on what it says of pictures that it has not seen."""
    done = {kind: Calibrated(SIMPLE[kind][0](lesson)) for kind in kinds if kind in SIMPLE}
    parts = [kind for kind in PARTS if kind in kinds or BLEND in kinds]
    held = {kind: out_of_fold(ALONE[kind][0], lesson, folds=FOLDS) for kind in parts}
    for kind in parts:
        done[kind] = Calibrated(ALONE[kind][0](lesson), curve(held[kind], lesson))
    if BLEND in kinds:
        done[BLEND] = blended(done, held, lesson)
    return {kind: done[kind] for kind in kinds}


def blended(done: dict[str, Calibrated], held: dict[str, Numbers], lesson: Lesson) -> Calibrated:
    """The blend of the fitted parts."""
    graded = lesson.careful()
    rows = lesson.careful_rows()
    weights = shares([held[kind][rows] for kind in PARTS], graded)
    together = sum(
        (weight * held[kind] for kind, weight in zip(PARTS, weights, strict=True)),
        start=0 * lesson.target,
    )
    blend = Blend(tuple(done[kind].scorer for kind in PARTS), weights)
    return Calibrated(blend, curve(together, lesson))


def curve(held: Numbers, lesson: Lesson) -> Calibration:
    """The calibration for what was said of held-out pairs."""
    graded = lesson.careful()
    return isotonic(held[lesson.careful_rows()], graded.target, graded.weight)
