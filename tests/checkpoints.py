"""Tiny open_clip checkpoints with random weights, made on the spot: real code, no download."""

import gzip
import json
from pathlib import Path
from typing import Any

import torch
from open_clip.model import CLIP, CustomTextCLIP
from safetensors.torch import save_file

MERGES = ("r e", "re d</w>", "b l", "bl u", "blu e</w>", "d o", "do g</w>", "Ð º", "Ñ Ģ", "ÑĢ Ð°")
RESNET = {"layers": [1, 1, 1, 1], "width": 8, "image_size": 32}
TRANSFORMER = {
    "layers": 2,
    "width": 64,
    "head_width": 32,
    "patch_size": 16,
    "image_size": 48,
}


def architecture(*, vision: dict[str, Any] = RESNET, **text: Any) -> dict[str, Any]:
    """An open_clip configuration small enough for a test."""
    sizes = {"context_length": 16, "width": 32, "heads": 2, "layers": 2}
    vocabulary = {"vocab_size": 512 + len(MERGES) + 2}
    return {
        "embed_dim": 24,
        "vision_cfg": dict(vision),
        "text_cfg": {**sizes, **vocabulary, **text},
    }


def weights(config: dict[str, Any], seed: int = 0) -> dict[str, torch.Tensor]:
    """Random weights for it, with batch norms that have seen pictures and let them through."""
    torch.manual_seed(seed)
    parts = dict(config)
    network = CustomTextCLIP(**parts) if parts.pop("custom_text", False) else CLIP(**parts)
    norms = [each for each in network.modules() if isinstance(each, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)  # open_clip starts some at nought
    if norms:
        side = config["vision_cfg"]["image_size"]
        network.train().visual(torch.randn(16, 3, side, side))
    return {name: each.contiguous() for name, each in network.state_dict().items()}


def write_config(folder: Path, config: dict[str, Any], **preprocessing: Any) -> None:
    """The configuration as open_clip's hub repositories have it."""
    whole = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(whole), encoding="utf-8")


def write_merges(folder: Path, merges: tuple[str, ...] = MERGES, name: str = "bpe.txt.gz") -> None:
    """A tokenizer of its own: a first line that is skipped, then the merges, no last newline."""
    text = "\n".join(["#version: tiny", *merges])
    (folder / name).write_bytes(gzip.compress(text.encode()))


def write(folder: Path, config: dict[str, Any] | None = None, *, seed: int = 0) -> Path:
    """A whole folder for local-dir: and its path."""
    config = config or architecture()
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder, config)
    write_merges(folder)
    save_file(weights(config, seed), folder / "open_clip_model.safetensors")
    return folder
