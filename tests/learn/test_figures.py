"""Figures: each is what its textbook says, on cases small enough to know."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from service.learn.figures import Truth, ece, figures, interval, reliability_curve

TARGET = np.array([0.0, 0.25, 0.5, 1.0])


def truth(target: np.ndarray) -> Truth:
    """Each pair graded once by its target."""
    everyone = np.arange(len(target))
    return Truth(target, everyone, target * 3 + 1, np.where(everyone > 0, target, np.nan))


def test_perfect_predictions_have_perfect_figures() -> None:
    """No error, full correlation, nothing out of calibration."""
    found = figures(truth(TARGET), TARGET)
    assert (found.rmse, found.mae, found.ece, found.auc, found.r2) == (0, 0, 0, 1, 1)
    assert found.tau_c == pytest.approx(100)
    assert found.pairs == 4


def test_a_constant_cannot_rank() -> None:
    """One number for all pairs errs by the spread and has no rank correlation."""
    found = figures(truth(TARGET), np.full(4, TARGET.mean()))
    assert found.rmse == pytest.approx(np.std(TARGET))
    assert found.r2 == pytest.approx(0)
    assert (found.tau_c, found.tau_b, found.pearson) == (None, None, None)
    assert found.auc == pytest.approx(0.5)


def test_auc_is_the_one_everybody_knows() -> None:
    """Ties included, it agrees with scikit-learn."""
    rng = np.random.default_rng(0)
    target, predicted = rng.random(200), rng.integers(10, size=200) / 10
    expected = roc_auc_score(target >= 0.5, predicted)
    assert figures(truth(target), predicted).auc == pytest.approx(expected)


def test_calibration_compares_means_step_by_step() -> None:
    """Two steps of equal size, one off by 0.3 and one right, give 0.15."""
    predicted = np.array([0.05, 0.05, 0.95, 0.95])
    target = np.array([0.35, 0.35, 0.9, 1.0])
    assert [one.pairs for one in reliability_curve(target, predicted)] == [2, 2]
    assert ece(target, predicted) == pytest.approx(0.15)


def test_an_interval_resamples_whole_pictures() -> None:
    """Equal pairs of one picture stand or fall together, so few pictures mean a wide interval."""
    values = np.repeat(np.random.default_rng(0).random(4), 50)

    def mean(places: np.ndarray) -> float:
        return float(values[places].mean())

    few = interval(np.repeat(np.arange(4), 50), mean, seed=0)
    many = interval(np.arange(200), mean, seed=0)
    assert few is not None
    assert many is not None
    assert few[1] - few[0] > 2 * (many[1] - many[0])
