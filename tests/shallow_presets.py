"""Presets one block deep with random weights, as a hub would have them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import open_clip
import pytest
import timm
import torch
from open_clip.model import CLIP, CustomTextCLIP
from safetensors.torch import save_file
from timm.models import _registry as registry
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE, Unigram
from transformers import XLMRobertaConfig

from service.encoder.presets import Preset, presets
from service.encoder.spec import Published, parse

PRESETS = list(presets().values())
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZабвгдежзийклмнопрстуфхцчшщъыьэюя"
SHALLOW = {"fastvit_mci2": {"layers": (1, 1, 1, 1)}}


def gemma_files(folder: Path) -> int:
    """A tokenizer of Gemma's kind, with letters for tokens; answers how many it has."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    vocabulary = {
        token: at for at, token in enumerate([*special, "▁", *LETTERS, *"!?,.0123456789"])
    }
    small = Tokenizer(BPE(vocab=vocabulary, merges=[], unk_token="<unk>", fuse_unk=True))
    small.normalizer = normalizers.Replace(" ", "▁")
    small.decoder = decoders.Replace("▁", " ")
    small.post_processor = processors.TemplateProcessing(
        single="$A <eos>", special_tokens=[("<eos>", 1)]
    )
    small.add_special_tokens(special)
    write_tokenizer(
        folder,
        small,
        {
            "tokenizer_class": "GemmaTokenizerFast",
            "padding_side": "right",
            "add_bos_token": False,
            "add_eos_token": True,
            "pad_token": "<pad>",
            "eos_token": "<eos>",
            "bos_token": "<bos>",
            "unk_token": "<unk>",
        },
    )
    return small.get_vocab_size()


def roberta_files(folder: Path) -> int:
    """A tokenizer of XLM-R's kind, and the shallow text tower's configuration."""
    pieces = [(token, 0.0) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    pieces += [(letter, -3.0) for letter in f"▁{LETTERS}"]
    small = Tokenizer(Unigram([*pieces, ("<mask>", 0.0)], unk_id=3, byte_fallback=False))
    small.pre_tokenizer = pre_tokenizers.Metaspace()
    small.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    write_tokenizer(
        folder,
        small,
        {
            "tokenizer_class": "XLMRobertaTokenizerFast",
            "pad_token": "<pad>",
            "eos_token": "</s>",
            "bos_token": "<s>",
            "unk_token": "<unk>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
        },
    )
    tokens = small.get_vocab_size()
    XLMRobertaConfig(
        vocab_size=tokens,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=514,
        pad_token_id=1,
    ).save_pretrained(folder)
    return tokens


def write_tokenizer(folder: Path, small: Tokenizer, about: dict[str, Any]) -> None:
    """The files as a repository has them."""
    folder.mkdir(parents=True, exist_ok=True)
    small.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(about))


@contextmanager
def shallow_towers() -> Iterator[None]:
    """Timm's picture towers by their own names, one block deep."""
    kept = dict(registry._model_entrypoints)  # noqa: SLF001 - timm has no other way in
    for preset in PRESETS:
        name = open_clip.get_model_config(preset.architecture)["vision_cfg"].get("timm_model_name")
        if name:
            registry._model_entrypoints[name] = shallow(timm.model_entrypoint(name), name)  # noqa: SLF001
    try:
        yield
    finally:
        registry._model_entrypoints.update(kept)  # noqa: SLF001


def shallow(whole: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The same network, as wide and as large, but with one block."""

    def build(**how: Any) -> Any:
        return whole(**{**how, **SHALLOW.get(name, {"depth": 1})})

    return build


@contextmanager
def shallow_ones() -> Iterator[None]:
    """Every architecture one block deep, its text tower with few tokens."""
    whole = open_clip.get_model_config

    def config(name: str) -> Any:
        return shallow_config(whole(name))

    with pytest.MonkeyPatch.context() as patch, shallow_towers():
        for module in (open_clip, open_clip.factory):
            patch.setattr(module, "get_model_config", config)
        yield


def shallow_config(config: dict[str, Any]) -> dict[str, Any]:
    """One block each; the number of tokens is settled with the tokenizer."""
    config = deepcopy(config)
    for part in ("vision_cfg", "text_cfg"):
        if "layers" in config[part]:
            config[part]["layers"] = 1
    if "vocab_size" in config["text_cfg"] and config["text_cfg"].get("hf_tokenizer_name"):
        config["text_cfg"]["vocab_size"] = 128
    return config


def repositories(preset: Preset, root: Path) -> dict[str, Path]:
    """What the hub would have to have for this preset, with random weights."""
    wanted = parse(preset.spec)
    listed = open_clip.get_pretrained_cfg(preset.architecture, tag_of(preset))
    name = listed["hf_hub"].rstrip("/")
    config = open_clip.get_model_config(preset.architecture)
    text = config["text_cfg"]
    folders = {name: root / "own"}
    folders[name].mkdir(parents=True)
    if base := text.get("hf_model_name"):
        folders[base] = root / "base"
        roberta_files(folders[base])
    elif text.get("hf_tokenizer_name"):
        assert gemma_files(folders[name]) <= text["vocab_size"]
    if not isinstance(wanted, Published):
        prepare = {key: listed[key] for key in ("mean", "std", "interpolation", "resize_mode")}
        whole = {"model_cfg": config, "preprocess_cfg": prepare}
        (folders[name] / "open_clip_config.json").write_text(json.dumps(whole))
    weights = folders[name] / "open_clip_model.safetensors"
    save_file(random_weights(config, folders.get(base or "")), weights)
    return folders


def tag_of(preset: Preset) -> str:
    """Under which tag open_clip lists the preset's weights."""
    (tag,) = (tag for name, tag in open_clip.list_pretrained() if name == preset.architecture)
    return str(tag)


def random_weights(config: dict[str, Any], base: Path | None) -> dict[str, torch.Tensor]:
    """Of the shape that the architecture has."""
    torch.manual_seed(0)
    parts = deepcopy(config)
    if base:
        parts["text_cfg"] |= {"hf_model_name": str(base), "hf_model_pretrained": False}
    custom = parts.pop("custom_text", False) or base
    network = CustomTextCLIP(**parts) if custom else CLIP(**parts)
    return {key: each.contiguous() for key, each in network.state_dict().items()}
