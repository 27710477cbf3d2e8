"""Gives candidates their scores, and keeps those that are good enough.

A text is judged by the scorer, a picture by how alike two pictures are, and both together by the
middle of the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.cache import Cache
from service.db.encoders import StoredEncoder
from service.domain import AllowedQuery, Candidate
from service.likeness import likeness, usual_likeness
from service.live_scorer import Example, Serving, mapped, rescored

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rating:
    """What is said, what is shown, both in one direction, and the least score asked for."""

    text: AllowedQuery | None
    said: Vector | None
    shown: Vector | None
    together: Vector
    min_score: float | None


def rated(
    conn: Connection,
    cache: Cache,
    found: Sequence[Candidate],
    against: Rating,
    stored: StoredEncoder,
    scorer: Serving | None,
) -> list[Candidate]:
    """The candidates that are good enough, with their scores.

    The cutoff belongs to the text, which the scorer judges; a least score that was asked for
    belongs to the whole. Text and picture together have no score where nothing judges texts.
    """
    kept = list(found)
    if against.text is not None and against.said is not None and scorer is not None:
        kept = rescored(
            conn, kept, against.text, against.said, stored, scorer,
            example=shown(conn, cache, against, stored),
            least=scorer.cutoff if against.min_score is None else 0.0,
        )  # fmt: skip
    elif against.said is None and (example := shown(conn, cache, against, stored)):
        kept = [replace(one, score=likeness(one.similarity, example.usual)) for one in kept]
    return [one for one in kept if good_enough(one, against.min_score)]


def shown(conn: Connection, cache: Cache, against: Rating, stored: StoredEncoder) -> Example | None:
    """The picture that was asked with, if any."""
    if against.shown is None:
        return None
    return Example(against.shown, usual_likeness(conn, cache, stored), against.together)


def good_enough(candidate: Candidate, min_score: float | None) -> bool:
    """Whether a candidate reaches the score that was asked for."""
    return min_score is None or score(candidate) >= min_score


def score(candidate: Candidate) -> float:
    """The score, or the similarity mapped to 0..1 where nothing gave one."""
    return mapped(candidate.similarity) if candidate.score is None else candidate.score
