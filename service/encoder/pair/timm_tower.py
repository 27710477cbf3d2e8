"""A picture tower of timm: built, its weights filled in strictly, its pictures prepared."""

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from PIL import Image
from safetensors.torch import load_file
from timm.data.transforms_factory import create_transform
from torch import nn

from service.encoder import weights
from service.encoder.class_names import Classifier
from service.encoder.hub import Hub
from service.encoder.pair.imagenet import CLASSES
from service.encoder.pair.spec import TIMM, BadOption, TimmSpec, UnknownTower, written
from service.encoder.preprocessing import middle
from service.errors import NotFound

RECIPE = 1
"""To be raised when this file comes to prepare or pool pictures in another way."""
FILE = "model.safetensors"
WIDEST = 4


class TowerWeightsMissing(NotFound):
    """The tower's weights {path} are not there. Check the path after weights=."""


class TowerUnpublished(NotFound):
    """For {tower} timm publishes no weights. Give a file of your own: {tower}?weights=<path>."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a tower wants its pictures: the numbers of its configuration, changed as asked."""

    size: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    crop: float
    mode: str

    @property
    def side(self) -> int:
        """The short side below which a picture would have to be enlarged."""
        return round(max(self.size) / self.crop)

    def transform(self) -> Any:
        """What turns one picture into a tensor."""
        return create_transform(
            (3, *self.size),
            is_training=False,
            mean=self.mean,
            std=self.std,
            interpolation=self.interpolation,
            crop_pct=self.crop,
            crop_mode=self.mode,
        )


class Prepare:
    """Pictures become tensors; of a very long one that is not squashed, the middle."""

    def __init__(self, look: Look) -> None:
        self._transform = look.transform()
        self._squash = look.mode == "squash"

    def __call__(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """One row for each picture."""
        return torch.stack([self._transform(self._sane(picture)) for picture in pictures])

    def _sane(self, picture: Image.Image) -> Image.Image:
        shown = picture if self._squash else middle(picture, WIDEST)
        return shown if shown.mode == "RGB" else shown.convert("RGB")


class Pooled(nn.Module):
    """A network without its classifier, pooled as the spec says."""

    def __init__(self, network: nn.Module, *, mirror: bool, root: bool) -> None:
        super().__init__()
        self.network = network
        self.mirror = mirror
        self.root = root

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Vectors of any length."""
        seen = self._seen(rows)
        return seen + self._seen(rows.flip(-1)) if self.mirror else seen

    def _seen(self, rows: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.network(rows)
        if self.root:
            found = found.sign() * found.abs().sqrt()
        # Of length one before they are added: how loud a network is says nothing.
        return nn.functional.normalize(found, dim=-1)


@dataclass(frozen=True, slots=True)
class TimmParts:
    """A tower that is built, and what is to be known of it."""

    module: nn.Module
    prepare: Prepare
    side: int
    width: int
    fingerprint: str
    weights: Path
    classifier: Classifier | None


def build(spec: TimmSpec, hub: Hub) -> TimmParts:
    """The tower in fp32 on the CPU, ready for use and not for training."""
    network = _network(spec)
    path = _weights(spec, network, hub)
    head = _fill(network, path)
    look = look_of(spec, network.pretrained_cfg)
    width = int(getattr(network, "head_hidden_size", network.num_features))
    return TimmParts(
        module=Pooled(network, mirror=spec.mirror, root=spec.root).eval().requires_grad_(False),  # noqa: FBT003 - torch's own
        prepare=Prepare(look),
        side=look.side,
        width=width,
        fingerprint=_fingerprint(spec, look, path),
        weights=path,
        classifier=_classifier(head, width, rooted=spec.root),
    )


def look_of(spec: TimmSpec, published: Mapping[str, Any]) -> Look:
    """What the tower's configuration says of its pictures, where the spec says nothing else."""
    own = tuple(published["input_size"][1:])
    return Look(
        size=(spec.size, spec.size) if spec.size else (own[0], own[1]),
        mean=spec.mean or tuple(published["mean"]),
        std=spec.std or tuple(published["std"]),
        interpolation=published["interpolation"],
        crop=spec.crop or (1.0 if spec.squash else published["crop_pct"]),
        mode="squash" if spec.squash else published.get("crop_mode") or "center",
    )


def _network(spec: TimmSpec) -> Any:
    options = {"pad_type": spec.pad, "bn_eps": spec.bn_eps}
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if not timm.is_model(spec.architecture):
        known = timm.list_models()
        near = difflib.get_close_matches(spec.architecture, known, n=3)
        hint = f"did you mean {' or '.join(near)}" if near else "timm has none of a similar name"
        raise UnknownTower(kind="picture", name=TIMM + spec.architecture, hint=hint)
    try:
        return timm.create_model(spec.architecture, pretrained=False, num_classes=0, **given)
    except TypeError as error:
        option, value = next(iter(given.items()))
        reason = "this architecture has no such option"
        raise BadOption(
            tower=TIMM + spec.architecture, option=option, value=value, reason=reason
        ) from error


def _weights(spec: TimmSpec, network: Any, hub: Hub) -> Path:
    """The file of weights: the one named, or the one that timm publishes."""
    if spec.weights is None:
        repository = network.pretrained_cfg.get("hf_hub_id")
        if not repository:
            raise TowerUnpublished(tower=TIMM + spec.architecture)
        return hub.folder(repository, last=(FILE,)) / FILE
    path = Path(spec.weights)
    if not path.is_file():
        raise TowerWeightsMissing(path=path)
    if path.suffix != ".safetensors":
        raise weights.WeightsUnsafe(path=path)
    return path


def _fill(network: Any, path: Path) -> list[torch.Tensor]:
    """Put the weights in; answers the classifiers in the file, and all else must fit."""
    weights.shapes(path)
    tensors = load_file(path)
    head = network.pretrained_cfg.get("classifier") or ()
    heads = (head,) if isinstance(head, str) else tuple(head)
    kept = {
        name: tensor
        for name, tensor in tensors.items()
        if not any(name.startswith(f"{each}.") for each in heads)
    }
    try:
        network.load_state_dict(kept, strict=True)
    except RuntimeError as error:
        raise weights.misfit(path, error) from error
    return [tensors[name] for each in heads if (name := f"{each}.weight") in tensors]


def _classifier(heads: Sequence[torch.Tensor], width: int, *, rooted: bool) -> Classifier | None:
    """The one that tells ImageNet's classes apart by the tower's own vectors, if it is there."""
    if len(heads) != 1 or heads[0].numel() != CLASSES * width or len(heads[0]) != CLASSES:
        return None
    matrix = heads[0].float().reshape(CLASSES, width).T.contiguous().numpy()
    return Classifier(matrix, rooted) if np.isfinite(matrix).all() else None


def _fingerprint(spec: TimmSpec, look: Look, path: Path) -> str:
    """The same on every machine: where the weights lie does not count, what they are does."""
    facts = {
        "recipe": RECIPE,
        "tower": written(TimmSpec(spec.architecture, pad=spec.pad, bn_eps=spec.bn_eps)),
        "pooling": [spec.mirror, spec.root],
        "look": [*look.size, *look.mean, *look.std, look.interpolation, look.crop, look.mode],
        "weights": weights.sha256(path),
    }
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
