"""What scorers learn from, in memory: vectors of pictures and texts, and what people said."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.encoder.class_names import ClassNames
from service.errors import Conflict
from service.learn.adapter import Taught
from service.learn.figures import Numbers, Truth
from service.learn.methods import Setting
from service.learn.own_captions import Captioned, Words, captioned
from service.learn.spaces import USUAL, Reread, Space, Turning, aligned_space, turned_space
from service.scoring.features import NOWHERE, FeatureMap, Places
from service.scoring.fitting import fit_features
from service.scoring.rows import Matrix


class CaptionsUnknown(Conflict):
    """The words of these texts were not read, so captions tell nothing. Train on stored data."""


@dataclass(frozen=True, slots=True)
class PairVectors:
    """Vectors of pictures and texts, a row each.

    written_for names the picture a text was written for, if that is here; captions are the texts
    that describe their pictures. Where the two towers have no space in common, or texts are turned
    in the one they have, align says that this is to be fitted inside every fold, as the setting
    says; where the text tower itself learns from captions, reread has it learn anew. names are of
    the picture tower's classes, where these come beside what is fitted. Where the texts' words are
    known, pairs have features of the picture's own captions as well.
    """

    pictures: Matrix
    keys: NDArray[np.int64]
    texts: Matrix
    facts: Matrix
    written_for: Places
    captions: Places
    align: bool = False
    setting: Setting | Turning = USUAL
    words: Words | None = None
    reread: Reread | None = None
    names: ClassNames | None = None

    def read_by(self, captions: Places) -> Matrix:
        """The texts, as a tower reads them that has learnt from these captions only."""
        return self.texts if self.reread is None else self.reread(captions)

    def written_for_key(self) -> NDArray[np.int64]:
        """The key of the picture each text was written for."""
        known = self.written_for != NOWHERE
        return np.where(known, self.keys[self.written_for], NOWHERE)

    def captioned(self) -> Captioned:
        """Every picture's captions, those of held-out ones too: a search knows them as well."""
        if self.words is None:
            raise CaptionsUnknown
        owner = self.written_for[self.captions]
        return captioned(self.texts, self.words, self.captions, owner, len(self.pictures))


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
        found = self.features.pairs(pictures, texts, row, line)
        if vectors.words is None:
            return found
        heard = vectors.captioned().heard(vectors.texts, vectors.words, picture, text)
        return np.hstack([found, heard.columns()])


def fitted(vectors: PairVectors, training: NDArray[np.bool_], *, seed: int) -> Fitted:
    """Fit everything on the training pictures and their captions, and on nothing else."""
    captions = vectors.captions[training[vectors.written_for[vectors.captions]]]
    rows = np.flatnonzero(training)
    owner = np.searchsorted(rows, vectors.written_for[captions])
    read = vectors.read_by(captions)
    space = space_of(vectors, read, training, captions)
    pictures, texts = space.pictures(vectors.pictures), space.texts(read)
    features = fit_features(
        pictures=pictures[rows],
        keys=list(vectors.keys[rows]),
        captions=texts[captions],
        owner=owner,
        seed=seed,
    )
    there = replace(vectors, pictures=pictures, texts=texts, align=False, reread=None)
    return Fitted(there, features, space)


def space_of(
    vectors: PairVectors, texts: Matrix, training: NDArray[np.bool_], captions: Places
) -> Space:
    """The space that the training pictures and their captions teach."""
    setting = vectors.setting
    owner = vectors.written_for[captions]
    if not vectors.align:
        return Space()
    if isinstance(setting, Turning):
        judged = setting.judged
        written = vectors.written_for[judged.texts]
        known = training[judged.pictures] & ((written == NOWHERE) | training[written])
        own = Taught(owner, captions, np.ones(len(captions)))
        return turned_space(vectors.pictures, texts, own, setting, known)
    rows = np.flatnonzero(training)
    places = np.searchsorted(rows, owner)
    return aligned_space(vectors.pictures[rows], texts, captions, places, setting, vectors.names)
