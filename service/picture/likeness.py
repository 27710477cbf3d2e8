"""A picture's likeness: bits that hardly change when it is resized, saved anew or trimmed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BITS = 64
_SIDE = 32
# Below this the picture is one tone, and noise would tell its bits: it is like nothing.
_LEAST_CONTRAST = 0.8


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two hashes of 64 bits, from the picture's slow waves and from its gradients.

    Two pictures are alike where few bits of both differ: drawings of the same room agree in the
    first alone.
    """

    waves: int
    gradients: int


def likeness(picture: Image.Image) -> Likeness | None:
    """What the picture is like; None for one of a single tone."""
    grey = picture.convert("L")
    strengths = _strengths(grey)
    if np.abs(strengths).sum() < _LEAST_CONTRAST:
        return None
    steps = np.asarray(grey.resize((9, 8), Image.Resampling.LANCZOS), np.int16)
    return Likeness(
        waves=_packed(strengths > np.median(strengths)),
        gradients=_packed((steps[:, 1:] > steps[:, :-1]).ravel()),
    )


def _strengths(grey: Image.Image) -> NDArray[np.float64]:
    """How strong the 64 slowest waves of brightness are, without the mean: a cosine transform."""
    small = np.asarray(grey.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), np.float64)
    found: NDArray[np.float64] = (_COSINES @ small @ _COSINES.T).ravel()[_SLOWEST] / _SIDE**2
    return found


def _packed(bits: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _cosines() -> NDArray[np.float64]:
    k = np.arange(_SIDE)
    rows: NDArray[np.float64] = np.cos(np.pi * (2 * k[None, :] + 1) * k[:, None] / (2 * _SIDE))
    return rows


def _slowest() -> NDArray[np.intp]:
    places = [(row, column) for row in range(_SIDE) for column in range(_SIDE)]
    places.sort(key=lambda place: (sum(place), place[0]))
    return np.array([row * _SIDE + column for row, column in places[1 : BITS + 1]])


_COSINES, _SLOWEST = _cosines(), _slowest()
