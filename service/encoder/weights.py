"""A file of weights: checked before it is used, and known by its content."""

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from service.errors import Invalid

NAMES = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
)
"""What a folder's weights may be called, in open_clip's own order of preference."""


POINTER = b"version https://git-lfs"


class WeightsBroken(Invalid):
    """The weights in {path} cannot be read ({reason}): the file is damaged or incomplete.

    Delete it and copy or download it again.
    """


class WeightsUnsafe(Invalid):
    """The weights in {path} are a pickle that could run code, so they are not loaded.

    Take the encoder's .safetensors file instead.
    """


class WeightsMisfit(Invalid):
    """The weights in {path} do not fit the encoder's configuration: {reason}.

    Take the configuration and the weights from the same encoder.
    """


class WeightsUnusable(Invalid):
    """The weights in {path} yield no usable vectors: some are not numbers, or nothing but zeros.

    Copy or download the file again.
    """


def sha256(path: Path) -> str:
    """The hash of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shapes(path: Path) -> Mapping[str, tuple[int, ...]]:
    """The shape of every tensor in the file, read without running anything it holds."""
    with path.open("rb") as file:
        if file.read(len(POINTER)) == POINTER:
            raise WeightsBroken(path=path, reason="it is a mere pointer; run git lfs pull")
    if path.suffix == ".safetensors":
        return _shapes_of_safetensors(path)
    return _shapes_of_pickle(path)


def _shapes_of_safetensors(path: Path) -> Mapping[str, tuple[int, ...]]:
    try:
        with safe_open(path, framework="pt") as file:
            return {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError) as error:
        raise WeightsBroken(path=path, reason=_brief(error)) from error


def _shapes_of_pickle(path: Path) -> Mapping[str, tuple[int, ...]]:
    try:
        stored = torch.load(path, map_location="meta", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError) as error:
        if _asks_for_code(path, error):
            raise WeightsUnsafe(path=path) from error
        raise WeightsBroken(path=path, reason=_brief(error)) from error
    tensors = stored.get("state_dict", stored) if isinstance(stored, dict) else {}
    return {
        str(key).removeprefix("module."): tuple(tensor.shape)
        for key, tensor in tensors.items()
        if isinstance(tensor, torch.Tensor)
    }


def _asks_for_code(path: Path, error: Exception) -> bool:
    """Whether torch refused a pickle or a program, and not a file that is neither."""
    with path.open("rb") as file:
        begins_as_one = file.read(2) in {b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"}
    refused = isinstance(error, pickle.UnpicklingError) or "TorchScript" in str(error)
    return begins_as_one and refused


def check_positions(
    path: Path,
    found: Mapping[str, tuple[int, ...]],
    wanted: Mapping[str, tuple[int, ...]],
) -> None:
    """Refuse positions of another length, which open_clip would stretch without a word."""
    for key, shape in found.items():
        own = key if key in wanted else f"text.{key}"
        if key.endswith("positional_embedding") and wanted.get(own, shape) != shape:
            reason = f"{key} has the shape {shape} instead of {wanted[own]}"
            raise WeightsMisfit(path=path, reason=reason)


def misfit(path: Path, error: Exception) -> WeightsMisfit:
    """The complaint of a strict load, cut down to what a person can use."""
    lines = [line.strip(" .\t") for line in str(error).splitlines()[1:]] or [str(error)]
    return WeightsMisfit(path=path, reason="; ".join(line[:160] for line in lines[:3]))


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:160].rstrip(".") or type(error).__name__
