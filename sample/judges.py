"""Simulated judges: three graders and a crowd, who disagree as the real ones do.

The shares below were measured on the human judgements of the Flickr8k corpus
(Hodosh, Young, Hockenmaier 2013). Whatever is computed from these judges says
how the software works, not how people judge.
"""

from bisect import bisect
from itertools import accumulate
from random import Random

Triple = tuple[int, int, int]

# How the three grades fall, sorted, when their median is the pair's true grade.
TRIPLES: dict[int, dict[Triple, int]] = {
    1: {(1, 1, 1): 1174, (1, 1, 2): 488, (1, 1, 3): 7},
    2: {(1, 2, 2): 323, (1, 2, 3): 51, (1, 2, 4): 1, (2, 2, 2): 291, (2, 2, 3): 167, (2, 2, 4): 1},
    3: {(1, 3, 3): 7, (2, 3, 3): 92, (2, 3, 4): 16, (3, 3, 3): 114, (3, 3, 4): 35},
    4: {(2, 4, 4): 2, (3, 4, 4): 37, (4, 4, 4): 155},
}
# The author's own caption is nearly always found right.
OWN: dict[Triple, int] = {(4, 4, 4): 100, (3, 4, 4): 8, (3, 3, 4): 1}
# How likely one person of the crowd says yes, given the pair's true grade: people are
# either inclined to agree with a pair or not, which makes the votes of a pair alike.
INCLINED: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((0.003, 1.0),),
    2: ((0.01, 0.86), (0.34, 0.14)),
    3: ((0.05, 0.42), (0.4, 0.38), (0.88, 0.2)),
    4: ((0.45, 0.13), (0.97, 0.87)),
}
OWN_INCLINED = ((0.55, 0.12), (0.97, 0.88))
VOTERS = ((3, 0.98), (4, 0.0145), (5, 0.004), (6, 0.0015))


def grade(true: int, rng: Random, *, own: bool) -> Triple:
    """Three grades, sorted as the real files have them."""
    shares = OWN if own else TRIPLES[true]
    triples = list(shares)
    return triples[bisect(list(accumulate(shares.values())), rng.random() * sum(shares.values()))]


def vote(true: int, rng: Random, *, own: bool) -> tuple[int, int]:
    """How many of the crowd say yes, and how many no."""
    inclinations = OWN_INCLINED if own else INCLINED[true]
    chance = _drawn(inclinations, rng)
    voters = int(_drawn(VOTERS, rng))
    yes = sum(rng.random() < chance for _ in range(voters))
    return yes, voters - yes


def _drawn(weighted: tuple[tuple[float, float], ...], rng: Random) -> float:
    return rng.choices([value for value, _ in weighted], [share for _, share in weighted])[0]
