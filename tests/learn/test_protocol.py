"""The protocol: scorers beat the constant where there is something to learn, and only there."""

from dataclasses import replace

import numpy as np
import pytest

from service.learn import folds, protocol
from service.learn.adapter import Taught
from service.learn.controls import Controls, controls
from service.learn.figures import Numbers
from service.learn.pairs import Judged, fitted
from service.learn.protocol import compare, more_error
from service.learn.spaces import Turning
from service.learn.telling import details
from service.scoring.features import AT
from service.scoring.rows import Matrix
from tests.learn.worlds import a_world

KINDS = ["constant", "cosine", "linear", "boosting"]


@pytest.fixture(scope="module")
def errors() -> dict[str, float]:
    """The error of each kind under the grouped split."""
    vectors, judged = a_world()
    rows = compare(vectors, judged, KINDS, seed=0, which=[folds.GROUPED])
    return {row.scorer: row.figures.rmse for row in rows}


@pytest.mark.parametrize("kind", KINDS[1:])
def test_what_learns_beats_the_constant(errors: dict[str, float], kind: str) -> None:
    """Similarity tells the truth in this world, so every scorer errs by much less."""
    assert errors[kind] < 0.8 * errors["constant"]


@pytest.fixture(scope="module")
def checked() -> tuple[Judged, Controls]:
    """The controls of a world in which similarity tells the truth."""
    vectors, judged = a_world()
    return judged, controls(vectors, judged, seed=0)


def test_swapped_pictures_teach_nothing(
    errors: dict[str, float], checked: tuple[Judged, Controls]
) -> None:
    """Where texts are graded alike, the control falls to the constant."""
    assert checked[1].swapped.figures.rmse > 0.95 * errors["constant"]


def test_shuffled_grades_fall_to_the_constant(checked: tuple[Judged, Controls]) -> None:
    """With grades that belong to other pairs nothing does better than the constant, by chance."""
    _, found = checked
    assert found.over_constant is not None
    low, high = found.over_constant
    width = high - low
    more = found.shuffled.figures.rmse - found.constant.figures.rmse
    assert -width < more < 3 * width
    assert high > 0
    assert not found.leaks()


def test_some_texts_are_graded_higher_whatever_the_picture() -> None:
    """Swapped pictures teach what the text alone tells and no more, shuffled grades nothing."""
    vectors, judged = a_world()
    texts = len(vectors.texts)
    facts = np.stack([np.arange(texts) % 7 / 7, np.zeros(texts)], axis=1).astype(np.float32)
    liked = replace(judged, truth=replace(judged.truth, target=liked_for(facts, judged)))
    found = controls(replace(vectors, facts=facts), liked, seed=0)
    spread = float(np.std(liked.truth.target))
    assert found.swapped.figures.rmse < 0.9 * spread
    assert found.by_text.figures.rmse < 0.9 * spread
    assert found.shuffled.figures.rmse > 0.95 * spread
    assert not found.leaks()


def test_a_leak_is_told(checked: tuple[Judged, Controls]) -> None:
    """A control that knows the answers does better than what it is held against, beyond chance."""
    judged, found = checked
    knowing = replace(found.by_text, predicted=judged.truth.target + 0.01)
    bounds = more_error(judged, knowing, found.by_text, seed=0)
    assert bounds is not None
    assert bounds[1] < 0
    assert replace(found, over_text=bounds).leaks()


def liked_for(facts: Matrix, judged: Judged) -> Numbers:
    """Targets in which the text's length counts for more than whether it fits."""
    length = facts[judged.text, 0].astype(np.float64)
    target: Numbers = 0.8 * length + 0.2 * judged.truth.target
    return target


def test_an_alignment_is_fitted_inside_the_fold() -> None:
    """Captions of held-out pictures change nothing about the features of other pairs."""
    vectors, judged = a_world(align=True)
    training = np.arange(80) < 60
    before = fitted(vectors, training, seed=0).of(judged.picture[:50], judged.text[:50])
    held = vectors.written_for >= 60
    texts = vectors.texts.copy()
    texts[held] = texts[held][::-1]
    known = ~held[judged.text[:50]]
    changed = replace(vectors, texts=texts)
    after = fitted(changed, training, seed=0).of(judged.picture[:50], judged.text[:50])
    assert np.array_equal(before[known], after[known])


def test_an_adapter_is_fitted_inside_the_fold() -> None:
    """What judges said of held-out pictures turns no text; what they said of others does."""
    vectors, judged = a_world()
    training = np.arange(80) < 60
    for there, same in ((training, True), (np.ones(80, bool), False)):
        found = []
        for target in (judged.truth.target, np.where(training[judged.picture], 0.5, 1.0)):
            kept = np.where(training[judged.picture], judged.truth.target, target)
            taught = Taught(judged.picture, judged.text, kept)
            turned = replace(vectors, align=True, setting=Turning(3.0, taught))
            found.append(fitted(turned, there, seed=0).of(judged.picture[:50], judged.text[:50]))
        assert np.array_equal(found[0], found[1]) == same


def test_pairs_of_held_out_texts_are_not_learnt_from() -> None:
    """A lesson holds no pair whose text was written for a picture that is held out."""
    vectors, judged = a_world()
    training = np.arange(80) < 60
    kept = training[judged.picture] & training[vectors.written_for[judged.text]]
    lesson = protocol.lesson(vectors, judged, training, seed=0)
    assert len(lesson.target) == kept.sum()
    assert (lesson.features[:, AT["by_crowd"]] == 0).all()


def test_constants_that_differ_between_folds_rank_nothing() -> None:
    """Each fold has its own constant, which says nothing of which pair matches better."""
    vectors, judged = a_world()
    (row,) = compare(vectors, judged, ["constant"], seed=0, which=[folds.GROUPED])
    assert len(np.unique(row.predicted)) > 1
    assert not row.ranks
    found = row.figures
    assert (found.tau_c, found.tau_b, found.pearson, found.auc) == (None, None, None, 0.5)
    assert details(judged, row, seed=0)["intervals"]["tau_c"] is None
