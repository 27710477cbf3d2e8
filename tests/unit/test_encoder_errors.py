"""Whatever is wrong with an encoder is said in one sentence that tells what to do."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from service.encoder.checkpoint import ConfigBroken, ConfigMissing, FolderMissing, WeightsMissing
from service.encoder.openclip import TowerMissing, load
from service.encoder.precision import Device, DeviceMissing
from service.encoder.spec import UnknownEncoder
from service.encoder.tokenizer import (
    PackageMissing,
    TokenizerBroken,
    TokenizerMisfit,
    TokenizerMissing,
)
from tests import checkpoints
from tests.refusals import refused

WEIGHTS = "open_clip_model.safetensors"
CONFIG = "open_clip_config.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound checkpoint, to be damaged."""
    return checkpoints.write(tmp_path / "encoder")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ViT-B-32/laion2b_s34b_b79", "ViT-B-32/laion2b_s34b_b79k"),
        ("vit-b-32/openai", "ViT-B-32/openai"),
        ("ViT-B-32", "ViT-B-32/openai"),
        ("bundeld", "bundled"),
        ("some-organisation/some-encoder", "write hf-hub:some-organisation/some-encoder"),
        ("complete nonsense", "nothing has a similar name"),
        ("local-dir:", "local-dir:<folder>"),
        ("hf-hub:", "hf-hub:<organisation>/<repository>"),
        ("", "bundled"),
    ],
)
def test_an_unknown_name_meets_near_ones(name: str, said: str) -> None:
    """A name that open_clip does not know is refused with the names that come near."""
    assert said in refused(name, UnknownEncoder)


def test_a_folder_without_its_prefix(folder: Path) -> None:
    """A bare path is refused with the very name to write instead."""
    assert f"write local-dir:{folder}" in refused(str(folder), UnknownEncoder)


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    assert str(tmp_path / "nowhere") in refused(tmp_path / "nowhere", FolderMissing)


def test_no_configuration(folder: Path) -> None:
    """A folder without its configuration is told which file it lacks."""
    (folder / CONFIG).unlink()
    assert CONFIG in refused(folder, ConfigMissing)


def test_no_weights(folder: Path) -> None:
    """Without weights nothing is loaded; open_clip's own way would be a random network."""
    (folder / WEIGHTS).unlink()
    assert WEIGHTS in refused(folder, WeightsMissing)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("\ud800", "no JSON"),
        ("[]", "no model_cfg"),
        ('{"model_cfg": {"vision_cfg": {}}}', "no text_cfg and no embed_dim"),
        ('{"model_cfg": {"embed_dim": 8, "vision_cfg": {"deep": 9}, "text_cfg": {}}}', "deep"),
        ('{"model_cfg": {"embed_dim": 8, "vision_cfg": {}, "text_cfg": {"heads": 7}}}', "divis"),
    ],
)
def test_a_configuration_that_makes_no_sense(folder: Path, text: str, said: str) -> None:
    """A configuration that cannot be read or built is refused with the reason."""
    (folder / CONFIG).write_bytes(text.encode(errors="surrogatepass"))
    refusal = refused(folder, ConfigBroken)
    assert said in refusal
    assert str(folder) in refusal


@pytest.mark.parametrize(
    "nonsense",
    [{"interpolation": "guess"}, {"mean": [0.5, 0.5]}, {"mean": "grey"}, {"resize_mode": "fold"}],
)
def test_a_preparation_that_makes_no_sense(folder: Path, nonsense: dict[str, object]) -> None:
    """A way to prepare pictures that cannot be carried out is refused at load."""
    checkpoints.write_config(folder, checkpoints.architecture(), **nonsense)
    refused(folder, ConfigBroken)


def test_a_network_that_wants_other_pictures(folder: Path) -> None:
    """A configuration whose parts contradict each other is found out by the probes."""
    vision = {"timm_model_name": "vit_tiny_patch16_224", "image_size": 224}
    config = {**checkpoints.architecture(vision=vision), "custom_text": True}
    save_file(checkpoints.weights(config), folder / WEIGHTS)
    config["vision_cfg"]["image_size"] = 32
    checkpoints.write_config(folder, config)
    refused(folder, ConfigBroken)


def test_merges_of_another_encoder(folder: Path) -> None:
    """A tokenizer with more or fewer tokens than the weights know is refused, with both numbers."""
    checkpoints.write_merges(folder, (*checkpoints.MERGES, "q q"))
    assert "525 tokens" in refused(folder, TokenizerMisfit)
    (folder / "bpe.txt.gz").unlink()
    assert "49408 tokens" in refused(folder, TokenizerMisfit)


def test_merges_that_cannot_be_unpacked(folder: Path) -> None:
    """A damaged merges file is named."""
    (folder / "bpe.txt.gz").write_bytes(b"not gzip")
    assert "bpe.txt.gz" in refused(folder, TokenizerBroken)


def test_merges_that_the_configuration_names(folder: Path) -> None:
    """A merges file that the configuration names but the folder lacks is named with its path."""
    named = checkpoints.architecture(tokenizer_kwargs={"bpe_path": "elsewhere.txt.gz"})
    checkpoints.write_config(folder, named)
    assert str(folder / "elsewhere.txt.gz") in refused(folder, TokenizerMissing)


def test_tokenizer_options_that_do_not_exist(folder: Path) -> None:
    """An option that the tokenizer does not know is refused with its name."""
    odd = checkpoints.architecture(tokenizer_kwargs={"shouting": True})
    checkpoints.write_config(folder, odd)
    assert "shouting" in refused(folder, TokenizerBroken)


@pytest.mark.skipif(find_spec("transformers") is not None, reason="the package is installed")
def test_a_tokenizer_that_needs_another_package(folder: Path) -> None:
    """An encoder whose tokenizer needs a package that is not installed says which."""
    checkpoints.write_config(folder, checkpoints.architecture(hf_tokenizer_name="some/tokenizer"))
    assert "pip install transformers" in refused(folder, PackageMissing)


def test_a_device_that_is_not_there(folder: Path) -> None:
    """A device asked for by name that the machine lacks is refused."""
    missing: Device = "cuda" if torch.backends.mps.is_available() else "mps"
    with pytest.raises(DeviceMissing, match="GLIMPSE_DEVICE=auto"):
        load(f"local-dir:{folder}", device=missing)


def test_a_tower_that_was_not_loaded(folder: Path) -> None:
    """Asking a half encoder for what it left out is refused in words."""
    with pytest.raises(TowerMissing, match="picture tower"):
        load(f"local-dir:{folder}", towers="text").encode_pictures([])
    with pytest.raises(TowerMissing, match="text tower"):
        load(f"local-dir:{folder}", towers="picture").encode_texts([])


def test_the_sentences_name_what_to_do(folder: Path) -> None:
    """The configuration written by the tests is itself sound, so each refusal had its own cause."""
    assert json.loads((folder / CONFIG).read_text())["model_cfg"]["embed_dim"] == 24
    assert load(f"local-dir:{folder}").dimension == 24
