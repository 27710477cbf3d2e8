"""What rescoring does to retrieval: test questions with and without it, and how sure that is."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.learn.evaluate import DEPTH, Asked, Hear, Retrieval, deaf, rank, scores, summed
from service.learn.figures import Bounds, Numbers, interval
from service.live_scorer import Serving
from service.scoring.rows import Matrix

NAMES = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr", "ndcg_at_10")
RESAMPLES = 200
Ranks = NDArray[np.intp]


def ranks(asked: Asked, wanted: Matrix, serving: Serving | None, hear: Hear = deaf) -> Ranks:
    """Where the known answer of each question stands, 0 for the first place."""
    return np.array(
        [
            rank(scores(asked, query, vector, serving, hear), answer)
            for query, vector, answer in zip(asked.queries, wanted, asked.answers, strict=True)
        ],
        np.intp,
    )


def gain(asked: Asked, before: Ranks, after: Ranks, *, seed: int = 0) -> dict[str, Any]:
    """Both sides' figures, the bounds of the second, and those of the difference of each figure.

    Questions of one picture are resampled together: its five captions are no five strangers.
    """
    groups = np.array(asked.answers, np.intp)
    was, now = each(before), each(after)
    return {
        "before": asdict(retrieval(asked, before)),
        "after": asdict(retrieval(asked, after)),
        "intervals": {name: spread(groups, now[name], seed) for name in NAMES},
        "gained": {name: spread(groups, now[name] - was[name], seed) for name in NAMES},
    }


def retrieval(asked: Asked, found: Ranks) -> Retrieval:
    """The figures of all ranks."""
    return summed(found, refused=asked.refused, gallery=len(asked.keys))


def each(found: Ranks) -> dict[str, Numbers]:
    """What each question adds to each figure, whose mean over all questions the figure is."""
    return {
        "recall_at_1": (found < 1).astype(float),
        "recall_at_5": (found < 5).astype(float),  # noqa: PLR2004 - as the figure is called
        "recall_at_10": (found < DEPTH).astype(float),
        "mrr": 1 / (found + 1.0),
        "ndcg_at_10": np.where(found < DEPTH, 1 / np.log2(found + 2), 0.0),
    }


def spread(groups: NDArray[np.intp], values: Numbers, seed: int) -> Bounds | None:
    """Between what bounds a mean lies."""
    if not len(values):
        return None
    found = interval(
        groups, lambda places: float(values[places].mean()), seed=seed, resamples=RESAMPLES
    )
    return found and (round(found[0], 4), round(found[1], 4))
