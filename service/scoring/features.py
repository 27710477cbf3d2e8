"""What a scorer sees of a picture and a text: the same in training, in search and for one pair.

Nothing here looks at the other candidates of a search. What is relative is relative to what was
fitted on the training pictures and is kept with the scorer: how near such pictures usually are to
a text and such texts to a picture, and a bank of training pictures with their captions. A picture
is never its own neighbour in the bank, nor a text a neighbour of the picture it was written for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from service.scoring.rows import Matrix, against, cosine, softened, unit

Places = NDArray[np.intp]

LEADING = (8, 16, 32, 64)
PRODUCTS = 32
CHUNK = 4096
NOWHERE = -1

NAMES = (
    "similarity",
    "aligned",
    *(f"leading_{count}" for count in LEADING),
    "strong",
    "stronger",
    "above_text",
    "usual_text",
    "spread_text",
    "above_picture",
    "usual_picture",
    "spread_picture",
    "neighbour_captions_soft",
    "neighbour_captions_sharp",
    "neighbour_best_soft",
    "neighbour_best_sharp",
    "caption_pictures_soft",
    "caption_pictures_sharp",
    "words",
    "cyrillic",
    *(f"product_{number}" for number in range(PRODUCTS)),
    # Only in training: a pair that no expert graded. A crowd answers on another scale.
    "by_crowd",
)
AT = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class SeenPictures:
    """Pictures as the map looks at them, worked out once however many texts they meet."""

    raw: Matrix
    turned: Matrix
    sized: Matrix
    usual: Matrix
    near: Matrix
    weights: tuple[Matrix, Matrix]


@dataclass(frozen=True, slots=True)
class SeenTexts:
    """Texts as the map looks at them."""

    raw: Matrix
    turned: Matrix
    sized: Matrix
    usual: Matrix
    said: tuple[Matrix, Matrix]
    weights: tuple[Matrix, Matrix]
    facts: Matrix
    owner: Places


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """Everything about features that was fitted, as arrays that can be stored."""

    picture_mean: Matrix
    text_mean: Matrix
    picture_turn: Matrix
    text_turn: Matrix
    strength: Matrix
    picture_centre: Matrix
    picture_spread: Matrix
    text_centre: Matrix
    text_spread: Matrix
    bank_keys: NDArray[np.int64]
    bank_pictures: Matrix
    bank_captions: Matrix
    bank_owner: NDArray[np.int64]

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """The arrays by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "FeatureMap":
        """As they were stored."""
        return cls(**{one.name: arrays[one.name] for one in fields(cls)})  # type: ignore[arg-type]

    def pictures(self, vectors: Matrix, keys: Sequence[int] | None = None) -> SeenPictures:
        """Look at pictures; those whose keys are in the bank do not count as their neighbours."""
        turned = np.asarray((vectors - self.picture_mean) @ self.picture_turn, np.float32)
        sized = unit(turned)
        near = sized @ self.bank_pictures.T
        own = self.places(keys, len(vectors))
        rows = np.flatnonzero(own != NOWHERE)
        near[rows, own[rows]] = -np.inf
        usual = against(sized, self.text_centre, self.text_spread)
        weights = softened(near)
        near[rows, own[rows]] = 0
        return SeenPictures(vectors, turned, sized, usual, near, weights)

    def texts(
        self, vectors: Matrix, facts: Matrix, written_for: Sequence[int] | None = None
    ) -> SeenTexts:
        """Look at texts; written_for names the picture, by key, that a text belongs to."""
        turned = np.asarray((vectors - self.text_mean) @ self.text_turn, np.float32)
        sized = unit(turned)
        owner = self.places(written_for, len(vectors))
        mean, best = self.said(sized)
        rows = np.flatnonzero(owner != NOWHERE)
        hidden = best.copy()
        hidden[rows, owner[rows]] = -np.inf
        mean[rows, owner[rows]] = best[rows, owner[rows]] = 0
        usual = against(sized, self.picture_centre, self.picture_spread)
        return SeenTexts(
            vectors, turned, sized, usual, (mean, best), softened(hidden), facts, owner
        )

    def places(self, keys: Sequence[int] | None, count: int) -> Places:
        """Where in the bank each key is."""
        if keys is None or not len(self.bank_keys):
            return np.full(count, NOWHERE, np.intp)
        known = {int(key): place for place, key in enumerate(self.bank_keys)}
        return np.array([known.get(int(key), NOWHERE) for key in keys], np.intp)

    def said(self, texts: Matrix) -> tuple[Matrix, Matrix]:
        """How near each text is to the captions of each picture of the bank: mean and best."""
        pictures = len(self.bank_keys)
        if not pictures:
            return np.zeros((len(texts), 0), np.float32), np.zeros((len(texts), 0), np.float32)
        near = texts @ self.bank_captions.T
        starts = np.searchsorted(self.bank_owner, np.arange(pictures))
        counts = np.diff(np.append(starts, len(self.bank_owner)))
        mean = np.add.reduceat(near, starts, axis=1) / counts.astype(np.float32)
        return mean.astype(np.float32), np.maximum.reduceat(near, starts, axis=1)

    def pairs(
        self, pictures: SeenPictures, texts: SeenTexts, picture: Places, text: Places
    ) -> Matrix:
        """The features of these pairs, a row each; the places name rows of what was looked at."""
        found = np.empty((len(picture), len(NAMES)), np.float32)
        for at in range(0, len(picture), CHUNK):
            here = slice(at, at + CHUNK)
            self.fill(found[here], pictures, texts, picture[here], text[here])
        return found

    def fill(
        self, into: Matrix, pictures: SeenPictures, texts: SeenTexts, picture: Places, text: Places
    ) -> None:
        """Write the features of some pairs."""
        products = pictures.turned[picture] * texts.turned[text]
        squares = pictures.turned[picture] ** 2, texts.turned[text] ** 2
        columns = [self.joint(pictures, texts, picture, text)]
        columns.append(cosine(products, squares, products.shape[1]))
        columns += [cosine(products, squares, count) for count in LEADING]
        for power in (1, 2):
            weight = self.strength**power
            size = np.sqrt((squares[0] @ weight) * (squares[1] @ weight))
            column = (products @ weight) / np.maximum(size, 1e-9)
            columns.append(np.asarray(column, np.float32))
        for usual in (texts.usual[text], pictures.usual[picture]):
            columns += [(columns[1] - usual[:, 0]) / usual[:, 1], usual[:, 0], usual[:, 1]]
        columns += self.by_neighbours(pictures, texts, picture, text)
        columns += list(texts.facts[text].T)
        into[:, : len(columns)] = np.stack(columns, axis=1)
        into[:, len(columns) :] = 0
        leading = min(PRODUCTS, products.shape[1])
        sized = pictures.sized[picture, :leading] * texts.sized[text, :leading]
        into[:, len(columns) : len(columns) + leading] = sized

    def joint(
        self, pictures: SeenPictures, texts: SeenTexts, picture: Places, text: Places
    ) -> Matrix:
        """The encoder's own similarity."""
        found: Matrix = np.einsum("ij,ij->i", pictures.raw[picture], texts.raw[text])
        return found

    def by_neighbours(
        self, pictures: SeenPictures, texts: SeenTexts, picture: Places, text: Places
    ) -> list[Matrix]:
        """What the bank says: captions of pictures like this one, pictures of captions like it."""
        if not len(self.bank_keys):
            return [np.zeros(len(picture), np.float32)] * 6
        owner = texts.owner[text]
        found = []
        for said in texts.said:
            for weights in pictures.weights:
                own = np.where(owner == NOWHERE, 0, weights[picture, owner])
                whole = np.einsum("ij,ij->i", weights[picture], said[text])
                found.append(whole / np.maximum(1 - own, 1e-6))
        return found + [
            np.einsum("ij,ij->i", weights[text], pictures.near[picture])
            for weights in texts.weights
        ]

    def candidates(
        self, vectors: Matrix, keys: Sequence[int], text: Matrix, facts: Matrix
    ) -> Matrix:
        """The features of one text with each of many pictures."""
        seen = self.pictures(vectors, keys)
        asked = self.texts(text[None, :], facts[None, :])
        everyone = np.arange(len(vectors))
        return self.pairs(seen, asked, everyone, np.zeros(len(vectors), np.intp))


def text_facts(texts: Sequence[str]) -> Matrix:
    """Of each text: how long it is, and the share of Cyrillic among its letters."""
    rows = []
    for text in texts:
        letters = [char for char in text.lower() if char.isalpha()]
        cyrillic = sum("а" <= char <= "я" or char == "ё" for char in letters)
        rows.append((np.log1p(len(text.split())), cyrillic / max(1, len(letters))))
    return np.array(rows, np.float32).reshape(len(rows), 2)
