"""A home whose pairs are loaded in earnest, and a small tower to make them of."""

from collections.abc import Iterator

import pytest

from service.config import Settings
from service.encoder.holder import EncoderHolder
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder
from tests.pairs import random_weights


@pytest.fixture
def services(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Every use case; a stand-in serves, and pairs are loaded as they are in earnest."""
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    with wired(settings, endpoints, secret_key="a test's secret", encoder=holder) as services:
        services.register_encoder()
        yield services


@pytest.fixture(scope="package")
def tower(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small network that was never trained; colours it can tell apart."""
    weights = random_weights(tmp_path_factory.mktemp("weights"), "test_efficientnet")
    return f"timm:test_efficientnet?weights={weights}&size=64&squash=yes"
