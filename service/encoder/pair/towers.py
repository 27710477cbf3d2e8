"""The towers of a pair at work, each with vectors of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import torch
from PIL import Image
from torch import nn

from service.domain import AllowedQuery
from service.encoder import openclip
from service.encoder.class_names import Classifier
from service.encoder.hub import Hub
from service.encoder.openclip import PROBE_TEXTS, OpenClipEncoder, probe_pictures
from service.encoder.pair import sentence, timm_tower
from service.encoder.pair.spec import (
    JointSpec,
    PictureSpec,
    SentenceSpec,
    written,
)
from service.encoder.port import PictureTower, TextTower, Vectors
from service.encoder.precision import Device, Precision, pick_device, settle
from service.encoder.presets import spec_of
from service.encoder.tower import MemoryTooSmall, Tower, VectorsBroken
from service.encoder.weights import WeightsUnusable

Item = TypeVar("Item")
Taken_contra = TypeVar("Taken_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and how towers compute, and where their weights are fetched from."""

    device: Device = "auto"
    precision: Precision = "auto"
    threads: int = 1
    batch: int = 16
    hub: Hub = field(default_factory=Hub)


@dataclass(frozen=True, slots=True)
class Pictures:
    """A picture tower of timm."""

    spec: str
    fingerprint: str
    width: int
    side: int
    tower: Tower[Image.Image]
    classifier: Classifier | None = None

    def encode(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Its own vector for each picture, in order."""
        return self.tower.encode(pictures)


@dataclass(frozen=True, slots=True)
class Texts:
    """A text tower of sentence-transformers."""

    spec: str
    fingerprint: str
    width: int
    tower: Tower[str]

    def encode(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Its own vector for each text, in order."""
        return self.tower.encode([each.text for each in texts])


@dataclass(frozen=True, slots=True)
class JointPictures:
    """The seeing half of an encoder whose halves were trained together."""

    spec: str
    encoder: OpenClipEncoder

    @property
    def fingerprint(self) -> str:
        """That of the whole encoder."""
        return self.encoder.fingerprint

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return self.encoder.dimension

    @property
    def side(self) -> int:
        """The short side in pixels that it needs."""
        return self.encoder.picture_side

    @property
    def classifier(self) -> None:
        """It learned from captions and not from classes."""
        return

    def encode(self, pictures: Sequence[Image.Image]) -> Vectors:
        """The encoder's vector for each picture, in order."""
        return self.encoder.encode_pictures(pictures)


@dataclass(frozen=True, slots=True)
class JointTexts:
    """The reading half of an encoder whose halves were trained together."""

    spec: str
    encoder: OpenClipEncoder

    @property
    def fingerprint(self) -> str:
        """That of the whole encoder."""
        return self.encoder.fingerprint

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """The encoder's vector for each text, in order."""
        return self.encoder.encode_texts(texts)


def load_pictures(spec: PictureSpec, machine: Machine) -> PictureTower:
    """The picture tower, proved to make usable vectors."""
    torch.set_num_threads(machine.threads)
    if isinstance(spec, JointSpec):
        return JointPictures(written(spec), _half(spec, "picture", machine))
    parts = timm_tower.build(spec, machine.hub)
    tower = _ready(parts, probe_pictures(), name=written(spec), machine=machine)
    return Pictures(
        spec=written(spec),
        fingerprint=parts.fingerprint,
        width=parts.width,
        side=parts.side,
        tower=tower,
        classifier=parts.classifier,
    )


def load_texts(spec: SentenceSpec | JointSpec, machine: Machine) -> TextTower:
    """The text tower, proved to make usable vectors."""
    torch.set_num_threads(machine.threads)
    if isinstance(spec, JointSpec):
        return JointTexts(written(spec), _half(spec, "text", machine))
    parts = sentence.build(spec, machine.hub)
    tower = _ready(parts, PROBE_TEXTS, name=written(spec), machine=machine)
    return Texts(written(spec), parts.fingerprint, parts.width, tower)


class Parts(Protocol[Taken_contra]):
    """What a tower's builder hands out."""

    @property
    def module(self) -> nn.Module:
        """The network, in fp32 on the CPU."""

    @property
    def prepare(self) -> Callable[[Sequence[Taken_contra]], torch.Tensor]:
        """What turns things into its rows."""

    @property
    def weights(self) -> Path:
        """The file that the network's numbers came from."""


def _half(spec: JointSpec, half: Literal["picture", "text"], machine: Machine) -> OpenClipEncoder:
    return openclip.load(
        spec_of(spec.name),
        towers=half,
        device=machine.device,
        precision=machine.precision,
        threads=machine.threads,
        batch=machine.batch,
        hub=machine.hub,
    )


def _ready(
    parts: Parts[Item], probes: Sequence[Item], *, name: str, machine: Machine
) -> Tower[Item]:
    """The tower on its device, in its precision, tried out."""
    device = pick_device(machine.device)
    try:
        module = parts.module.to(device)
        rows = parts.prepare(probes).to(device)
        settled = settle(module, rows, device=device, wanted=machine.precision)
    except torch.OutOfMemoryError as error:
        raise MemoryTooSmall(name=name, device=device) from error
    tower = Tower(
        settled.module,
        parts.prepare,
        name=name,
        device=device,
        dtype=settled.dtype,
        batch=1 if settled.alone else machine.batch,
    )
    try:
        tower.encode(probes)
    except VectorsBroken as error:
        raise WeightsUnusable(path=parts.weights) from error
    return tower
