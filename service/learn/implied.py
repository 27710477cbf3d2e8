"""Pairs that nobody judged and that searches meet nevertheless, for the scorer that is served.

People judge full captions with pictures that some search had found. Searches bring other texts
and other pictures, and a scorer that never saw their like would guess. So the final fit also gets,
each pair weighing a fifth of an expert's:

- own captions, and a few words out of them, with their pictures, which match: experts give own
  captions 4 of 4 nearly always;
- captions with pictures drawn at random, which do not: a crowd says yes to 3 in 100 such pairs;
- captions with the pictures that a search for them brings. Nobody judged those, and most do not
  match; how many do is told by judged pairs that are as similar and not a picture's own caption;
- nonsense with the pictures nearest to it, which match it not at all.

Fragments and nonsense come in two halves: one is learnt from, by the other the cutoff is chosen.
The protocol's figures are those of judged pairs, with none of these in any fold.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from service.learn.figures import Truth
from service.learn.material import Material, Own, Texts
from service.learn.pairs import Judged, PairVectors
from service.scoring.calibration import Calibration, isotonic
from service.scoring.features import Places

OWN_TARGET, RANDOM_TARGET = 0.97, 0.02
MOST_CAPTIONS, MOST_SEARCHED = 2_000, 500
NEAREST = 8
IMPLIED_WEIGHT = 0.2


def halves(texts: Texts) -> tuple[Texts, Texts]:
    """What is learnt from, and what the cutoff is chosen by."""
    return texts.every_other(0), texts.every_other(1)


def with_implied(material: Material, *, seed: int) -> tuple[PairVectors, Judged]:
    """The judged pairs, and after them those that are implied."""
    vectors, judged = material.vectors, material.judged
    if not len(vectors.captions) or vectors.align:
        return material.measured, judged
    rng = np.random.default_rng(seed + 7)
    drawn = rng.permutation(vectors.captions)[:MOST_CAPTIONS]
    own = vectors.written_for[drawn]
    other = rng.integers(len(vectors.pictures), size=len(drawn))
    wrong = other != own
    found = joined(judged, own, drawn, np.full(len(drawn), OWN_TARGET))
    found = joined(found, other[wrong], drawn[wrong], np.full(int(wrong.sum()), RANDOM_TARGET))
    found = joined(found, *searched(vectors, judged, drawn[:MOST_SEARCHED]))
    for texts, target in ((material.fragments, OWN_TARGET), (material.nonsense, 0.0)):
        learnt, _ = halves(texts)
        if len(learnt.vectors):
            picture, row = matched(vectors, learnt)
            text = len(vectors.texts) + row
            found = joined(found, picture, text, np.full(len(picture), target))
            vectors = added(vectors, learnt)
    return vectors if material.own is None else with_short(material.own), found


def with_short(own: Own) -> PairVectors:
    """The towers' own vectors, with those of the short texts after them."""
    vectors = own.vectors
    for texts in (own.fragments, own.nonsense):
        learnt, _ = halves(texts)
        if len(learnt.vectors):
            vectors = added(vectors, learnt)
    return vectors


def matched(vectors: PairVectors, texts: Texts) -> tuple[Places, Places]:
    """The pictures that texts belong to, or the nearest ones where they belong to none."""
    if (texts.owner >= 0).all():
        return texts.owner, np.arange(len(texts.owner))
    near = nearest(vectors, texts.vectors)
    return near.ravel(), np.repeat(np.arange(len(near)), near.shape[1])


def nearest(vectors: PairVectors, texts: NDArray[np.float32]) -> Places:
    """The rows of the pictures nearest to each text."""
    found: Places = np.argsort(-(texts @ vectors.pictures.T), axis=1, kind="stable")[:, :NEAREST]
    return found


def searched(
    vectors: PairVectors, judged: Judged, captions: Places
) -> tuple[Places, Places, NDArray[np.float64]]:
    """What searches for captions bring besides their own pictures, and how much of it matches."""
    near = nearest(vectors, vectors.texts[captions])
    text = np.repeat(captions, near.shape[1])
    picture = near.ravel()
    foreign = vectors.written_for[text] != picture
    picture, text = picture[foreign], text[foreign]
    likeness = np.einsum("ij,ij->i", vectors.pictures[picture], vectors.texts[text])
    return picture, text, by_likeness(vectors, judged)(likeness.astype(np.float64))


def by_likeness(vectors: PairVectors, judged: Judged) -> Calibration:
    """How well judged pairs of that similarity match, a picture's own captions left out."""
    foreign = (vectors.written_for[judged.text] != judged.picture) & (
        ~judged.by_crowd | judged.by_crowd.all()
    )
    picture, text = judged.picture[foreign], judged.text[foreign]
    likeness = np.einsum("ij,ij->i", vectors.pictures[picture], vectors.texts[text])
    return isotonic(likeness.astype(np.float64), judged.truth.target[foreign])


def added(vectors: PairVectors, texts: Texts) -> PairVectors:
    """More texts, which were written for the pictures that they belong to."""
    return replace(
        vectors,
        texts=np.concatenate([vectors.texts, texts.vectors]),
        facts=np.concatenate([vectors.facts, texts.facts]),
        written_for=np.concatenate([vectors.written_for, texts.owner]),
        reread=None if vectors.reread is None else vectors.reread.joined(texts.said),
        words=None
        if vectors.words is None or texts.words is None
        else vectors.words.joined(texts.words),
    )


def joined(judged: Judged, picture: Places, text: Places, target: NDArray[np.float64]) -> Judged:
    """More pairs after the judged ones; nobody graded them."""
    truth = judged.truth
    return replace(
        judged,
        picture=np.concatenate([judged.picture, picture]),
        text=np.concatenate([judged.text, text]),
        truth=Truth(
            np.concatenate([truth.target, target]),
            truth.graded,
            truth.grades,
            np.concatenate([truth.crowd, np.full(len(target), np.nan)]),
        ),
        weight=np.concatenate([judged.weight, np.full(len(target), IMPLIED_WEIGHT)]),
        by_crowd=np.concatenate([judged.by_crowd, np.zeros(len(target), bool)]),
    )
