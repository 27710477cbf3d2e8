"""What scorers learn from, in memory: vectors of pictures and texts, and what people said."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.learn.alignment import Alignment
from service.learn.figures import Numbers, Truth
from service.learn.methods import Lesson, Setting, fit
from service.scoring.features import NOWHERE, FeatureMap, Matrix, Places, fit_features

# How an alignment is fitted where nobody has tuned it.
USUAL = Setting(dimension=128, regularisation=(6.0, 2.0), weight=1.0)


@dataclass(frozen=True, slots=True)
class PairVectors:
    """Vectors of pictures and texts, a row each.

    written_for names the picture a text was written for, if that is here; captions are the texts
    that describe their pictures. Where the two towers have no space in common, align says that
    one is to be fitted on captions, inside every fold, as the setting says.
    """

    pictures: Matrix
    keys: NDArray[np.int64]
    texts: Matrix
    facts: Matrix
    written_for: Places
    captions: Places
    align: bool = False
    setting: Setting = USUAL

    def written_for_key(self) -> NDArray[np.int64]:
        """The key of the picture each text was written for."""
        known = self.written_for != NOWHERE
        return np.where(known, self.keys[self.written_for], NOWHERE)


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged pairs: rows of pictures and texts, and what people said of them."""

    picture: Places
    text: Places
    truth: Truth
    weight: Numbers
    by_crowd: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.picture)


@dataclass(frozen=True, slots=True)
class Space:
    """The space that pictures and texts are compared in: their own, or one they are led into."""

    alignment: Alignment | None = None

    def pictures(self, rows: Matrix) -> Matrix:
        """Pictures in it."""
        return rows if self.alignment is None else self.alignment.pictures(rows)

    def texts(self, rows: Matrix) -> Matrix:
        """Texts in it."""
        return rows if self.alignment is None else self.alignment.texts(rows)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted on some pictures: one space for both towers, and the features in it."""

    vectors: PairVectors
    features: FeatureMap
    space: Space

    def of(self, picture: Places, text: Places) -> Matrix:
        """The features of pairs."""
        shown, row = np.unique(picture, return_inverse=True)
        said, line = np.unique(text, return_inverse=True)
        vectors = self.vectors
        pictures = self.features.pictures(vectors.pictures[shown], list(vectors.keys[shown]))
        texts = self.features.texts(
            vectors.texts[said], vectors.facts[said], list(vectors.written_for_key()[said])
        )
        return self.features.pairs(pictures, texts, row, line)


def fitted(vectors: PairVectors, training: NDArray[np.bool_], *, seed: int) -> Fitted:
    """Fit everything on the training pictures and their captions, and on nothing else."""
    captions = vectors.captions[training[vectors.written_for[vectors.captions]]]
    rows = np.flatnonzero(training)
    owner = np.searchsorted(rows, vectors.written_for[captions])
    space = Space()
    if vectors.align:
        lesson = Lesson(vectors.pictures[rows], vectors.texts[captions], owner)
        space = Space(fit(lesson, vectors.setting))
    pictures, texts = space.pictures(vectors.pictures), space.texts(vectors.texts)
    features = fit_features(
        pictures=pictures[rows],
        keys=list(vectors.keys[rows]),
        captions=texts[captions],
        owner=owner,
        seed=seed,
    )
    there = PairVectors(
        pictures, vectors.keys, texts, vectors.facts, vectors.written_for, vectors.captions
    )
    return Fitted(there, features, space)
