"""Two towers that never met come into one space, whatever scale and turn each of them has."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import save_file

from service.encoder.alignment import AlignmentBroken, WidthMismatch, load_alignment, unit
from service.learn.alignment import PairsBroken, TooFewPairs, fit_alignment, taken_apart

Rows = NDArray[Any]
PICTURE_WIDTH, TEXT_WIDTH, LATENT, EACH = 14, 9, 4, 3


def pairs(seed: int, count: int = 120) -> tuple[Rows, Rows, NDArray[np.intp]]:
    """Pictures and their texts, three each: the same few things said in two ways, with noise."""
    chance = np.random.default_rng(seed)
    meaning = chance.normal(size=(count, LATENT))
    owners = np.repeat(np.arange(count), EACH)
    see, say = (chance.normal(size=(LATENT, width)) for width in (PICTURE_WIDTH, TEXT_WIDTH))
    pictures = meaning @ see + 0.3 * chance.normal(size=(count, PICTURE_WIDTH)) + 5
    texts = meaning[owners] @ say + 0.3 * chance.normal(size=(len(owners), TEXT_WIDTH)) - 2
    return pictures, texts, owners


def found_first(likeness: Rows, owners: NDArray[np.intp]) -> float:
    """The share of texts whose own picture is the most alike."""
    return float((likeness.argmax(axis=1) == owners).mean())


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_pictures_never_seen_are_found_by_their_texts(seed: int) -> None:
    """Fitted on some pictures, texts of others find theirs; with pictures swapped they do not."""
    pictures, texts, owners = pairs(seed)
    train, said = slice(0, 90), owners < 90
    kept = pictures[90:], texts[~said], owners[~said] - 90
    right = fit_alignment(pictures[train], texts[said], owners=owners[said], dimension=4)
    assert found_first(right.texts(kept[1]) @ right.pictures(kept[0]).T, kept[2]) > 0.5
    swapped = np.random.default_rng(seed).permutation(90)[owners[said]]
    wrong = fit_alignment(pictures[train], texts[said], owners=swapped, dimension=4)
    assert found_first(wrong.texts(kept[1]) @ wrong.pictures(kept[0]).T, kept[2]) < 0.4


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), regularisation=st.floats(1e-3, 10))
def test_owners_stand_for_repeated_pictures(seed: int, regularisation: float) -> None:
    """Naming a picture several times is the same as repeating its row."""
    pictures, texts, owners = pairs(seed, count=30)
    named = fit_alignment(pictures, texts, owners=owners, regularisation=regularisation)
    repeated = fit_alignment(pictures[owners], texts, regularisation=regularisation)
    np.testing.assert_allclose(
        named.texts(texts) @ named.pictures(pictures).T,
        repeated.texts(texts) @ repeated.pictures(pictures).T,
        atol=1e-4,
    )


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_a_towers_own_scale_turn_and_place_do_not_matter(
    seed: int, scale: float, shift: float
) -> None:
    """A tower that measures in other units, from another corner, comes out the same."""
    pictures, texts, owners = pairs(seed, count=40)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(PICTURE_WIDTH, PICTURE_WIDTH)))[0]
    moved = scale * pictures @ turn + shift
    plain = fit_alignment(pictures, texts, owners=owners, dimension=4)
    other = fit_alignment(moved, texts, owners=owners, dimension=4)
    np.testing.assert_allclose(
        plain.texts(texts) @ plain.pictures(pictures).T,
        other.texts(texts) @ other.pictures(moved).T,
        atol=1e-2,
    )


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), dimension=st.integers(1, 40))
def test_projected_rows_have_length_one(seed: int, dimension: int) -> None:
    """Whatever comes in, one row of length one comes out, no wider than the towers can fill."""
    pictures, texts, owners = pairs(seed, count=20)
    fitted = fit_alignment(pictures, texts, owners=owners, dimension=dimension)
    assert fitted.dimension == min(dimension, TEXT_WIDTH)
    anything = np.vstack([pictures, np.zeros((1, PICTURE_WIDTH)), fitted.picture.mean[None]])
    for rows in (fitted.pictures(anything), fitted.texts(texts)):
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_dead_number_of_a_tower_does_no_harm() -> None:
    """A number that is the same in every picture changes nothing, even without regularisation."""
    pictures, texts, owners = pairs(3)
    dead = np.hstack([pictures, np.full((len(pictures), 2), 7.0)])
    fitted = fit_alignment(dead, texts, owners=owners, dimension=4, regularisation=0.0)
    plain = fit_alignment(pictures, texts, owners=owners, dimension=4, regularisation=0.0)
    np.testing.assert_allclose(
        fitted.texts(texts) @ fitted.pictures(dead).T,
        plain.texts(texts) @ plain.pictures(pictures).T,
        atol=1e-3,
    )


def test_a_matrix_that_the_quick_way_gives_up_on_is_taken_apart() -> None:
    """The slower way finds the same values, and its parts make the matrix again."""
    asked: list[tuple[int, ...]] = []

    def gives_up(matrix: Rows) -> tuple[Rows, Rows, Rows]:
        asked.append(matrix.shape)
        raise np.linalg.LinAlgError

    matrix = np.random.default_rng(0).normal(size=(PICTURE_WIDTH, TEXT_WIDTH))
    left, values, right = taken_apart(matrix, gives_up)
    assert asked == [matrix.shape]
    np.testing.assert_allclose(left @ (values[:, None] * right), matrix, atol=1e-9)
    np.testing.assert_allclose(values, taken_apart(matrix)[1], atol=1e-9)


def test_directions_that_mean_little_weigh_little() -> None:
    """The lengths of the directions follow their correlations, from the strongest down."""
    pictures, texts, owners = pairs(1)
    flat = fit_alignment(pictures, texts, owners=owners, weight=0.0)
    steep = fit_alignment(pictures, texts, owners=owners, weight=2.0)
    lengths = np.linalg.norm(steep.text.matrix, axis=0) / np.linalg.norm(flat.text.matrix, axis=0)
    assert lengths[0] < 1
    assert (np.diff(lengths) <= 1e-6).all()
    assert lengths[LATENT] < 0.5 * lengths[LATENT - 1]


def test_a_saved_alignment_comes_back_the_same(tmp_path: Path) -> None:
    """What was written is read again to the last bit."""
    pictures, texts, owners = pairs(5, count=20)
    fitted = fit_alignment(pictures, texts, owners=owners)
    fitted.save(tmp_path / "alignment.safetensors", notes={"seed": "0"})
    read = load_alignment(tmp_path / "alignment.safetensors")
    for name, tensor in fitted.tensors().items():
        np.testing.assert_array_equal(tensor, read.tensors()[name])


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A file cut short, or with numbers that are none, is refused with its path."""
    path = tmp_path / "alignment.safetensors"
    fitted = fit_alignment(*pairs(5, count=20)[:1], pairs(5, count=20)[1][::EACH])
    fitted.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AlignmentBroken, match=str(path)):
        load_alignment(path)
    save_file({**fitted.tensors(), "text.mean": fitted.text.mean * np.float32("nan")}, path)
    with pytest.raises(AlignmentBroken, match="numbers that are none"):
        load_alignment(path)
    save_file({**fitted.tensors(), "text.mean": fitted.text.mean[1:]}, path)
    with pytest.raises(AlignmentBroken, match="differ in width"):
        load_alignment(path)


def test_pairs_nothing_can_be_learned_from_are_refused() -> None:
    """One picture is too few, and rows that do not belong together are told apart."""
    pictures, texts, owners = pairs(0, count=10)
    with pytest.raises(TooFewPairs, match="here are 1"):
        fit_alignment(pictures, texts[:EACH], owners=owners[:EACH])
    with pytest.raises(PairsBroken, match="30 texts have 29 owners"):
        fit_alignment(pictures, texts, owners=owners[1:])
    with pytest.raises(PairsBroken, match="a picture that is not there"):
        fit_alignment(pictures[:-1], texts, owners=owners)
    with pytest.raises(PairsBroken, match="numbers that are none"):
        fit_alignment(pictures * np.nan, texts, owners=owners)


def test_a_tower_of_another_width_is_refused() -> None:
    """Vectors of a tower that has changed meet a sentence with both widths."""
    fitted = fit_alignment(*pairs(0, count=10)[:1], pairs(0, count=10)[1][::EACH])
    with pytest.raises(WidthMismatch, match=r"14 numbers, these have 9"):
        fitted.pictures(np.zeros((2, TEXT_WIDTH)))


def test_a_row_without_direction_gets_one() -> None:
    """Rows of zeros do not become rows of nothing."""
    np.testing.assert_array_equal(unit(np.zeros((1, 3))), [[1, 0, 0]])
