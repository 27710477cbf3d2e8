"""Writes the encoder as a folder that open_clip loads with local-dir:."""

import json
import shutil
from pathlib import Path

import torch
from open_clip.model import CLIP
from safetensors.torch import save_file

from sample.train.recipe import MEAN, STD, Recipe, clip_config


def export(encoder: CLIP, recipe: Recipe, merges: Path, folder: Path) -> None:
    """Half precision weights, the configuration and the tokenizer's merges."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: (value.to(torch.float16) if value.is_floating_point() else value).contiguous()
        for name, value in encoder.state_dict().items()
        if name != "attn_mask"
    }
    save_file(weights, folder / "open_clip_model.safetensors")
    (folder / "open_clip_model.safetensors").chmod(0o644)
    config = {
        "model_cfg": clip_config(recipe.pixels),
        "preprocess_cfg": {
            "mean": MEAN,
            "std": STD,
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }
    text = json.dumps(config, indent=2) + "\n"
    (folder / "open_clip_config.json").write_text(text, encoding="utf-8")
    if merges.resolve() != (folder / "bpe.txt.gz").resolve():
        shutil.copyfile(merges, folder / "bpe.txt.gz")
