"""The cutoff by what is found: between nonsense and captions, or the least bad in both."""

import numpy as np

from service.learn.cutoff import Answers, by_found


def answers(own: list[float], short: list[float], none: list[float]) -> Answers:
    """Each hundred times as many."""
    found, best, nothing = (np.repeat(np.array(one), 100) for one in (own, short, none))
    return Answers(own=found, short=best, none=nothing, shown=found, asked=len(found))


def test_between_where_nothing_overlaps() -> None:
    """Nonsense stays below, everything else above, and nonsense lies nearer."""
    cutoff = by_found(answers([0.6, 0.9], [0.7, 0.8], [0.1, 0.2]))
    assert 0.2 < cutoff < 0.4


def test_the_fewest_wrong_answers_where_they_overlap() -> None:
    """One short query in ten is given up for nine tenths of the nonsense, but never a caption."""
    short = [0.1] + 9 * [0.5]
    assert by_found(answers([0.4, 0.9], short, 9 * [0.3] + [0.8])) == 0.4
    assert by_found(answers([0.2, 0.9], short, 9 * [0.3] + [0.8])) <= 0.2


def test_without_a_caption_that_finds_its_picture_everything_is_shown() -> None:
    """Nobody knows then what a match looks like."""
    assert by_found(answers([], [0.5], [0.1])) == 0.0
