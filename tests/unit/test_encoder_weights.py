"""Weights that are damaged, dangerous or meant for another network are refused in a sentence."""

import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from service.encoder.openclip import load
from service.encoder.weights import WeightsBroken, WeightsMisfit, WeightsUnsafe, WeightsUnusable
from tests import checkpoints
from tests.refusals import refused

WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound checkpoint, to be damaged."""
    return checkpoints.write(tmp_path / "encoder")


@pytest.mark.parametrize("kept", [0, 5, 3000, 0.5, -1])
def test_weights_cut_short(folder: Path, kept: float) -> None:
    """A file that lost its end, or all but its beginning, is called damaged."""
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: int(kept * len(whole)) if kept == 0.5 else int(kept)])
    assert "damaged" in refused(folder, WeightsBroken)


def test_weights_of_another_shape(folder: Path) -> None:
    """Weights of a wider network are refused, with the tensor that does not fit."""
    save_file(
        checkpoints.weights(checkpoints.architecture(layers=2, heads=4, width=32, vocab_size=600)),
        folder / WEIGHTS,
    )
    assert "size mismatch" in refused(folder, WeightsMisfit)


@pytest.mark.parametrize("change", ["lack", "surplus"])
def test_weights_with_other_keys(folder: Path, change: str) -> None:
    """A missing or a surplus tensor is refused by name."""
    state = load_file(folder / WEIGHTS)
    if change == "lack":
        del state["visual.conv1.weight"]
    else:
        state["visual.conv1.weight.extra"] = torch.zeros(1)
    save_file(state, folder / WEIGHTS)
    assert "visual.conv1.weight" in refused(folder, WeightsMisfit)


def test_weights_for_a_longer_context(folder: Path) -> None:
    """Positions of another context length are refused; open_clip would stretch them silently."""
    save_file(checkpoints.weights(checkpoints.architecture(context_length=32)), folder / WEIGHTS)
    assert "(32, 32) instead of (16, 32)" in refused(folder, WeightsMisfit)


@pytest.mark.parametrize("value", [float("nan"), 0.0])
def test_weights_that_yield_nothing(folder: Path, value: float) -> None:
    """Weights whose vectors are not numbers, or all zero, are refused at load."""
    state = load_file(folder / WEIGHTS)
    state["text_projection"].fill_(value)
    save_file(state, folder / WEIGHTS)
    assert "no usable vectors" in refused(folder, WeightsUnusable)


@pytest.mark.parametrize("name", [WEIGHTS, "open_clip_pytorch_model.bin"])
@pytest.mark.parametrize("content", [b"version https://git-lfs.github.com/spec/v1\n", b"<html>"])
def test_a_file_that_holds_no_weights(folder: Path, name: str, content: bytes) -> None:
    """What a browser or Git saved instead of the weights is not taken for a pickle."""
    (folder / WEIGHTS).unlink()
    (folder / name).write_bytes(content)
    assert ("git lfs pull" in refused(folder, WeightsBroken)) == content.startswith(b"version")


class Harmful:
    """What a pickle can hold."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Would run a command on loading."""
        return Path.touch, ("harmed",)


def test_a_pickle_that_could_run_code(folder: Path) -> None:
    """A pickled checkpoint that needs more than tensors is refused unread."""
    (folder / WEIGHTS).unlink()
    (folder / "open_clip_pytorch_model.bin").write_bytes(pickle.dumps(Harmful(), 2))
    assert ".safetensors" in refused(folder, WeightsUnsafe)
    torch.save({"state_dict": Harmful()}, folder / "open_clip_pytorch_model.bin")
    assert ".safetensors" in refused(folder, WeightsUnsafe)


@pytest.mark.filterwarnings("ignore:.torch")
def test_a_program(folder: Path) -> None:
    """A checkpoint stored as a program is refused as well, and not called damaged."""
    (folder / WEIGHTS).unlink()
    path = folder / "open_clip_pytorch_model.bin"
    torch.jit.trace(torch.nn.Linear(2, 2), torch.zeros(1, 2)).save(str(path))  # type: ignore[no-untyped-call]
    assert ".safetensors" in refused(folder, WeightsUnsafe)


def test_a_pickle_of_tensors_only(folder: Path) -> None:
    """A checkpoint in torch's own format serves as well as safetensors, if it is only tensors."""
    expected = load(f"local-dir:{folder}").dimension
    torch.save({"state_dict": load_file(folder / WEIGHTS)}, folder / "open_clip_pytorch_model.bin")
    (folder / WEIGHTS).unlink()
    assert load(f"local-dir:{folder}").dimension == expected


def test_a_torch_file_cut_short(folder: Path) -> None:
    """A damaged file in torch's own format is called damaged."""
    torch.save(load_file(folder / WEIGHTS), folder / "open_clip_pytorch_model.bin")
    (folder / WEIGHTS).unlink()
    whole = (folder / "open_clip_pytorch_model.bin").read_bytes()
    (folder / "open_clip_pytorch_model.bin").write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(folder, WeightsBroken)
