"""Every preset's architecture, shallow and with random weights, through the code of real ones."""

from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from open_clip.model import CustomTextCLIP
from PIL import Image

from service.domain import AllowedQuery
from service.encoder import checkpoint, tokenizer
from service.encoder.checkpoint import Checkpoint
from service.encoder.hub import Hub
from service.encoder.openclip import OpenClipEncoder, load
from service.encoder.presets import Preset, presets, spec_of
from service.encoder.spec import parse
from tests.local_hub import local_hub
from tests.shallow_presets import PRESETS, repositories, shallow_ones


def names(preset: Preset) -> Any:
    """A test's name."""
    return preset.name


@pytest.fixture(scope="module", params=PRESETS, ids=names)
def arrived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Preset, OpenClipEncoder, Checkpoint]:
    """A preset, fetched from a hub by its name and then used without it."""
    preset: Preset = request.param
    root = tmp_path_factory.mktemp(preset.name)
    with shallow_ones():
        with local_hub(repositories(preset, root / "hub")) as served:
            hub = Hub(endpoint=served.url, files=root / "files", use_cache=False)
            checkpoint.find(parse(spec_of(preset.name)), hub)
        offline = Hub(offline=True, files=root / "files", use_cache=False)
        encoder = load(spec_of(preset.name), hub=offline, precision="fp32")
        return preset, encoder, checkpoint.find(parse(preset.spec), offline)


def allowed(*texts: str) -> list[AllowedQuery]:
    """Texts that the gate let through."""
    return [AllowedQuery(text, policy_version=1) for text in texts]


def test_a_preset_arrives_and_works(arrived: tuple[Preset, OpenClipEncoder, Checkpoint]) -> None:
    """Texts and pictures become unit vectors of the length that the preset promises."""
    preset, encoder, _ = arrived
    texts = encoder.encode_texts(allowed("a red dog", "рыжая собака", "x" * 5000))
    pictures = encoder.encode_pictures(
        [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    )
    for vectors in (texts, pictures):
        assert vectors.shape[1] == preset.dimension == encoder.dimension
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert encoder.picture_side == preset.side
    assert not np.allclose(texts[0], texts[1])
    assert not np.allclose(pictures[0], pictures[1])


def test_its_own_tokenizer_and_context_are_respected(
    arrived: tuple[Preset, OpenClipEncoder, Checkpoint],
) -> None:
    """Letters are lowered where the weights were trained so, and texts are as long as promised."""
    preset, encoder, found = arrived
    assert found.text.get("context_length", 77) == preset.context
    tower = encoder._texts  # noqa: SLF001 - the only place that has the tokens
    assert tower is not None
    upper, lower = tower._prepare(["Red Dog!", "red dog"])  # noqa: SLF001
    assert len(upper) == preset.context
    cased = bool(found.text.get("hf_model_name"))
    if found.text.get("tokenizer_kwargs", {}).get("clean") == "canonicalize":
        assert upper.tolist() == lower.tolist()
        assert lower.tolist()[-1] == 0
        assert 1 in lower.tolist()
    assert (upper.tolist() != lower.tolist()) or not cased
    named = tokenizer.contents(found.tokenizer, found.text)
    assert set(named) <= {"merges", "tokenizer.json", "tokenizer_config.json"}
    assert named


@pytest.mark.parametrize("preset", PRESETS, ids=names)
def test_what_is_said_of_a_preset_is_so(preset: Preset) -> None:
    """Dimension, side, context and parameters are those of open_clip's whole configuration."""
    config = open_clip.get_model_config(preset.architecture)
    assert config["embed_dim"] == preset.dimension
    assert config["vision_cfg"]["image_size"] == preset.side
    assert config["text_cfg"].get("context_length", 77) == preset.context
    assert preset.licence
    assert all(figure.source for figure in preset.figures)
    if "hf_model_name" not in config["text_cfg"]:
        with torch.device("meta"):
            config.pop("custom_text")
            network = CustomTextCLIP(**config)
        counted = sum(each.numel() for each in network.parameters())
        assert round(counted / 1e6) == preset.parameters_millions


def test_the_recommended_one_comes_first() -> None:
    """What a person reads first is what fits most."""
    assert next(iter(presets())) == "multilingual"
    assert spec_of("multilingual") == "hf-hub:timm/ViT-B-16-SigLIP2-256"
    assert spec_of("bundled") == "bundled"
