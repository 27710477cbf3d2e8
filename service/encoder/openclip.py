"""The Encoder that open_clip's published and home-made checkpoints serve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from PIL import Image
from torch import nn

from service.domain import AllowedQuery
from service.encoder import checkpoint, fingerprint, spec
from service.encoder.architecture import Towers, blame_configuration, build
from service.encoder.checkpoint import Checkpoint, ConfigBroken
from service.encoder.hub import Hub
from service.encoder.origin import Origin, origin_of
from service.encoder.port import Vectors
from service.encoder.precision import Device, Precision, pick_device, settle
from service.encoder.tower import MemoryTooSmall, Tower, VectorsBroken
from service.encoder.weights import WeightsUnusable
from service.errors import Conflict

Item = TypeVar("Item")

PROBE_TEXTS = ("a dog", "красная машина под деревом", "two people walking in the snow", "?")


class TowerMissing(Conflict):
    """The encoder {name} was loaded without its {tower} tower. Load it with towers="both"."""


class OpenClipEncoder:
    """One open_clip checkpoint at work, with one of its towers or both."""

    def __init__(
        self,
        *,
        name: str,
        fingerprint: str,
        dimension: int,
        picture_side: int,
        texts: Tower[str] | None,
        pictures: Tower[Image.Image] | None,
        origin: Origin | None = None,
    ) -> None:
        """Take towers that are ready to work."""
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.picture_side = picture_side
        self.origin = origin
        self._texts = texts
        self._pictures = pictures

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """One vector for each picture, in order."""
        if self._pictures is None:
            raise TowerMissing(name=self.name, tower="picture")
        return self._pictures.encode(pictures) if pictures else self._nothing()

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """One vector for each text, in order."""
        if self._texts is None:
            raise TowerMissing(name=self.name, tower="text")
        return self._texts.encode([each.text for each in texts]) if texts else self._nothing()

    @property
    def running(self) -> dict[str, str]:
        """Where and how each tower computes, for whoever looks after the service."""
        towers = {"text": self._texts, "picture": self._pictures}
        return {
            kind: f"{tower.device}, {str(tower.dtype).removeprefix('torch.')}"
            for kind, tower in towers.items()
            if tower
        }

    @property
    def size_bytes(self) -> int:
        """The memory that the weights take."""
        return sum(
            each.numel() * each.element_size()
            for tower in (self._texts, self._pictures)
            if tower
            for each in tower.module.parameters()
        )

    def _nothing(self) -> Vectors:
        return np.empty((0, self.dimension), np.float32)


def load(
    name: str,
    *,
    towers: Towers = "both",
    device: Device = "auto",
    precision: Precision = "auto",
    threads: int = 1,
    batch: int = 16,
    hub: Hub | None = None,
) -> OpenClipEncoder:
    """The encoder of this name, with the towers wanted, ready to work.

    Call it after forking: torch's threads do not survive a fork.
    """
    torch.set_num_threads(threads)
    found = checkpoint.find(spec.parse(name), hub or Hub())
    parts = build(name, found, towers)
    fit = _Fitting(name, found, pick_device(device), precision, batch)
    return OpenClipEncoder(
        name=name,
        fingerprint=fingerprint.take(found, parts.preprocessing.facts),
        dimension=found.architecture["embed_dim"],
        picture_side=parts.preprocessing.side,
        texts=fit(parts.texts, parts.tokenize, PROBE_TEXTS),
        pictures=fit(parts.pictures, parts.preprocessing, probe_pictures()),
        origin=origin_of(found.weights),
    )


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Puts a tower on its device, in its precision, and tries it out."""

    name: str
    found: Checkpoint
    device: torch.device
    precision: Precision
    batch: int

    def __call__(
        self,
        module: nn.Module | None,
        prepare: Callable[[Sequence[Item]], torch.Tensor],
        probes: Sequence[Item],
    ) -> Tower[Item] | None:
        """The tower, proved to make usable vectors of the promised length."""
        if module is None:
            return None
        try:
            with blame_configuration(self.found):
                module = module.to(self.device)
                rows = prepare(probes).to(self.device)
                settled = settle(module, rows, device=self.device, wanted=self.precision)
        except torch.OutOfMemoryError as error:
            raise MemoryTooSmall(name=self.name, device=self.device) from error
        tower = Tower(
            settled.module,
            prepare,
            name=self.name,
            device=self.device,
            dtype=settled.dtype,
            batch=1 if settled.alone else self.batch,
        )
        self._try_out(tower, probes)
        return tower

    def _try_out(self, tower: Tower[Item], probes: Sequence[Item]) -> None:
        try:
            with blame_configuration(self.found):
                width = tower.encode(probes).shape[1]
        except VectorsBroken as error:
            raise WeightsUnusable(path=self.found.weights) from error
        if width != self.found.architecture["embed_dim"]:
            reason = f"it makes vectors of {width} numbers, not embed_dim"
            raise ConfigBroken(path=self.found.source, reason=reason)


def probe_pictures() -> list[Image.Image]:
    """Pictures unlike each other: stripes of several widths, slopes, noise without chance."""
    down, across = np.mgrid[0:96, 0:96]
    channels = [
        (down * 2, across * 2, down + across),
        (down // 4 % 2 * 255, across // 8 % 2 * 255, down // 16 % 2 * 255),
        (down * across % 251, down * across % 241, down * across % 239),
        (down * 0 + 200, across * 0 + 60, down * 0 + 30),
    ]
    return [Image.fromarray(np.stack(each, axis=-1).astype(np.uint8)) for each in channels]
