"""Trees: walked by us they say what LightGBM says of the same text."""

from collections.abc import Sequence

import numpy as np
import pytest

from service.scoring.boosting import SETTINGS, lightgbm
from service.scoring.rows import Matrix
from service.scoring.trees import Trees


def grown(rows: Matrix, *, leaves: int = 7, categories: Sequence[int] = ()) -> str:
    """A booster's text, grown on rows of which the first two columns say what is to be said."""
    library = lightgbm()
    target = 1 / (1 + np.exp(-3 * rows[:, 0] - rows[:, 1]))
    data = library.Dataset(rows, target, categorical_feature=list(categories))
    text: str = library.train({**SETTINGS, "num_leaves": leaves}, data, 20).model_to_string()
    return text


@pytest.fixture(scope="module")
def rows() -> Matrix:
    """Features, of which one column never varies."""
    found = np.random.default_rng(0).normal(size=(600, 5)).astype(np.float32)
    found[:, 4] = 0
    return found


def test_trees_say_what_lightgbm_says(rows: Matrix) -> None:
    """So do rows that lie on a threshold, or as little beside it as there is."""
    text = grown(rows)
    trees, booster = Trees.read(text), lightgbm().Booster(model_str=text)
    edges = np.resize(np.unique(trees.threshold[np.isfinite(trees.threshold)]), (300, 5))
    for asked in (
        rows,
        edges,
        np.nextafter(edges, np.float32(np.inf)),
        np.nextafter(edges, np.float32(-np.inf)),
    ):
        said = booster.predict(asked, raw_score=True)
        assert np.allclose(trees(asked), said, rtol=0, atol=1e-12)
    assert np.ptp(trees(rows)) > 1


def test_trees_without_a_split_say_their_one_value(rows: Matrix) -> None:
    """Too few rows to split leave trees of one leaf."""
    text = grown(rows[:20])
    said = lightgbm().Booster(model_str=text).predict(rows, raw_score=True)
    assert np.allclose(Trees.read(text)(rows), said, rtol=0, atol=1e-12)
    assert np.ptp(said) == 0


def test_trees_of_another_make_are_refused(rows: Matrix) -> None:
    """Trees with more splits than are looked up, and those that split by categories, are told."""
    with pytest.raises(ValueError, match="more than 8"):
        Trees.read(grown(rows, leaves=15))
    counted = np.abs(np.round(rows * 2))
    with pytest.raises(ValueError, match="categories"):
        Trees.read(grown(counted, categories=[0]))
