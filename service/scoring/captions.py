"""What a picture's own captions say of a text: features beside those of the two vectors.

People who caption a picture say what a search may ask for. In training the judged text itself, and
whatever says the same, is taken out of the captions first: it is often one of them, and would give
the answer away. A search has nothing to take out, since nobody wrote its text for the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.db.caption_vectors import Said
from service.scoring.rows import Matrix

CAPTION_NAMES = ("caption_best", "caption_mean", "caption_words", "captions")
COUNT = CAPTION_NAMES.index("captions")


@dataclass(frozen=True, slots=True)
class Heard:
    """For each of many pairs how near the captions come to the text, and how many there are.

    Cosines with the text (best and mean), and the highest share of the text's words in one caption.
    """

    best: NDArray[np.float64]
    mean: NDArray[np.float64]
    words: NDArray[np.float64]
    captions: NDArray[np.intp]

    def columns(self) -> Matrix:
        """As features."""
        known = self.captions > 0
        parts = (self.best, self.mean, self.words, np.log1p(self.captions))
        found: Matrix = np.stack(parts, axis=1).astype(np.float32)
        found[~known] = 0
        return found


def columns_of(found: Said, keys: Sequence[int]) -> Matrix:
    """The features of pictures with these keys; those of which nothing is known have zeros."""
    place = {key: row for row, key in enumerate(found.keys)}
    nothing = len(place)
    rows = [place.get(key, nothing) for key in keys]
    parts = (found.best, found.mean, found.words, found.captions)
    best, mean, words, captions = (np.append(part, 0.0)[rows] for part in parts)
    return Heard(best, mean, words, captions.astype(np.intp)).columns()
