"""Folds: nothing that is predicted has been learnt from."""

import numpy as np

from service.learn import folds
from tests.learn.worlds import a_world


def test_every_pair_is_predicted_once_by_folds_without_its_picture() -> None:
    """Grouped: each pair is tested once, and its picture is never among the training pictures."""
    _, judged = a_world()
    found = list(folds.grouped(judged.picture, 80, seed=1))
    assert sorted(np.concatenate([fold.tested for fold in found])) == list(range(len(judged)))
    assert all(not fold.training[judged.picture[fold.tested]].any() for fold in found)


def test_strict_folds_hold_out_the_text_s_own_picture_too() -> None:
    """Strict: neither the judged picture nor the one that the text describes is learnt from."""
    vectors, judged = a_world()
    own = vectors.written_for[judged.text]
    found = list(folds.strict(judged.picture, own, 80, seed=1))
    assert sorted(np.concatenate([fold.tested for fold in found])) == list(range(len(judged)))
    for fold in found:
        assert not fold.training[judged.picture[fold.tested]].any()
        assert not fold.training[own[fold.tested]].any()


def test_seventy_pictures_of_a_hundred_are_learnt_from() -> None:
    """70:30 splits pictures, and equal seeds split them alike."""
    _, judged = a_world()
    (fold,) = folds.shares(judged.picture, 80, seed=3)
    (again,) = folds.shares(judged.picture, 80, seed=3)
    assert fold.training.sum() == 56
    assert (fold.training == again.training).all()
