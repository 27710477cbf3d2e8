"""The traps of open_clip, each shown not to bite: training mode, towers, paths, odd pictures."""

import gc
import shutil
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from open_clip.modified_resnet import ModifiedResNet
from open_clip.transformer import Transformer
from PIL import Image
from safetensors.torch import load_file, save_file

from service.domain import AllowedQuery
from service.encoder.openclip import load
from service.encoder.preprocessing import Preprocessing
from tests import checkpoints

QUERY = [AllowedQuery("red dog", policy_version=1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with batch norms, which give themselves away in training mode."""
    return checkpoints.write(tmp_path_factory.mktemp("encoder"))


def picture(seed: int = 0, size: tuple[int, int] = (40, 40)) -> Image.Image:
    """Noise, another one for each seed."""
    shape = (size[1], size[0], 3)
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, np.uint8))


def test_as_open_clip_itself_in_eval_mode(folder: Path) -> None:
    """The vectors are those of open_clip's own functions, called as its manual says."""
    clip, prepare = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    tokenize = open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=str(folder / "bpe.txt.gz"))
    with torch.inference_mode():
        shown = clip.eval().encode_image(prepare(picture())[None], normalize=True).numpy()
        asked = clip.encode_text(tokenize(["red dog"]), normalize=True).numpy()
        trained = clip.train().encode_image(prepare(picture())[None].repeat(2, 1, 1, 1))
    encoder = load(f"local-dir:{folder}", precision="fp32")
    np.testing.assert_allclose(encoder.encode_pictures([picture()]), shown, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_texts(QUERY), asked, atol=1e-5)
    strayed = torch.nn.functional.normalize(trained, dim=-1).numpy()[0] @ shown[0]
    assert strayed < 0.999, "in training mode this checkpoint would give itself away"


def test_one_tower_takes_the_memory_of_one(folder: Path) -> None:
    """With one tower wanted the other leaves the memory, and the fingerprint stays the same."""
    gc.collect()
    both = load(f"local-dir:{folder}", precision="fp32")
    whole, fingerprint = both.size_bytes, both.fingerprint
    del both
    texts = load(f"local-dir:{folder}", towers="text", precision="fp32")
    gc.collect()
    assert not [each for each in gc.get_objects() if type(each) is ModifiedResNet]
    pictures = load(f"local-dir:{folder}", towers="picture", precision="fp32")
    assert texts.size_bytes + pictures.size_bytes == whole
    assert texts.fingerprint == pictures.fingerprint == fingerprint
    assert set(texts.running) == {"text"}
    del texts
    gc.collect()
    assert not [each for each in gc.get_objects() if type(each) is Transformer]


def test_the_fingerprint_follows_the_content_only(folder: Path, tmp_path: Path) -> None:
    """A copy elsewhere has the same fingerprint; other weights, merges or colours have not."""
    moved = Path(shutil.copytree(folder, tmp_path / "moved"))
    first = load(f"local-dir:{folder}").fingerprint
    assert load(f"local-dir:{moved}", precision="bf16", batch=2).fingerprint == first
    checkpoints.write_merges(moved)  # packed at another time
    assert load(f"local-dir:{moved}").fingerprint == first

    found = {first}
    checkpoints.write_config(moved, checkpoints.architecture(), mean=[0.1, 0.2, 0.3])
    found.add(load(f"local-dir:{moved}").fingerprint)
    checkpoints.write_merges(moved, (*checkpoints.MERGES[:-1], "q q"))
    found.add(load(f"local-dir:{moved}").fingerprint)
    weights = load_file(moved / "open_clip_model.safetensors")
    weights["logit_scale"] += 1
    save_file(weights, moved / "open_clip_model.safetensors")
    found.add(load(f"local-dir:{moved}").fingerprint)
    assert len(found) == 4


def test_merges_are_found_from_any_directory(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path in the configuration means the encoder's folder, wherever one stands."""
    named = Path(shutil.copytree(folder, tmp_path / "named"))
    (named / "bpe.txt.gz").rename(named / "own.txt.gz")
    config = checkpoints.architecture(tokenizer_kwargs={"bpe_path": "own.txt.gz"})
    checkpoints.write_config(named, config)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_allclose(
        load("local-dir:named", precision="fp32").encode_texts(QUERY),
        load(f"local-dir:{folder}", precision="fp32").encode_texts(QUERY),
        atol=1e-6,
    )


def test_half_precision_weights_are_widened(folder: Path, tmp_path: Path) -> None:
    """A checkpoint stored in fp16 computes in fp32 and gives the vectors of the full one."""
    half = Path(shutil.copytree(folder, tmp_path / "half"))
    path = half / "open_clip_model.safetensors"
    save_file({key: each.half() for key, each in load_file(path).items()}, path)
    stored_half = load(f"local-dir:{half}", precision="fp32")
    assert stored_half.running == {"text": "cpu, float32", "picture": "cpu, float32"}
    full = load(f"local-dir:{folder}", precision="fp32")
    assert (
        stored_half.encode_pictures([picture()])[0] @ full.encode_pictures([picture()])[0] > 0.999
    )


def test_a_lower_precision_is_taken_where_asked_for(folder: Path) -> None:
    """In bf16 the weights take half the memory and the vectors keep their direction."""
    full, lower = (load(f"local-dir:{folder}", precision=each) for each in ("fp32", "bf16"))
    assert lower.running["picture"] == "cpu, bfloat16"
    assert lower.size_bytes * 2 == pytest.approx(full.size_bytes, rel=0.01)
    assert lower.encode_texts(QUERY)[0] @ full.encode_texts(QUERY)[0] >= 0.999


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_very_long_pictures_stay_small(mode: str) -> None:
    """A strip a hundred thousand pixels long costs no more memory than its middle."""
    prepare = Preprocessing({"size": 32, "resize_mode": mode})
    assert prepare.side == 32
    assert prepare([Image.new("RGB", (1, 100_000)), Image.new("RGB", (90_000, 2))]).shape == (
        2,
        3,
        32,
        32,
    )


def test_long_pictures_keep_their_middle() -> None:
    """Cutting the ends off a long picture does not change what the centre crop sees."""
    wide = picture(size=(330, 40))
    whole = Preprocessing({"size": 32})
    reference = whole([wide.resize((264, 32), Image.Resampling.BICUBIC)])
    assert (whole([wide]) - reference).abs().mean() < 0.02


def test_see_through_pictures_are_flattened_before_resizing() -> None:
    """A palette picture gives the same tensor as its RGB copy."""
    prepare = Preprocessing({"size": 32})
    palette = picture().quantize(16)
    assert torch.equal(prepare([palette]), prepare([palette.convert("RGB")]))
