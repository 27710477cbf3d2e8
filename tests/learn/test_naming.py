"""Names of the picture tower's classes come beside an alignment, and stay where they find more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from service.encoder.alignment import PARTS, AlignmentBroken, load_alignment, unit
from service.encoder.class_names import Classifier, ClassNames, Matrix
from service.encoder.pair.encoder import load_pair
from service.encoder.pair.folder import ALIGNMENT
from service.encoder.pair.towers import Machine
from service.learn.apart import apart
from service.learn.methods import Lesson, Setting, fit
from service.learn.pairs import PairVectors, fitted
from service.learn.tuning import Tuned, tune
from tests.pairs import CAPTIONS, allowed, colours, make_pair, random_weights

PICTURES, EACH, WIDTH, SAID, MEANINGS, KINDS = 40, 3, 60, 30, 8, 50
GRID = (Setting(8, (1.0, 1.0)), Setting(4, (1.0, 1.0)))
ALONE = Setting(8, (1.0, 1.0))
BESIDE = replace(ALONE, naming=0.6, sharpness=1.5)


def world(seed: int = 0) -> Lesson:
    """Few pictures to learn from, and a classifier that learned elsewhere what they show."""
    chance = np.random.default_rng(seed)
    see, say = chance.normal(size=(MEANINGS, WIDTH)), chance.normal(size=(MEANINGS, SAID))
    shown, kinds = (chance.normal(size=(count, MEANINGS)) for count in (PICTURES, KINDS))
    owners = np.repeat(np.arange(PICTURES), EACH)

    def noisy(rows: NDArray[np.float64], loud: float) -> Matrix:
        return unit(rows + loud * chance.normal(size=rows.shape))

    return Lesson(
        pictures=noisy(shown @ see, 4.0),
        texts=noisy(shown[owners] @ say, 4.0),
        owners=owners,
        names=ClassNames(
            Classifier((np.linalg.pinv(see) @ kinds.T).astype(np.float32)),
            noisy(kinds @ say, 0.5),
        ),
    )


def tuned(lesson: Lesson) -> Tuned:
    """The best setting of this lesson."""
    return tune(
        lesson.pictures,
        lesson.owners,
        lambda _: lesson.texts,
        seed=0,
        grid=GRID,
        names=lesson.names,
    )


def test_names_that_help_are_kept() -> None:
    """Held-back pictures are found by what they are called; with pictures swapped by chance."""
    found = tuned(world())
    assert found.setting.naming > 0
    assert found.found.mrr > found.unnamed.mrr + 0.05
    assert found.control.mrr < found.unnamed.mrr


def test_names_that_mean_nothing_are_left_out() -> None:
    """With the classes' names mixed up, all is as it would be without them."""
    lesson = world()
    assert lesson.names is not None
    mixed = np.random.default_rng(1).permutation(lesson.names.vectors)
    spoiled = replace(lesson, names=replace(lesson.names, vectors=mixed))
    found, plain = tuned(spoiled), tuned(replace(lesson, names=None))
    assert found == plain
    assert found.setting.naming == 0
    before, after = fit(replace(lesson, names=None), plain.setting), fit(spoiled, found.setting)
    assert after.names is None
    for name, tensor in before.tensors().items():
        np.testing.assert_array_equal(tensor, after.tensors()[name])


def test_both_likenesses_count_by_their_weights() -> None:
    """A vector has length one, and a dot product is the weighted mean of both likenesses."""
    lesson = world()
    alone, beside = fit(lesson, ALONE), fit(lesson, BESIDE)
    names = beside.names
    assert names is not None
    shown, said = beside.pictures(lesson.pictures), beside.texts(lesson.texts)
    for rows in (shown, said):
        assert rows.shape[1] == beside.dimension == alone.dimension + SAID
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    called = (
        unit(lesson.texts - lesson.texts.mean(axis=0)) @ unit(names.pictures(lesson.pictures)).T
    )
    aligned = alone.texts(lesson.texts) @ alone.pictures(lesson.pictures).T
    np.testing.assert_allclose(said @ shown.T, (aligned + 0.6 * called) / 1.6, atol=1e-5)


@pytest.mark.parametrize("loudness", [0.01, 100.0])
def test_how_loud_a_network_is_does_not_matter(loudness: float) -> None:
    """Only a picture's own evidence tells how sharply it is one class; a root is taken back."""
    lesson = world()
    assert lesson.names is not None
    matrix = lesson.names.classifier.matrix
    plain = Classifier(matrix).shares(lesson.pictures, sharpness=1.5)
    np.testing.assert_allclose(plain.sum(axis=1), 1, atol=1e-5)
    loud = Classifier(loudness * matrix).shares(lesson.pictures, sharpness=1.5)
    np.testing.assert_allclose(plain, loud, atol=1e-5)
    roots = unit(np.sign(lesson.pictures) * np.sqrt(np.abs(lesson.pictures)))
    rooted = Classifier(matrix, rooted=True).shares(roots, sharpness=1.5)
    np.testing.assert_allclose(plain, rooted, atol=1e-5)
    nothing = Classifier(matrix).shares(np.zeros((1, WIDTH)), sharpness=1.5)
    np.testing.assert_allclose(nothing, 1 / KINDS, atol=1e-6)


def test_names_are_kept_with_the_alignment(tmp_path: Path) -> None:
    """One file holds all; one of before has no names; one whose names fit no tower is refused."""
    lesson, path = world(), tmp_path / "alignment.safetensors"
    for setting in (BESIDE, ALONE):
        made = fit(lesson, setting)
        made.save(path)
        read = load_alignment(path)
        assert (read.names is None) == (setting == ALONE)
        np.testing.assert_array_equal(read.texts(lesson.texts), made.texts(lesson.texts))
        np.testing.assert_array_equal(
            read.pictures(lesson.pictures), made.pictures(lesson.pictures)
        )
    fit(lesson, BESIDE).save(path)
    whole = load_file(path)
    save_file({name: each for name, each in whole.items() if name != "classes.names"}, path)
    with pytest.raises(AlignmentBroken, match=r"classes\.names"):
        load_alignment(path)
    save_file({**whole, "classes.names": whole["classes.names"][:-1].copy()}, path)
    with pytest.raises(AlignmentBroken, match="class names"):
        load_alignment(path)


def test_a_pair_with_names_serves_and_is_fitted_anew(tmp_path: Path) -> None:
    """Its vectors have room for the names, and folds fit what it was made of."""
    folder = make_pair(tmp_path, random_weights(tmp_path, "test_efficientnet"), naming=0.6)
    pair = load_pair("pair:named", folder, machine=Machine(device="cpu", precision="fp32"))
    said = pair.encode_texts(allowed(CAPTIONS[:2]))
    shown = pair.encode_pictures(colours())
    assert (
        said.shape[1]
        == shown.shape[1]
        == pair.dimension
        == pair.alignment.picture.matrix.shape[1] + 8
    )
    apart_again = apart(pair)
    assert apart_again is not None
    assert isinstance(apart_again.setting, Setting)
    assert apart_again.setting.naming == 0.6
    chance = np.random.default_rng(0)
    vectors = PairVectors(
        pictures=chance.normal(size=(6, len(pair.alignment.picture.mean))).astype(np.float32),
        keys=np.arange(6),
        texts=chance.normal(size=(6, 8)).astype(np.float32),
        facts=np.zeros((6, 2), np.float32),
        written_for=np.arange(6),
        captions=np.arange(6),
        align=True,
        setting=apart_again.setting,
        names=apart_again.encoder.class_names,
    )
    space = fitted(vectors, np.arange(6) < 5, seed=0).space
    named = space.pictures(vectors.pictures)[:, -8:]
    assert pair.alignment.names is not None
    expected = unit(pair.alignment.names.pictures(vectors.pictures))
    np.testing.assert_allclose(unit(named), expected, atol=1e-5)


def test_a_pair_of_before_has_no_names(tmp_path: Path) -> None:
    """Its card says nothing of them, its file holds none, and folds fit it as they did."""
    folder = make_pair(tmp_path, random_weights(tmp_path, "test_efficientnet"))
    pair = load_pair("pair:plain", folder, machine=Machine(device="cpu", precision="fp32"))
    assert set(load_file(folder / ALIGNMENT)) == set(PARTS)
    pair.fitting = {"dimension": 4, "regularisation": [0.1, 0.1], "weight": 1.0}
    found = apart(pair)
    assert found is not None
    assert found.setting == Setting(4, (0.1, 0.1))
    assert found.encoder.class_names is None
