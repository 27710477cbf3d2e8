"""An adapter is learned where a collection differs from an encoder's training, else it is not."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from service.encoder.alignment import unit
from service.learn.adapter import Taught, fit_adapter, try_adapter

Rows = NDArray[Any]
PICTURES, EACH, WIDTH = 150, 2, 16


def collection(*, turned: float, seed: int = 0) -> tuple[Rows, Rows, Taught, Taught]:
    """Pictures, captions that a joint encoder places near them, and judgements of both kinds.

    `turned` tells how far the texts of this collection are turned away from its pictures.
    """
    chance = np.random.default_rng(seed)
    pictures = unit(chance.normal(size=(PICTURES, WIDTH)))
    owners = np.repeat(np.arange(PICTURES), EACH)
    turn = np.linalg.qr(np.eye(WIDTH) + turned * chance.normal(size=(WIDTH, WIDTH)))[0]
    noise = chance.normal(size=(len(owners), WIDTH)) * 0.15
    texts = unit(pictures[owners] @ (turn if turned else np.eye(WIDTH)) + noise)
    captions = Taught(owners, np.arange(len(owners)), np.ones(len(owners)))
    shown = chance.integers(0, PICTURES, 300)
    said = np.where(chance.random(300) < 0.3, shown * EACH, chance.integers(0, len(owners), 300))
    matching = (owners[said] == shown) * 0.8 + chance.random(300) * 0.2
    return pictures, texts, captions, Taught(shown, said, matching)


@pytest.mark.parametrize("seed", [0, 1])
def test_kept_where_it_finds_more(seed: int) -> None:
    """Texts that lie askew of this collection's pictures are put right, also of unseen ones."""
    pictures, texts, captions, judged = collection(turned=0.3, seed=seed)
    trial = try_adapter(pictures, texts, captions=captions, judged=judged)
    assert trial.adapter is not None
    assert trial.adapted.found.mrr > trial.plain.found.mrr + 0.05
    assert trial.adapted.spearman is not None
    assert trial.plain.spearman is not None
    assert trial.adapted.spearman > trial.plain.spearman
    np.testing.assert_allclose(trial.adapter.pictures(pictures), pictures, atol=1e-6)


def test_not_kept_where_nothing_is_to_be_learned() -> None:
    """Captions of other pictures teach nothing that unseen ones would gain by."""
    pictures, texts, captions, judged = collection(turned=0.0)
    swapped = np.random.default_rng(3).permutation(PICTURES)[captions.pictures]
    nonsense = Taught(swapped, captions.texts, captions.weights)
    chance = np.random.default_rng(4).random(len(judged.texts))
    tired = Taught(judged.pictures, judged.texts, chance)
    trial = try_adapter(pictures, texts, captions=nonsense, judged=tired)
    assert trial.adapter is None
    by_heart = try_adapter(pictures, texts, captions=captions, judged=tired, strengths=(1e-3,))
    assert by_heart.plain.found.mrr > 0.95
    assert by_heart.adapter is None


def test_not_kept_where_judges_agree_less() -> None:
    """Better found alone is not enough: people's judgements must not be contradicted."""
    pictures, texts, captions, judged = collection(turned=0.3)
    trial = try_adapter(pictures, texts, captions=captions, judged=judged)
    assert trial.adapter is not None
    contrary = Taught(judged.pictures, judged.texts, 1 - judged.weights)
    assert try_adapter(pictures, texts, captions=captions, judged=contrary).adapter is None


def test_a_strong_ridge_changes_nothing() -> None:
    """The stronger the ridge, the nearer the adapted texts to the encoder's own."""
    pictures, texts, captions, judged = collection(turned=0.3)
    nearness = [
        float((fit_adapter(pictures, texts, captions, judged, strength=s).texts(texts) * texts)
              .sum(axis=1).mean())
        for s in (1.0, 100.0, 1e7)
    ]  # fmt: skip
    assert nearness == sorted(nearness)
    assert nearness[-1] == pytest.approx(1, abs=1e-4)


def test_without_judgements_captions_decide() -> None:
    """A home that nobody has judged anything in can still have an adapter."""
    pictures, texts, captions, judged = collection(turned=0.3)
    none = judged.of(np.zeros(len(judged.texts), bool))
    trial = try_adapter(pictures, texts, captions=captions, judged=none)
    assert trial.adapter is not None
    assert trial.adapted.spearman is None
