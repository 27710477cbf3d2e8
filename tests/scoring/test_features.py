"""Features: a pair has the same ones in training, in search and alone."""

import numpy as np
import pytest

from service.learn.pairs import Fitted, Judged, PairVectors, fitted
from service.scoring.features import AT, NAMES, FeatureMap, text_facts
from service.scoring.rows import settled
from tests.learn.worlds import a_world

World = tuple[PairVectors, Judged, Fitted]


@pytest.fixture(scope="module")
def world() -> World:
    """A world and what was fitted on it."""
    vectors, judged = a_world()
    return vectors, judged, fitted(vectors, np.ones(80, bool), seed=0)


def test_a_pair_has_the_same_features_among_candidates_as_alone(world: World) -> None:
    """What other pictures a search brings changes nothing about a picture's features."""
    vectors, _, found = world
    keys, text, facts = list(vectors.keys), vectors.texts[5], vectors.facts[5]
    together = found.features.candidates(vectors.pictures, keys, text, facts)
    for row in (0, 7, 79):
        alone = found.features.candidates(vectors.pictures[[row]], [keys[row]], text, facts)
        assert np.allclose(alone[0], together[row], atol=1e-5)


def test_training_and_search_see_the_same(world: World) -> None:
    """A query that nobody wrote for a picture has in training the features it has in search."""
    vectors, _, found = world
    asked = found.vectors.texts[9]
    pictures = found.features.pictures(vectors.pictures[:10], list(vectors.keys[:10]))
    texts = found.features.texts(asked[None, :], vectors.facts[[9]])
    trained = found.features.pairs(pictures, texts, np.arange(10), np.zeros(10, np.intp))
    served = found.features.candidates(
        vectors.pictures[:10], list(vectors.keys[:10]), asked, vectors.facts[9]
    )
    assert np.allclose(trained, served, atol=1e-6)


def test_a_text_is_no_evidence_for_the_picture_it_was_written_for(world: World) -> None:
    """Changing a picture's own captions in the bank leaves the features of that pair alone."""
    vectors, _, found = world
    arrays = found.features.to_arrays()
    own = arrays["bank_owner"] == 3
    changed = FeatureMap.from_arrays(
        arrays | {"bank_captions": np.where(own[:, None], -1, arrays["bank_captions"])}
    )
    for features in (found.features, changed):
        pictures = features.pictures(vectors.pictures[[3]], [int(vectors.keys[3])])
        texts = features.texts(vectors.texts[[6]], vectors.facts[[6]], [int(vectors.keys[3])])
        row = features.pairs(pictures, texts, np.array([0]), np.array([0]))
        if features is found.features:
            before = row
    assert np.allclose(before, row, atol=1e-5)


def test_similarity_is_the_encoder_s_own(world: World) -> None:
    """The first feature is the plain cosine."""
    vectors, judged, found = world
    rows = found.of(judged.picture[:20], judged.text[:20])
    cosine = np.einsum(
        "ij,ij->i", vectors.pictures[judged.picture[:20]], vectors.texts[judged.text[:20]]
    )
    assert np.allclose(rows[:, AT["similarity"]], cosine, atol=1e-6)
    assert rows.shape[1] == len(NAMES)


def test_of_two_opposite_directions_the_same_one_is_taken() -> None:
    """Whichever a decomposition finds; what pairs of directions say together stays."""
    rng = np.random.default_rng(1)
    left, right = rng.normal(size=(9, 4)), rng.normal(size=(7, 4))
    found = settled(left, right)
    assert np.allclose(found[0] @ found[1].T, left @ right.T)
    for signs in ([1, -1, 1, -1], [-1, -1, -1, -1]):
        again = settled(left * signs, right * signs)
        assert all(np.array_equal(one, other) for one, other in zip(found, again, strict=True))


def test_language_and_length_are_read_off_the_text() -> None:
    """Words are counted, and the share of Cyrillic letters."""
    facts = text_facts(["a red house", "красный дом", ""])
    assert facts[:, 1].tolist() == [0, 1, 0]
    assert facts[0, 0] > facts[1, 0] > facts[2, 0] == 0
