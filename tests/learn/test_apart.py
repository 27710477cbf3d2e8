"""Scorers of an aligned pair are measured under alignments that are fitted inside the fold."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from service.config import Settings
from service.domain import AllowedQuery
from service.encoder.holder import EncoderHolder
from service.ingest.index import finish_builds
from service.learn.apart import OwnVectorsMissing
from service.learn.pairs import fitted
from service.scoring.files import packed
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder
from tests.learn.colours import QUICK, judged_colours
from tests.pairs import random_weights


@pytest.fixture
def services(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Every use case; a stand-in serves first, and pairs are loaded as they are in earnest."""
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    with wired(settings, endpoints, secret_key="a test's secret", encoder=holder) as services:
        services.register_encoder()
        yield services


@pytest.fixture
def paired(services: Services, tmp_path: Path) -> Services:
    """Judged pictures under a pair of a network drawn by chance and counted words."""
    judged_colours(services)
    weights = random_weights(tmp_path, "test_efficientnet")
    tower = f"timm:test_efficientnet?weights={weights}&size=64&squash=yes"
    services.pairing.align(image=tower, text="tfidf?width=8", name="mine")
    stored = services.catalogue.add("pair:mine")
    services.serving.embed(seconds=60)
    finish_builds(services.engine, services.transactions)
    services.catalogue.switch(stored.encoder_id)
    return services


def test_folds_fit_the_alignment_and_the_words_anew(paired: Services) -> None:
    """What is measured are the towers' own vectors; captions that are held out move nothing.

    Neither the alignment nor the terms of counted words have seen them.
    """
    material = paired.learning.material()
    own = material.own
    assert own is not None
    assert own.vectors.align
    assert own.vectors.pictures.shape[1] != material.vectors.pictures.shape[1]
    everything = np.ones(len(own.vectors.pictures), bool)
    training = np.arange(len(everything)) % 5 != 0
    held = ~training[own.vectors.written_for]
    read = own.vectors.reread
    assert read is not None
    other_words = AllowedQuery("of something else entirely", 1)
    said = tuple(other_words if gone else one for one, gone in zip(read.said, held, strict=True))
    spoiled = replace(own.vectors, reread=replace(read, said=said))
    for there, same in ((training, True), (everything, False)):
        one, other = (
            fitted(vectors, there, seed=0).space.pictures(own.vectors.pictures)
            for vectors in (own.vectors, spoiled)
        )
        # Of two opposite directions either may come out, so what they say together is compared.
        assert np.allclose(one @ one.T, other @ other.T, atol=1e-4) == same


def test_a_scorer_of_a_pair_serves_in_the_space_of_searches(paired: Services) -> None:
    """It is trained, published, and asked with the vectors of the encoder that serves.

    Were the space that folds fit fitted on everything, it would be the one of searches; and equal
    seeds give equal bytes here too.
    """
    outcome = paired.learning.train(QUICK, publish=True)
    trained = outcome.training.scorers["cosine"]
    material = paired.learning.material()
    served, own = material.vectors, material.own
    assert own is not None
    everything = np.ones(len(served.pictures), bool)
    whole = fitted(served, everything, seed=QUICK.seed).features.to_arrays()
    for name, array in trained.features.to_arrays().items():
        assert np.array_equal(array, whole[name]), name
    refitted = fitted(own.vectors, everything, seed=0).vectors
    found, expected = (one.pictures @ one.texts.T for one in (refitted, served))
    # Those that serve are stored in half precision.
    assert np.allclose(found, expected, atol=2e-3)
    assert paired.learning.listed()[0].state == "published"
    again = paired.learning.train(QUICK).training.scorers["cosine"]
    assert packed(again) == packed(trained)


def test_without_the_towers_own_vectors_nothing_is_measured(paired: Services) -> None:
    """A plain sentence instead of figures that flatter."""
    with paired.transactions() as transaction:
        transaction.conn.execute(text("DELETE FROM tower_vectors"))
    with pytest.raises(OwnVectorsMissing, match="pictures lack the vectors"):
        paired.learning.train(QUICK)
