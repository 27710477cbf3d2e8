"""An open_clip network: built, its weights filled in strictly, its towers taken apart."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import open_clip
import torch
from torch import nn

from service.encoder import tokenizer, weights
from service.encoder.checkpoint import Checkpoint, ConfigBroken
from service.encoder.hub import HubUnreachable
from service.encoder.preprocessing import Preprocessing
from service.encoder.tokenizer import PackageMissing, Tokenize

Towers = Literal["text", "picture", "both"]

NONSENSE = (ArithmeticError, AssertionError, AttributeError, LookupError)
STRICT_LOAD = "Error(s) in loading state_dict"


@dataclass(frozen=True, slots=True)
class Parts:
    """The towers that were wanted, and what prepares things for them."""

    preprocessing: Preprocessing
    tokenize: Tokenize
    texts: nn.Module | None
    pictures: nn.Module | None


def build(name: str, found: Checkpoint, towers: Towers) -> Parts:
    """The parts of a checkpoint; the tower that is not wanted leaves the memory on return."""
    stored = weights.shapes(found.weights)
    clip = _create(name, found)
    if found.own_config:
        wanted = {key: tuple(value.shape) for key, value in clip.state_dict().items()}
        weights.check_positions(found.weights, stored, wanted)
    tokenize = tokenizer.build(
        found.tokenizer,
        found.text,
        name=name,
        context=found.text.get("context_length", 77),
        vocabulary=getattr(clip, "text", clip).vocab_size,
    )
    with blame_configuration(found):
        preprocessing = Preprocessing(clip.visual.preprocess_cfg)
    pictures, texts = _Pictures(clip), _Texts(clip)
    return Parts(
        preprocessing=preprocessing,
        tokenize=tokenize,
        texts=texts if towers != "picture" else None,
        pictures=pictures if towers != "text" else None,
    )


class _Pictures(nn.Module):
    """The picture tower alone."""

    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.visual = clip.visual

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Vectors of any length, without the tokens that captioning networks add."""
        vectors: Any = self.visual(rows)
        result: torch.Tensor = vectors[0] if isinstance(vectors, tuple) else vectors
        return result


class _Texts(nn.Module):
    """The rest of the network, which open_clip does not keep in one place."""

    def __init__(self, clip: Any) -> None:
        super().__init__()
        clip.visual = nn.Identity()
        clip.text_decoder = None
        self.clip = clip

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Vectors of any length."""
        vectors: torch.Tensor = self.clip.encode_text(tokens)
        return vectors


def _create(name: str, found: Checkpoint) -> Any:
    """The whole network in fp32 on the CPU, ready for use and not for training."""
    base = found.text.get("hf_model_name")
    if base and importlib.util.find_spec("transformers") is None:
        raise PackageMissing(name=name, package="transformers")
    prepare = found.preprocessing
    foreign = found.text_base and {
        "text_cfg": {
            **found.text,
            "hf_model_name": str(found.text_base),
            "hf_model_pretrained": False,
        }
    }
    with blame_configuration(found), _blame_hub(base):
        clip = open_clip.create_model_from_pretrained(
            found.source,
            pretrained=None if found.own_config else str(found.weights),
            quick_gelu=found.architecture.get("quick_gelu", False),
            image_mean=prepare.get("mean"),
            image_std=prepare.get("std"),
            image_interpolation=prepare.get("interpolation"),
            image_resize_mode=prepare.get("resize_mode"),
            return_transform=False,
            **(foreign or {}),
        )
    return clip.eval().requires_grad_(requires_grad=False)


@contextmanager
def blame_configuration(found: Checkpoint) -> Iterator[None]:
    """What torch says about a network that cannot be, in words: weights or configuration?"""
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, TypeError, ValueError, *NONSENSE) as error:
        if STRICT_LOAD in str(error) or "pos_embed" in str(error):
            raise weights.misfit(found.weights, error) from error
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".")
        raise ConfigBroken(path=found.source, reason=reason) from error


@contextmanager
def _blame_hub(base: str | None) -> Iterator[None]:
    """Only a foreign text tower's own configuration is still looked for on the hub here."""
    try:
        yield
    except OSError as error:
        reason = " ".join(str(error).split())[:200]
        raise HubUnreachable(repository=base, file="config.json", reason=reason) from error
