"""What every Encoder promises, held against open_clip's networks, pairs and the stand-in alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from PIL import Image

from service.domain import AllowedQuery
from service.encoder.openclip import load
from service.encoder.pair.encoder import load_pair
from service.encoder.pair.towers import Machine
from service.encoder.port import DimensionMismatch, Encoder, check_dimension
from tests import checkpoints
from tests.encoder_stand_in import ColourEncoder
from tests.pairs import make_pair, random_weights

TEXTS = [
    "red dog",
    "blue dog",
    "красная собака",
    "",
    "!?",
    "слово " * 300,
    "a" * 5000,
    "\0\u202e🐕",
]

RESNET = checkpoints.architecture()
TRANSFORMER = checkpoints.architecture(vision=checkpoints.TRANSFORMER)
ARCHITECTURES = {
    "resnet": RESNET,
    "transformer": TRANSFORMER,
    "custom text": {**TRANSFORMER, "custom_text": True},
}


@pytest.fixture(scope="module", params=[*ARCHITECTURES, "pair", "stand-in"])
def make(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Encoder]:
    """Makes the encoder under test, as often as wanted."""
    if request.param == "stand-in":
        return lambda **_: ColourEncoder()
    if request.param == "pair":
        weights = random_weights(tmp_path_factory.mktemp("weights"), "test_efficientnet")
        pair = make_pair(tmp_path_factory.mktemp("pair"), weights)
        return lambda batch=16: load_pair(
            "pair:tiny", pair, machine=Machine(precision="fp32", batch=batch)
        )
    folder = checkpoints.write(tmp_path_factory.mktemp("encoder"), ARCHITECTURES[request.param])
    # Left to itself, a loaded machine might settle on another precision at the second load.
    return partial(load, f"local-dir:{folder}", precision="fp32")


@pytest.fixture(scope="module")
def encoder(make: Callable[..., Encoder]) -> Encoder:
    """The encoder under test."""
    return make()


def queries(texts: list[str]) -> list[AllowedQuery]:
    """Texts as the gate lets them through."""
    return [AllowedQuery(text, policy_version=1) for text in texts]


def pictures() -> list[Image.Image]:
    """Pictures of several shapes and kinds of colour."""
    noise = np.random.default_rng(7).integers(0, 256, (70, 90, 3), np.uint8)
    return [
        Image.fromarray(noise),
        Image.new("RGB", (33, 200), "red"),
        Image.new("L", (64, 64), 90),
        Image.new("RGBA", (40, 30), (0, 0, 255, 128)),
        Image.fromarray(noise).convert("P"),
        Image.fromarray(noise).convert("CMYK"),
        Image.new("1", (1, 1)),
        Image.new("RGB", (3, 4000), "green"),
    ]


def test_vectors_have_unit_length_and_one_shape(encoder: Encoder) -> None:
    """Texts and pictures land in one space, one row each, of length one."""
    texts, shown = encoder.encode_texts(queries(TEXTS)), encoder.encode_pictures(pictures())
    assert texts.shape == (len(TEXTS), encoder.dimension)
    assert shown.shape == (len(pictures()), encoder.dimension)
    for vectors in (texts, shown):
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_gives_nothing(encoder: Encoder) -> None:
    """An empty list gives an empty array of the right width."""
    assert encoder.encode_texts([]).shape == (0, encoder.dimension)
    assert encoder.encode_pictures([]).shape == (0, encoder.dimension)


def test_unlike_things_differ(encoder: Encoder) -> None:
    """Two pictures, or two texts, that differ get vectors that differ."""
    texts = encoder.encode_texts(queries(["red dog", "blue blue"]))
    shown = encoder.encode_pictures(pictures()[:2])
    assert texts[0] @ texts[1] < 0.999
    assert shown[0] @ shown[1] < 0.999


def test_the_same_again(make: Callable[..., Encoder], encoder: Encoder) -> None:
    """A second load of the same files gives the same name, fingerprint and vectors."""
    again = make()
    assert (again.name, again.fingerprint) == (encoder.name, encoder.fingerprint)
    assert again.picture_side == encoder.picture_side > 0
    np.testing.assert_allclose(
        again.encode_texts(queries(TEXTS)), encoder.encode_texts(queries(TEXTS)), atol=1e-5
    )
    np.testing.assert_allclose(
        again.encode_pictures(pictures()), encoder.encode_pictures(pictures()), atol=1e-5
    )


def test_company_does_not_matter(make: Callable[..., Encoder]) -> None:
    """A vector is the same alone, in a batch of three and in one of sixteen."""
    texts, shown = queries(TEXTS), pictures()
    for batch in (1, 3, 16):
        encoder = make(batch=batch)
        together, drawn = encoder.encode_texts(texts), encoder.encode_pictures(shown)
        for at, text in enumerate(texts):
            assert encoder.encode_texts([text])[0] @ together[at] >= 0.9999
        for at, picture in enumerate(shown):
            assert encoder.encode_pictures([picture])[0] @ drawn[at] >= 0.9999


def test_many_threads_at_once(encoder: Encoder) -> None:
    """Threads that encode at the same time get the vectors they would get alone."""
    alone = encoder.encode_texts(queries(TEXTS))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: encoder.encode_texts(queries([text]))[0], TEXTS * 4))
    np.testing.assert_allclose(np.stack(found), np.tile(alone, (4, 1)), atol=1e-5)


def test_pictures_stay_as_they_are(encoder: Encoder) -> None:
    """Encoding leaves the caller's picture untouched."""
    picture = pictures()[0]
    before = picture.tobytes()
    encoder.encode_pictures([picture])
    assert picture.tobytes() == before


def test_stored_vectors_of_another_length(encoder: Encoder) -> None:
    """An encoder whose vectors do not fit the stored ones is refused, with both lengths named."""
    check_dimension(encoder, encoder.dimension)
    with pytest.raises(DimensionMismatch, match=rf"{encoder.dimension} numbers.*\b512\b"):
        check_dimension(encoder, 512)


def test_the_stand_in_finds_colours() -> None:
    """With the stand-in a colour's name, in either language, lies nearest to its picture."""
    encoder = ColourEncoder()
    shown = encoder.encode_pictures([Image.new("RGB", (20, 20), each) for each in ("red", "blue")])
    asked = encoder.encode_texts(queries(["a red bicycle", "синяя чашка"]))
    assert (asked @ shown.T).argmax(axis=1).tolist() == [0, 1]
