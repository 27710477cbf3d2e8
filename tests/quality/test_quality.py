"""True search: fresh scenes are found by their captions, and whatever spoils that is noticed."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from PIL import Image, ImageOps

from service.config import Settings
from service.domain import AllowedQuery
from service.encoder.holder import EncoderHolder
from service.encoder.openclip import load
from service.encoder.port import Encoder, Vectors
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.factories import with_encoder
from tests.found import hang, ranks, recall

SCENES = 100
LEAST = {"en": 0.93, "ru": 0.93}


class Passing:
    """The bundled encoder as it is; its children spoil one thing each."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap it."""
        self.encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self.fingerprint, self.picture_side = encoder.fingerprint, encoder.picture_side

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Pass on."""
        return self.encoder.encode_pictures(pictures)

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Pass on."""
        return self.encoder.encode_texts(texts)


class WrongPreprocessing(Passing):
    """Red and blue are exchanged, as when a decoder and an encoder disagree."""

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Exchange them."""
        return self.encoder.encode_pictures(
            [Image.merge("RGB", picture.split()[::-1]) for picture in pictures]
        )


class WrongCrop(Passing):
    """Only a corner is looked at, as when a size is misread."""

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Cut the corner out."""
        return self.encoder.encode_pictures(
            [picture.crop((0, 0, picture.width // 2, picture.height // 2)) for picture in pictures]
        )


class WrongTokenizer(Passing):
    """Letters arrive shifted, as from another vocabulary."""

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Shift them."""
        return self.encoder.encode_texts(
            [
                AllowedQuery("".join(chr(ord(char) + 1) for char in one.text), one.policy_version)
                for one in texts
            ]
        )


class WrongPrecision(Passing):
    """Vectors keep one bit in a number, as from arithmetic that is too coarse."""

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Coarsen them."""
        found = np.round(self.encoder.encode_pictures(pictures) * 4)
        unit: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
        return unit.astype(np.float32)


class Upset(Passing):
    """The nearest come last, as from a wrong sign in the statement."""

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Turn the sign."""
        return -self.encoder.encode_texts(texts)


class Mirrored(Passing):
    """Pictures stand on their heads, as when the orientation is applied twice."""

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Turn them."""
        return self.encoder.encode_pictures([ImageOps.flip(picture) for picture in pictures])


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    """The encoder that the product brings along."""
    return load("bundled")


@pytest.fixture
def true_services(settings: Settings, endpoints: Endpoints, bundled: Encoder) -> Iterator[Services]:
    """Every use case, with the bundled encoder."""
    holder = EncoderHolder("bundled", lambda: bundled)
    with wired(settings, endpoints, secret_key="secret", encoder=holder) as services:
        yield services


def test_fresh_scenes_are_found_by_their_captions(true_services: Services) -> None:
    """In each language nearly every full caption brings its own picture first."""
    hung = hang(true_services, SCENES)
    for language, least in LEAST.items():
        assert recall(ranks(true_services, hung, language), 1) >= least


@pytest.mark.long
@pytest.mark.parametrize(
    "spoiled",
    [WrongPreprocessing, WrongCrop, WrongTokenizer, WrongPrecision, Upset, Mirrored],
)
def test_whatever_spoils_the_search_is_noticed(
    true_services: Services, bundled: Encoder, spoiled: type[Passing]
) -> None:
    """Each kind of damage lets the figures of the test above fall below its floor."""
    broken = with_encoder(true_services, spoiled(bundled))
    hung = hang(broken, SCENES)
    found = {language: recall(ranks(broken, hung, language), 1) for language in LEAST}
    assert any(found[language] < least for language, least in LEAST.items())
