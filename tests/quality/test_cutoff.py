"""The cutoff of the sample's own scorer: nothing for what is not there, and what is there stays."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sample.dataset import collection
from sample.learn import first_scorer
from sample.load import SEED, load
from service.config import Settings
from service.encoder.holder import EncoderHolder
from service.encoder.openclip import load as load_encoder
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.quality.answered import lost, refused, unmatched

SEEN = tomllib.loads(Path(__file__).with_name("nothing.toml").read_text("utf-8"))
TRAIN, TEST, SIZE = 1_000, 100, 256
LEAST_REFUSED, MOST_LOST = 0.9, 0.05


@pytest.fixture
def sampled(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """The sample collection with its scorer, as the first start makes it."""
    holder = EncoderHolder("bundled", lambda: load_encoder("bundled"))
    with wired(settings, endpoints, secret_key="secret", encoder=holder) as services:
        services.register_encoder()
        load(services, train=TRAIN, test=TEST, size=SIZE, after=first_scorer)
        yield services


@pytest.mark.long
def test_nothing_is_found_for_nothing_and_something_for_something(sampled: Services) -> None:
    """In each language nine texts in ten that match nothing are told so; few answers are lost.

    Nor does the scorer put fewer right pictures first than similarity alone.
    """
    drawn = [one for part in collection(SEED, TRAIN, TEST) for one in part]
    scenes = {one.name: one.scene for one in drawn if not one.scene.shows_child}
    for language, sets in unmatched()["sample"].items():
        for known in (sets, SEEN[language]):
            texts = [*known["nonsense"], *known["absent"]]
            assert refused(sampled, texts) >= LEAST_REFUSED, language
        assert lost(sampled, scenes, language) <= MOST_LOST, language
    asked = sampled.learning.evaluate()
    assert (asked.retrieval.recall_at_1 or 0) >= (asked.unscored.recall_at_1 or 1)
