"""The space in which pictures and texts are compared: their own, or one fitted inside a fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.domain import AllowedQuery
from service.encoder.alignment import Alignment
from service.encoder.class_names import ClassNames
from service.encoder.port import TextTower
from service.learn.adapter import Taught, fit_adapter
from service.learn.methods import Lesson, Setting, fit
from service.scoring.features import Places
from service.scoring.rows import Matrix

# How an alignment is fitted where nobody has tuned it.
USUAL = Setting(dimension=128, regularisation=(6.0, 2.0), weight=1.0, naming=0.6, sharpness=1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """A joint encoder whose texts are turned towards pictures: by how strong a ridge, and by what.

    Besides captions the judged pairs teach it, each as much as its target says.
    """

    strength: float
    judged: Taught


@dataclass(frozen=True, slots=True, eq=False)
class Reread:
    """A text tower that learns from captions, and the texts it is to read again in every fold."""

    learn: Callable[[Sequence[AllowedQuery]], TextTower]
    said: tuple[AllowedQuery, ...]

    def __call__(self, captions: Places) -> Matrix:
        """All texts as the tower reads them that has learnt from these captions."""
        return self.learn([self.said[row] for row in captions]).encode(self.said)

    def joined(self, more: Sequence[AllowedQuery]) -> "Reread":
        """The same with more texts after them."""
        return replace(self, said=(*self.said, *more))


@dataclass(frozen=True, slots=True)
class Space:
    """The space itself."""

    alignment: Alignment | None = None

    def pictures(self, rows: Matrix) -> Matrix:
        """Pictures in it."""
        return rows if self.alignment is None else self.alignment.pictures(rows)

    def texts(self, rows: Matrix) -> Matrix:
        """Texts in it."""
        return rows if self.alignment is None else self.alignment.texts(rows)


def aligned_space(
    pictures: Matrix,
    texts: Matrix,
    captions: Places,
    owner: Places,
    setting: Setting,
    names: ClassNames | None = None,
) -> Space:
    """Two towers brought together by the captions of these pictures, and by names of classes."""
    return Space(fit(Lesson(pictures, texts[captions], owner, names), setting))


def turned_space(
    pictures: Matrix,
    texts: Matrix,
    captions: Taught,
    turning: Turning,
    known: NDArray[np.bool_],
) -> Space:
    """A joint encoder's own space, texts turned by captions and by the judged pairs known."""
    judged = turning.judged.of(known)
    return Space(fit_adapter(pictures, texts, captions, judged, strength=turning.strength))
