"""The Encoder port: what everything that turns pictures and texts into vectors offers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.domain import AllowedQuery
from service.encoder.class_names import Classifier, ClassNames
from service.errors import Conflict

# The encoder that comes with the program: a new version may bring another one under this name.
SHIPPED = "bundled"

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


class Tower(Protocol):
    """Half of an encoder, with vectors of its own that no alignment has touched."""

    @property
    def spec(self) -> str:
        """The tower as its owner wrote it."""

    @property
    def fingerprint(self) -> str:
        """What determines its vectors, hashed; those that are kept are kept under it."""

    @property
    def width(self) -> int:
        """How many numbers its own vectors have."""


class PictureTower(Tower, Protocol):
    """The half that sees."""

    @property
    def side(self) -> int:
        """The short side in pixels below which a picture loses what the tower could see."""

    @property
    def classifier(self) -> Classifier | None:
        """What tells ImageNet's thousand classes apart, where its weights hold that."""

    def encode(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Its own vector for each picture, in order."""


class TextTower(Tower, Protocol):
    """The half that reads."""

    def encode(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Its own vector for each text, in order; only what the gate let through can be asked."""


@dataclass(frozen=True, slots=True)
class Towers:
    """The two halves; a process that loaded one only has None for the other."""

    pictures: PictureTower | None
    texts: TextTower | None


class AlignedEncoder(Encoder, Protocol):
    """An encoder of two towers that never met, brought into one space by a trained alignment.

    Whatever is trained on its vectors and measured out of fold has to learn the alignment
    again inside each fold, from the towers' own vectors: an alignment that has seen a pair
    flatters every figure of that pair. So the towers can be asked on their own, and
    fit_alignment (service/learn/alignment.py) brings their vectors together; a picture's own
    vector is kept in the database (service/db/tower_vectors.py) under the tower's fingerprint.
    """

    @property
    def towers(self) -> Towers:
        """The towers, for vectors that no alignment has touched."""

    @property
    def picture_tower(self) -> str:
        """The picture tower's fingerprint, whether or not that tower is loaded."""

    @property
    def fitting(self) -> Mapping[str, Any]:
        """With what settings the alignment was fitted; nothing where it is no such alignment."""

    @property
    def class_names(self) -> ClassNames | None:
        """The classes that the alignment has beside it, to be learned again with it."""

    def align_pictures(self, own: Vectors) -> Vectors:
        """The picture tower's own vectors, brought into the common space."""

    def align_texts(self, own: Vectors) -> Vectors:
        """The text tower's own vectors, brought into the common space."""


def as_aligned(encoder: Encoder) -> AlignedEncoder | None:
    """The encoder with its towers, or None where both halves were trained together."""
    return cast("AlignedEncoder", encoder) if hasattr(encoder, "towers") else None


def origin_of(encoder: Encoder) -> Mapping[str, Any] | None:
    """Which commit of which repository its files are; None where they were not fetched."""
    found = getattr(encoder, "origin", None)
    return None if found is None else asdict(found)


def check_dimension(encoder: Encoder, stored: int) -> None:
    """Refuse an encoder whose vectors cannot stand beside the stored ones."""
    if encoder.dimension != stored:
        raise DimensionMismatch(name=encoder.name, dimension=encoder.dimension, stored=stored)
