"""Every way of aligning two towers finds pictures that it has not seen, and does so again."""

import numpy as np
import pytest

from service.learn.alignment import fit_alignment
from service.learn.methods import (
    CCA,
    CONTRASTIVE,
    GRIDS,
    RIDGE,
    Lesson,
    Setting,
    UnknownMethod,
    fit,
    grid_of,
    sweep,
)
from tests.learn.test_alignment import found_first, pairs

SETTINGS = {
    CCA: Setting(4, (0.1, 0.1)),
    RIDGE: Setting(4, (0.0, 0.1), 0.0, RIDGE),
    CONTRASTIVE: Setting(4, (0.1, 0.1), 0.5, CONTRASTIVE, 10),
}


@pytest.mark.parametrize("method", SETTINGS)
def test_pictures_never_seen_are_found(method: str) -> None:
    """Learned on some pictures, texts find others; learned with pictures swapped they do not."""
    pictures, texts, owners = pairs(0)
    said = owners < 90
    right = fit(Lesson(pictures[:90], texts[said], owners[said]), SETTINGS[method])
    found = right.texts(texts[~said]) @ right.pictures(pictures[90:]).T
    assert found_first(found, owners[~said] - 90) > 0.5
    swapped = np.random.default_rng(0).permutation(90)[owners[said]]
    wrong = fit(Lesson(pictures[:90], texts[said], swapped), SETTINGS[method])
    lost = wrong.texts(texts[~said]) @ wrong.pictures(pictures[90:]).T
    assert found_first(lost, owners[~said] - 90) < 0.3


@pytest.mark.parametrize("method", SETTINGS)
def test_a_sweep_fits_what_each_setting_fits_alone(method: str) -> None:
    """What settings share changes none of them, and the same lesson teaches the same again."""
    pictures, texts, owners = pairs(1, count=40)
    lesson = Lesson(pictures, texts, owners)
    chosen = [*GRIDS[method][:2], *GRIDS[method][-2:]]
    for setting, alignment in sweep(lesson, chosen):
        alone = fit(lesson, setting).tensors()
        for name, tensor in alignment.tensors().items():
            np.testing.assert_allclose(tensor, alone[name], atol=1e-5)


def test_the_canonical_one_is_the_one_of_before() -> None:
    """A setting without a method means canonical correlation, as cards of older pairs have it."""
    pictures, texts, owners = pairs(2, count=40)
    before = fit_alignment(
        pictures, texts, owners=owners, dimension=5, regularisation=(1.0, 0.3), weight=0.5
    )
    now = fit(Lesson(pictures, texts, owners), Setting(5, (1.0, 0.3), 0.5))
    for name, tensor in before.tensors().items():
        np.testing.assert_array_equal(tensor, now.tensors()[name])


def test_going_downhill_brings_own_pictures_nearer() -> None:
    """The contrastive loss does what it is for on the pairs that it sees."""
    pictures, texts, owners = pairs(3)
    lesson = Lesson(pictures, texts, owners)
    likeness = []
    for steps in (1, 40):
        made = fit(lesson, Setting(4, (3.0, 3.0), 0.5, CONTRASTIVE, steps))
        alike = made.texts(texts) @ made.pictures(pictures).T
        likeness.append(float(alike[np.arange(len(owners)), owners].mean() - alike.mean()))
    assert likeness[1] > likeness[0]


def test_an_unknown_method_is_refused_with_those_there_are() -> None:
    """A plain sentence, before anything is looked at."""
    with pytest.raises(UnknownMethod, match="cca, ridge, contrastive"):
        grid_of("magic")
