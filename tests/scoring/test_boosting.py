"""Boosting: a likeness that rises never makes a match less probable."""

import numpy as np

from service.scoring.boosting import RISING, fit_boosting
from service.scoring.features import AT, NAMES
from service.scoring.port import Lesson


def test_more_likeness_never_tells_against_a_match() -> None:
    """Not even where what was learnt from says so."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(600, len(NAMES))).astype(np.float32)
    target = 1 / (1 + np.exp(3 * rows[:, AT["similarity"]] + 3 * rows[:, AT["words"]]))
    lesson = Lesson(rows, target, np.ones(len(rows)), np.arange(len(rows)), 0)
    booster = fit_boosting(lesson)
    before = booster.predict(rows)
    for name in RISING & set(NAMES):
        more = rows.copy()
        more[:, AT[name]] += 1
        assert (booster.predict(more) >= before).all(), name
    fewer = rows.copy()
    fewer[:, AT["words"]] -= 1
    assert (booster.predict(fewer) - before).max() > 0.1
