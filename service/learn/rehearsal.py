"""Searches rehearsed: texts asked of what was fitted without the pictures that they belong to.

Captions that an alignment or a bank of features has learnt find their own pictures more surely
than anything that people will ask. So pictures are held out in turn, everything is fitted on the
others, and then the held-out ones' captions and short queries are asked of all pictures, and
nonsense with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from service.learn.implied import added, halves
from service.learn.material import Material
from service.learn.own_captions import Captioned
from service.learn.pairs import Fitted, PairVectors, fitted
from service.learn.protocol import INNER_FOLDS, inner_folds
from service.scoring.features import Places
from service.scoring.files import TrainedScorer
from service.scoring.port import Numbers

QUERIES = 300
NEAREST = 100


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """All pictures as a search sees them, with what their captions say or without."""

    vectors: PairVectors
    trained: TrainedScorer
    captions: Captioned | None

    def asked(self, row: int) -> tuple[Places, Numbers]:
        """The rows of the pictures nearest to one of the texts, and their probabilities."""
        vectors, text = self.vectors, self.vectors.texts[row]
        near = np.argsort(-(vectors.pictures @ text), kind="stable")[:NEAREST]
        keys = [int(key) for key in vectors.keys[near]]
        heard = None
        if self.captions is not None and vectors.words is not None:
            same = np.full(len(near), row)
            heard = self.captions.heard(vectors.texts, vectors.words, near, same).columns()
        facts = vectors.facts[row]
        return near, self.trained.probabilities(vectors.pictures[near], keys, text, facts, heard)


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """What was fitted without some pictures, and rows of the texts to ask: theirs, and nonsense."""

    fitted: Fitted
    captions: Places
    short: Places
    nonsense: Places

    def galleries(self, trained: TrainedScorer) -> Iterator[Gallery]:
        """The pictures without captions and, where the scorer hears them, with captions."""
        there = replace(trained, features=self.fitted.features)
        yield Gallery(self.fitted.vectors, there, None)
        if trained.hears_captions:
            yield Gallery(self.fitted.vectors, there, self.fitted.vectors.captioned())


def rehearsals(material: Material, *, seed: int) -> list[Rehearsal]:
    """One for each part of the pictures; none where nobody has described any."""
    vectors, short, nonsense = to_ask(material)
    if not len(vectors.captions):
        return []
    drawn = np.random.default_rng(seed + 11).permutation(vectors.captions)[:QUERIES]
    found = []
    parts = inner_folds(np.ones(len(vectors.pictures), bool), seed)
    for number, (held, rest) in enumerate(parts):
        captions, queries = (rows[held[vectors.written_for[rows]]] for rows in (drawn, short))
        if len(captions) and rest[vectors.written_for[vectors.captions]].any():
            whole = fitted(vectors, rest, seed=seed)
            found.append(Rehearsal(whole, captions, queries, nonsense[number::INNER_FOLDS]))
    return found


def to_ask(material: Material) -> tuple[PairVectors, Places, Places]:
    """All texts: those there are, short queries and nonsense of which no scorer has learnt."""
    vectors, own = material.measured, material.own
    found = []
    for texts in (
        (material.fragments, material.nonsense) if own is None else (own.fragments, own.nonsense)
    ):
        _, kept = halves(texts)
        found.append(np.arange(len(vectors.texts), len(vectors.texts) + len(kept.owner)))
        if len(kept.vectors):
            vectors = added(vectors, kept)
    short, nonsense = found
    return vectors, short, nonsense
