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

from service.scoring.rows import Matrix, against, cosines, dots, softened, unit

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
    "nearest_caption",
    "words",
    "cyrillic",
    *(f"product_{number}" for number in range(PRODUCTS)),
    # Only in training: a pair that no expert graded. A crowd answers on another scale.
    "by_crowd",
)
AT = {name: place for place, name in enumerate(NAMES)}
LADDER = slice(AT["aligned"], AT["stronger"] + 1)
NEIGHBOURS = slice(AT["neighbour_captions_soft"], AT["caption_pictures_sharp"] + 1)
FACTS = slice(AT["words"], AT["cyrillic"] + 1)


@dataclass(frozen=True, slots=True)
class SeenPictures:
    """Pictures as the map looks at them, worked out once however many texts they meet."""

    raw: Matrix
    turned: Matrix
    sized: Matrix
    usual: Matrix
    near: Matrix
    weights: tuple[Matrix, Matrix]

    def taken(self, rows: Places) -> "SeenPictures":
        """Those of some rows."""
        soft, sharp = self.weights
        return SeenPictures(
            self.raw[rows],
            self.turned[rows],
            self.sized[rows],
            self.usual[rows],
            self.near[rows],
            (soft[rows], sharp[rows]),
        )


@dataclass(frozen=True, slots=True)
class SeenTexts:
    """Texts as the map looks at them."""

    raw: Matrix
    turned: Matrix
    sized: Matrix
    usual: Matrix
    said: tuple[Matrix, Matrix]
    weights: tuple[Matrix, Matrix]
    nearest: Matrix
    facts: Matrix
    owner: Places

    def taken(self, rows: Places) -> "SeenTexts":
        """Those of some rows."""
        (mean, best), (soft, sharp) = self.said, self.weights
        return SeenTexts(
            self.raw[rows],
            self.turned[rows],
            self.sized[rows],
            self.usual[rows],
            (mean[rows], best[rows]),
            (soft[rows], sharp[rows]),
            self.nearest[rows],
            self.facts[rows],
            self.owner[rows],
        )


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
        nearest = hidden.max(axis=1, initial=-1.0)
        return SeenTexts(
            vectors, turned, sized, usual, (mean, best), softened(hidden), nearest, facts, owner
        )

    def places(self, keys: Sequence[int] | None, count: int) -> Places:
        """Where in the bank each key is."""
        if keys is None or not len(self.bank_keys):
            return np.full(count, NOWHERE, np.intp)
        order = np.argsort(self.bank_keys)
        wanted = np.asarray(keys, np.int64)
        near = np.searchsorted(self.bank_keys, wanted, sorter=order)
        place = order[np.minimum(near, len(order) - 1)]
        return np.where(self.bank_keys[place] == wanted, place, NOWHERE)

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
            self.fill(found[here], pictures.taken(picture[here]), texts.taken(text[here]))
        return found

    def fill(self, into: Matrix, pictures: SeenPictures, texts: SeenTexts) -> None:
        """Write the features of pictures and texts, row by row; a single text goes with all."""
        into[:, AT["similarity"]] = dots(pictures.raw, texts.raw)
        near = cosines(pictures.turned, texts.turned, self.ladder())
        into[:, LADDER] = near
        aligned = near[:, 0]
        for of, usual in (("text", texts.usual), ("picture", pictures.usual)):
            into[:, AT[f"above_{of}"]] = (aligned - usual[:, 0]) / usual[:, 1]
            into[:, AT[f"usual_{of}"]] = usual[:, 0]
            into[:, AT[f"spread_{of}"]] = usual[:, 1]
        into[:, NEIGHBOURS] = self.by_neighbours(pictures, texts)
        into[:, AT["nearest_caption"]] = texts.nearest
        into[:, FACTS] = texts.facts
        leading = min(PRODUCTS, pictures.sized.shape[1])
        into[:, AT["product_0"] :] = 0
        products = pictures.sized[:, :leading] * texts.sized[:, :leading]
        into[:, AT["product_0"] : AT["product_0"] + leading] = products

    def ladder(self) -> Matrix:
        """How much each direction counts: all, the leading ones only, and by its strength."""
        place = np.arange(len(self.strength))
        steps = [place < count for count in (len(place), *LEADING)]
        return np.stack([*steps, self.strength, self.strength**2], axis=1).astype(np.float32)

    def by_neighbours(self, pictures: SeenPictures, texts: SeenTexts) -> Matrix:
        """What the bank says: captions of pictures like this one, pictures of captions like it."""
        rows, known = np.arange(len(pictures.raw)), texts.owner != NOWHERE
        if not len(self.bank_keys):
            return np.zeros((len(rows), 6), np.float32)
        found = []
        for said in texts.said:
            for weights in pictures.weights:
                # A text does not speak for its own picture, whose part the others share.
                rest = 1 - np.where(known, weights[rows, texts.owner], 0)
                found.append(dots(weights, said) / np.maximum(rest, 1e-6))
        found += [dots(pictures.near, weights) for weights in texts.weights]
        return np.stack(found, axis=1).astype(np.float32)

    def candidates(
        self, vectors: Matrix, keys: Sequence[int], text: Matrix, facts: Matrix
    ) -> Matrix:
        """The features of one text with each of many pictures."""
        found = np.empty((len(vectors), len(NAMES)), np.float32)
        self.fill(found, self.pictures(vectors, keys), self.texts(text[None, :], facts[None, :]))
        return found


def text_facts(texts: Sequence[str]) -> Matrix:
    """Of each text: how long it is, and the share of Cyrillic among its letters."""
    rows = []
    for text in texts:
        letters = [char for char in text.lower() if char.isalpha()]
        cyrillic = sum("а" <= char <= "я" or char == "ё" for char in letters)
        rows.append((np.log1p(len(text.split())), cyrillic / max(1, len(letters))))
    return np.array(rows, np.float32).reshape(len(rows), 2)
