"""Controls: what scorers do where there is nothing, or nothing but the text, to learn from.

*Swapped*: each pair keeps its text and its grade and gets another pair's picture. What is left to
learn is what the text alone tells, for some texts are graded higher whatever the picture. So this
control is held against *text only*, a scorer that sees the true pairs by the features in which no
picture has a part; if it did better, something would leak.

*Shuffled*: every pair keeps its features and gets another pair's grade. Now nothing at all is left
to learn, and whatever does better than the constant has seen what it should not.
"""

from dataclasses import dataclass, replace

import numpy as np

from service.learn import folds
from service.learn.figures import Bounds
from service.learn.pairs import Judged, PairVectors
from service.learn.protocol import Row, Step, compare, more_error

KIND, CONSTANT = "boosting", "constant"
# The features that no picture has a part in.
OF_THE_TEXT = ("usual_text", "spread_text", "nearest_caption", "words", "cyrillic")
COUNT = 3


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls, and between what bounds each errs more than what it is held against.

    Bounds wholly below zero mean that something leaks.
    """

    swapped: Row
    by_text: Row
    over_text: Bounds | None
    shuffled: Row
    constant: Row
    over_constant: Bounds | None

    def leaks(self) -> bool:
        """Whether a control knows what it cannot know."""
        return any(one is not None and one[1] < 0 for one in (self.over_text, self.over_constant))


def controls(
    vectors: PairVectors, judged: Judged, *, seed: int, step: Step = lambda: None
) -> Controls:
    """All of them, under the grouped split and without what captions say."""
    vectors = replace(vectors, words=None)
    swapped = swapped_pictures(vectors, judged, seed=seed, step=step)
    by_text = text_only(vectors, judged, seed=seed, step=step)
    other = with_shuffled_grades(judged, seed=seed)
    constant, shuffled = compare(
        vectors, other, [CONSTANT, KIND], seed=seed, which=[folds.GROUPED], step=step
    )
    return Controls(
        swapped=swapped,
        by_text=by_text,
        over_text=more_error(judged, swapped, by_text, seed=seed),
        shuffled=shuffled,
        constant=constant,
        over_constant=more_error(other, shuffled, constant, seed=seed),
    )


def swapped_pictures(
    vectors: PairVectors, judged: Judged, *, seed: int, step: Step = lambda: None
) -> Row:
    """Each pair's picture swapped for another's."""
    order = np.random.default_rng(seed).permutation(len(judged))
    swapped = replace(judged, picture=judged.picture[order])
    (row,) = compare(vectors, swapped, [KIND], seed=seed, which=[folds.GROUPED], step=step)
    return row


def text_only(vectors: PairVectors, judged: Judged, *, seed: int, step: Step = lambda: None) -> Row:
    """The true pairs by features of the text alone."""
    (row,) = compare(
        vectors,
        judged,
        [KIND],
        seed=seed,
        which=[folds.GROUPED],
        step=step,
        features=OF_THE_TEXT,
    )
    return row


def with_shuffled_grades(judged: Judged, *, seed: int) -> Judged:
    """Every pair with another's target; experts' and the crowd's stay apart, as their scales do."""
    rng = np.random.default_rng(seed + 3)
    order = np.arange(len(judged))
    for group in (judged.by_crowd, ~judged.by_crowd):
        places = np.flatnonzero(group)
        order[places] = rng.permutation(places)
    truth = replace(judged.truth, target=judged.truth.target[order])
    return replace(judged, truth=truth)
