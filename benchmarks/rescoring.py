"""Milliseconds to rescore 200 candidates of one query, by kind of scorer: features and answer."""

from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.table import show
from service.learn import protocol
from service.learn.pairs import fitted
from service.scoring.calibrated import fit_kinds
from service.scoring.features import text_facts
from tests.learn.worlds import a_world

CANDIDATES, ROUNDS = 200, 200
PICTURES, DIMENSION = 600, 512
KINDS = ("cosine", "linear", "boosting", "network", "blend")


def main() -> None:
    """A world of 600 pictures, so that the bank of features is as full as it gets."""
    vectors, judged = a_world(pictures=PICTURES, dimension=DIMENSION, judged=2)
    everything = np.ones(len(vectors.pictures), bool)
    lesson = protocol.lesson(vectors, judged, everything, seed=0)
    features = fitted(vectors, everything, seed=0).features
    (facts,) = text_facts(["a dog on the beach"])
    found, keys = vectors.pictures[:CANDIDATES], [int(key) for key in vectors.keys[:CANDIDATES]]
    rows = []
    for kind, scorer in fit_kinds(KINDS, lesson).items():
        clock = []
        for number in range(ROUNDS):
            began = perf_counter()
            scorer(features.candidates(found, keys, vectors.texts[number], facts))
            clock.append(1000 * (perf_counter() - began))
        rows.append((kind, f"{min(clock):.1f} ms", f"{median(clock):.1f} ms"))
    show(
        f"Rescoring {CANDIDATES} candidates, {DIMENSION} dimensions, {ROUNDS} times",
        ("scorer", "quickest", "median"),
        rows,
    )
