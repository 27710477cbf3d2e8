"""The Encoder port: what everything that turns pictures and texts into vectors offers."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.domain import AllowedQuery
from service.errors import Conflict

Vectors = NDArray[np.float32]
"""One row of unit length for each thing encoded; the dot product of two rows is their cosine."""


class DimensionMismatch(Conflict):
    """The encoder {name} makes vectors of {dimension} numbers, the stored ones have {stored}.

    Its files have changed since. Put the former ones back, or add it as a new encoder
    (glimpse encoders add {name}) and switch to that one.
    """


class Encoder(Protocol):
    """Something that places pictures and texts in one space, where near means alike."""

    @property
    def name(self) -> str:
        """The encoder as its owner wrote it."""

    @property
    def fingerprint(self) -> str:
        """What determines the vectors, hashed: the same on every machine and device."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def picture_side(self) -> int:
        """The short side in pixels below which a picture loses what the encoder could see."""

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """One vector for each picture, in order."""

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """One vector for each text, in order; only what the gate let through can be asked."""


def check_dimension(encoder: Encoder, stored: int) -> None:
    """Refuse an encoder whose vectors cannot stand beside the stored ones."""
    if encoder.dimension != stored:
        raise DimensionMismatch(name=encoder.name, dimension=encoder.dimension, stored=stored)
