"""The cutoff: below which probability a picture is not worth showing, chosen from data.

Captions of training pictures are asked as queries, and so are a few words out of them and nonsense,
of which the scorer has learnt from neither. What nearly all nonsense stays below lies under what
nearly all captions give their own picture and nearly all short queries their best one; the cutoff
is taken between, nearer to the nonsense. Where the two overlap, captions come first.
"""

from dataclasses import dataclass

import numpy as np

from service.learn.data import Material, Texts
from service.learn.figures import Numbers
from service.learn.implied import halves
from service.scoring.features import Matrix
from service.scoring.files import TrainedScorer

# Of captions, this share may lose its own picture; of nonsense, this share may find something.
MAY_LOSE = 0.04
MAY_FIND = 0.04
TOWARDS_CAPTIONS = 0.2
QUERIES = 300
NEAREST = 100


@dataclass(frozen=True, slots=True)
class Cut:
    """A cutoff and what it does.

    answered is the share of captions whose own picture stays, refused that of nonsense that finds
    nothing; precision is the mean probability of what captions are shown, which calibration makes
    an expected precision, and shown how many pictures that is.
    """

    cutoff: float
    answered: float
    refused: float
    precision: float
    shown: float


def choose_cutoff(material: Material, trained: TrainedScorer, *, seed: int) -> Cut:
    """The cutoff for one scorer; a picture's own caption is no evidence among its features."""
    vectors = material.vectors
    if not len(vectors.captions):
        return Cut(0.0, 1.0, 0.0, 0.0, 0.0)
    drawn = np.random.default_rng(seed + 11).permutation(vectors.captions)[:QUERIES]
    found = [near(material, trained, vectors.texts[one], vectors.facts[one]) for one in drawn]
    own = np.array([
        scores[rows == vectors.written_for[text]].max(initial=0.0)
        for text, (rows, scores) in zip(drawn, found, strict=True)
    ])  # fmt: skip
    short, none = (best(material, trained, halves(one)[1]) for one in (
        material.fragments, material.nonsense
    ))  # fmt: skip
    high = float(min(np.quantile(one, MAY_LOSE) for one in (own, short) if len(one)))
    low = float(np.quantile(none, 1 - MAY_FIND)) if len(none) else high
    cutoff = high if low >= high else low + TOWARDS_CAPTIONS * (high - low)
    shown = np.concatenate([scores[scores >= cutoff] for _, scores in found])
    return Cut(
        cutoff=round(cutoff, 4),
        answered=round(float(np.mean(own >= cutoff)), 4),
        refused=round(float(np.mean(none < cutoff)), 4) if len(none) else 0.0,
        precision=round(float(shown.mean()), 4) if len(shown) else 0.0,
        shown=round(len(shown) / len(drawn), 2),
    )


def best(material: Material, trained: TrainedScorer, texts: Texts) -> Numbers:
    """The highest probability that each text gives to any picture."""
    return np.array([
        near(material, trained, vector, facts)[1].max(initial=0.0)
        for vector, facts in zip(texts.vectors, texts.facts, strict=True)
    ])  # fmt: skip


def near(
    material: Material, trained: TrainedScorer, text: Matrix, facts: Matrix
) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Numbers]:
    """The rows of the pictures nearest to a text, and their probabilities."""
    vectors = material.vectors
    rows = np.argsort(-(vectors.pictures @ text), kind="stable")[:NEAREST]
    keys = [int(key) for key in vectors.keys[rows]]
    return rows, trained.probabilities(vectors.pictures[rows], keys, text, facts)
