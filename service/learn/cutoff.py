"""The cutoff: below which probability a picture is not worth showing, chosen from data.

Captions of training pictures are asked as queries, and so are a few words out of them and nonsense,
of which the scorer has learnt from neither. Two ways lead from there to a cutoff.

*By what is found* (the usual one): what nearly all nonsense stays below lies under what nearly all
captions give their own picture and nearly all short queries their best one; the cutoff is taken
between, nearer to the nonsense. Where the two overlap, captions come first.

*By precision*: the lowest probability from which on, of all that captions and short queries bring,
the share that is stated matches. Probabilities are calibrated, so their mean is that share.

A scorer that hears captions is asked with them and without: pictures of either sort are searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from service.learn.figures import Numbers
from service.learn.implied import halves
from service.learn.material import Material, Texts
from service.learn.own_captions import Captioned, Words
from service.learn.pairs import PairVectors
from service.scoring.features import Places
from service.scoring.files import TrainedScorer
from service.scoring.rows import Matrix

# Of captions, this share may lose its own picture; of nonsense, this share may find something.
MAY_LOSE = 0.04
MAY_FIND = 0.04
TOWARDS_CAPTIONS = 0.2
QUERIES = 300
NEAREST = 100
QUANTILES = 40
# Fewer results than this say nothing of a precision.
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Cut:
    """A cutoff and what it does.

    answered is the share of captions whose own picture stays, refused that of nonsense that finds
    nothing; precision is the mean probability of what captions are shown, which calibration makes
    an expected precision, and shown how many pictures that is. stated is the precision that was
    asked for, if any was. best are quantiles of the best probability that a short query finds, for
    what searches find later to be held against.
    """

    cutoff: float
    answered: float
    refused: float
    precision: float
    shown: float
    stated: float | None = None
    best: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """The training pictures as a search sees them, with what their captions say or without."""

    pictures: Matrix
    keys: Places
    trained: TrainedScorer
    captions: Captioned | None

    def asked(self, text: Matrix, facts: Matrix, words: Words | None) -> tuple[Places, Numbers]:
        """The rows of the pictures nearest to a text, and their probabilities."""
        rows = np.argsort(-(self.pictures @ text), kind="stable")[:NEAREST]
        keys = [int(key) for key in self.keys[rows]]
        heard = None
        if self.captions is not None and words is not None:
            same = np.zeros(len(rows), np.intp)
            heard = self.captions.heard(text[None, :], words, rows, same).columns()
        return rows, self.trained.probabilities(self.pictures[rows], keys, text, facts, heard)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What queries found: each caption's own picture, the best of short ones and of nonsense."""

    own: Numbers
    short: Numbers
    none: Numbers
    shown: Numbers


def choose_cutoff(
    material: Material, trained: TrainedScorer, *, seed: int, precision: float | None = None
) -> Cut:
    """The cutoff for one scorer; a picture's own caption is no evidence among its features."""
    vectors = material.vectors
    if not len(vectors.captions):
        return Cut(0.0, 1.0, 0.0, 0.0, 0.0, precision)
    drawn = np.random.default_rng(seed + 11).permutation(vectors.captions)[:QUERIES]
    found = [answers(material, one, drawn) for one in galleries(vectors, trained)]
    cutoff = (
        max(by_found(one) for one in found)
        if precision is None
        else max(by_precision(one, precision) for one in found)
    )
    own, none, shown = (
        np.concatenate([getattr(one, name) for one in found]) for name in ("own", "none", "shown")
    )
    kept = shown[shown >= cutoff]
    return Cut(
        cutoff=round(cutoff, 4),
        answered=round(float(np.mean(own >= cutoff)), 4),
        refused=round(float(np.mean(none < cutoff)), 4) if len(none) else 0.0,
        precision=round(float(kept.mean()), 4) if len(kept) else 0.0,
        shown=round(len(kept) / len(drawn) / len(found), 2),
        stated=precision,
        best=quantiles(np.concatenate([one.short for one in found])),
    )


def quantiles(values: Numbers) -> tuple[float, ...]:
    """The middles of equal shares of the values."""
    if not len(values):
        return ()
    middles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return tuple(round(float(one), 4) for one in np.quantile(values, middles))


def by_found(found: Answers) -> float:
    """Between nonsense and captions, and under the captions in any case."""
    high = float(
        min(np.quantile(one, MAY_LOSE) for one in (found.own, found.short) if len(one))
    )  # fmt: skip
    low = float(np.quantile(found.none, 1 - MAY_FIND)) if len(found.none) else high
    return high if low >= high else low + TOWARDS_CAPTIONS * (high - low)


def by_precision(found: Answers, stated: float) -> float:
    """The lowest probability from which on so large a share of what is shown matches.

    Level results are shown together or not at all, and searches round to four places.
    """
    falling = np.sort(np.round(found.shown, 4))[::-1]
    mean = np.cumsum(falling) / np.arange(1, len(falling) + 1)
    lowest = np.flatnonzero(np.append(np.diff(falling) < 0, True))
    enough = lowest[mean[lowest] >= stated]
    # The mean only falls; where even the best results are no such share, few are shown.
    few = lowest[lowest >= min(FEWEST, len(falling)) - 1][0]
    return float(falling[max(int(enough[-1]) if len(enough) else 0, few)])


def galleries(vectors: PairVectors, trained: TrainedScorer) -> Iterator[Gallery]:
    """The pictures without captions and, where the scorer hears them, with captions."""
    yield Gallery(vectors.pictures, vectors.keys, trained, None)
    if trained.hears_captions:
        yield Gallery(vectors.pictures, vectors.keys, trained, vectors.captioned())


def answers(material: Material, gallery: Gallery, drawn: Places) -> Answers:
    """Ask captions, short queries and nonsense of these pictures."""
    vectors = material.vectors
    found = []
    for one in drawn:
        words = None if vectors.words is None else vectors.words.taken([one])
        found.append(gallery.asked(vectors.texts[one], vectors.facts[one], words))
    own = [
        scores[rows == vectors.written_for[text]].max(initial=0.0)
        for text, (rows, scores) in zip(drawn, found, strict=True)
    ]
    short, none = (best(gallery, halves(one)[1]) for one in (material.fragments, material.nonsense))
    return Answers(np.array(own), short, none, np.concatenate([scores for _, scores in found]))


def best(gallery: Gallery, texts: Texts) -> Numbers:
    """The highest probability that each text gives to any picture."""
    found = []
    for row in range(len(texts.owner)):
        words = None if texts.words is None else texts.words.taken([row])
        _, scores = gallery.asked(texts.vectors[row], texts.facts[row], words)
        found.append(scores.max(initial=0.0))
    return np.array(found)
