"""Pictures become tensors exactly as the encoder's training prepared them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

WIDEST = {"shortest": 4, "longest": 32}


class Preprocessing:
    """How one encoder wants its pictures: side, colours, resampling, cropping."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        """Take the facts from open_clip, which merges the configuration with its defaults."""
        settled = PreprocessCfg(**facts)
        size: int | Sequence[int] = settled.size
        self._sides = [size, size] if isinstance(size, int) else list(size)
        self._widest = WIDEST.get(settled.resize_mode)
        self._transform = image_transform_v2(settled, is_train=False)
        self.facts = {**asdict(settled), "size": self._sides}

    @property
    def side(self) -> int:
        """The short side below which a picture would have to be enlarged."""
        return max(self._sides)

    def __call__(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """One row for each picture."""
        return torch.stack([self._transform(self._sane(picture)) for picture in pictures])

    def _sane(self, picture: Image.Image) -> Image.Image:
        """Plain colours, and of a very long picture its middle.

        open_clip resizes before it converts, which spoils palettes; and it
        resizes the whole of a 1 × 1,000,000 strip before it cuts out the middle.
        """
        if self._widest is not None:
            picture = middle(picture, self._widest)
        return picture if picture.mode == "RGB" else picture.convert("RGB")


def middle(picture: Image.Image, widest: int) -> Image.Image:
    """The picture, cut at both ends to at most `widest` times its short side."""
    width, height = picture.size
    limit = widest * min(width, height)
    if max(width, height) <= limit:
        return picture
    left, top = max(0, (width - limit) // 2), max(0, (height - limit) // 2)
    return picture.crop((left, top, left + min(width, limit), top + min(height, limit)))
