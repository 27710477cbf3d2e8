"""Artefacts: what is stored comes back, equal seeds give equal bytes, and damage is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from service.learn.pairs import fitted
from service.learn.protocol import lesson
from service.scoring.boosting import fit_boosting
from service.scoring.calibrated import Calibrated, fit_kinds
from service.scoring.features import AT, NAMES
from service.scoring.files import ArtefactBroken, Manifest, TrainedScorer, digest, packed, unpacked
from service.scoring.kinds import KINDS
from tests.learn.worlds import a_world

ENCODER = "an encoder"


def trained(kinds: list[str]) -> dict[str, TrainedScorer]:
    """Scorers of these kinds from one small world."""
    vectors, judged = a_world(pictures=50)
    everything = np.ones(50, bool)
    features = fitted(vectors, everything, seed=0).features
    found = fit_kinds(kinds, lesson(vectors, judged, everything, seed=0))
    return {
        kind: TrainedScorer(
            Manifest(kind, ENCODER, 1, "data", 0, "0", 0.3, {"rmse": 0.1}), features, scorer
        )
        for kind, scorer in found.items()
    }


@pytest.fixture(scope="module")
def scorers() -> dict[str, TrainedScorer]:
    """One of each kind."""
    return trained(list(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_scorer_says_the_same_as_before(
    scorers: dict[str, TrainedScorer], kind: str
) -> None:
    """Every kind comes back from its bytes with its manifest and its opinions."""
    before = scorers[kind]
    data = packed(before)
    after = unpacked(data, sha256=digest(data), encoder=ENCODER)
    vectors, _ = a_world(pictures=50)
    asked = vectors.pictures, list(vectors.keys), vectors.texts[4], vectors.facts[4]
    assert np.allclose(before.probabilities(*asked), after.probabilities(*asked), atol=1e-6)
    assert after.manifest == before.manifest


def test_equal_seeds_give_equal_bytes(scorers: dict[str, TrainedScorer]) -> None:
    """Training again on the same data with the same seed changes not a bit."""
    again = trained(list(KINDS))
    assert all(packed(scorers[kind]) == packed(again[kind]) for kind in KINDS)


def test_damaged_and_foreign_artefacts_are_refused(scorers: dict[str, TrainedScorer]) -> None:
    """A changed byte, another encoder's scorer, and files that are no scorers do not serve."""
    data = packed(scorers["linear"])
    changed = data[:-1] + bytes([data[-1] ^ 1])
    stranger = save({"a": np.zeros(2, np.float32)}, {"glimpse": json.dumps({"edition": 9})})
    for found, sha256, encoder in (
        (changed, digest(data), ENCODER),
        (data, digest(data), "another encoder"),
        (stranger, digest(stranger), ENCODER),
        (b"garbage", digest(b"garbage"), ENCODER),
        (data[: len(data) // 2], digest(data[: len(data) // 2]), ENCODER),
    ):
        with pytest.raises(ArtefactBroken):
            unpacked(found, sha256=sha256, encoder=encoder)


def test_a_scorer_of_before_a_feature_was_added_still_serves() -> None:
    """It is told the features that it learnt from, in their places."""
    vectors, judged = a_world(pictures=50)
    everything = np.ones(50, bool)
    learnt = lesson(vectors, judged, everything, seed=0)
    features = fitted(vectors, everything, seed=0).features
    seen = tuple(name for name in NAMES if name != "nearest_caption")
    narrow = replace(learnt, features=learnt.features[:, [AT[name] for name in seen]])
    manifest = Manifest("boosting", ENCODER, 1, "data", 0, "0", 0.3, {})
    scorer = Calibrated(fit_boosting(narrow))
    data = packed(TrainedScorer(manifest, features, scorer, seen=seen))
    after = unpacked(data, sha256=digest(data), encoder=ENCODER)
    asked = vectors.pictures, list(vectors.keys), vectors.texts[4], vectors.facts[4]
    wide = features.candidates(vectors.pictures, list(vectors.keys), *asked[2:])
    assert np.allclose(
        after.probabilities(*asked), scorer(np.delete(wide, AT["nearest_caption"], axis=1))
    )


def test_calibration_only_rises(scorers: dict[str, TrainedScorer]) -> None:
    """A higher number of a scorer never means a lower probability."""
    for scorer in scorers.values():
        assert list(scorer.scorer.curve.probability) == sorted(scorer.scorer.curve.probability)
