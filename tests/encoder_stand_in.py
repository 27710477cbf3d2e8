"""Encoders without a network: they know eight colours by name, so a search for one finds it."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from service.domain import AllowedQuery
from service.encoder.port import Encoder, Vectors

COLOURS = {
    "red": (("red", "красный", "красная", "красное"), (220, 30, 30)),
    "green": (("green", "зелёный", "зелёная", "зелёное"), (30, 160, 50)),
    "blue": (("blue", "синий", "синяя", "синее"), (40, 60, 210)),
    "yellow": (("yellow", "жёлтый", "жёлтая", "жёлтое"), (240, 220, 40)),
    "black": (("black", "чёрный", "чёрная", "чёрное"), (10, 10, 10)),
    "white": (("white", "белый", "белая", "белое"), (245, 245, 245)),
    "pink": (("pink", "розовый", "розовая", "розовое"), (250, 150, 190)),
    "brown": (("brown", "коричневый", "коричневая", "коричневое"), (120, 70, 30)),
}
NAMES = {name: at for at, (names, _) in enumerate(COLOURS.values()) for name in names}
VALUES = np.array([value for _, value in COLOURS.values()], np.float32)


class ColourEncoder:
    """A picture is the share of each colour in it, a text the colours it names."""

    name = "stand-in:colours"
    fingerprint = hashlib.sha256(b"colours, first edition").hexdigest()
    picture_side = 16

    def __init__(self, dimension: int = 24) -> None:
        """Vectors of this length: the colours first, then a little of everything else."""
        self.dimension = dimension

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Where each pixel's nearest colour counts, and the outline makes pictures differ."""
        return self._unit([self._picture(each) for each in pictures])

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """Where each colour word counts, and every other word makes texts differ a little."""
        return self._unit([self._text(each.text) for each in texts])

    def _picture(self, picture: Image.Image) -> Vectors:
        small = picture.convert("RGB").resize((self.picture_side, self.picture_side))
        pixels = np.asarray(small, np.float32).reshape(-1, 3)
        nearest = ((pixels[:, None] - VALUES) ** 2).sum(axis=-1).argmin(axis=-1)
        row = self._noise(small.tobytes())
        row[: len(VALUES)] = np.bincount(nearest, minlength=len(VALUES)) / len(pixels)
        return row

    def _text(self, text: str) -> Vectors:
        row = self._noise(b"")
        for word in text.lower().split():
            if word in NAMES:
                row[NAMES[word]] += 1
            else:
                row += self._noise(word.encode())
        return row

    def _noise(self, seed: bytes) -> Vectors:
        digest = hashlib.shake_256(seed).digest(self.dimension)
        row: Vectors = np.frombuffer(digest, np.uint8).astype(np.float32) / np.float32(
            2550
        ) - np.float32(0.05)
        row[: len(VALUES)] = 0
        return row

    def _unit(self, rows: Sequence[Vectors]) -> Vectors:
        if not rows:
            return np.empty((0, self.dimension), np.float32)
        stacked = np.stack(rows)
        unit: Vectors = stacked / np.linalg.norm(stacked, axis=1, keepdims=True)
        return unit


class ContraryEncoder(ColourEncoder):
    """Another encoder, of another length, under which a colour's name finds its opposite.

    Vectors of the two can't be mixed unnoticed: under this one 'red' finds what is blue.
    """

    name = "stand-in:contrary"
    fingerprint = hashlib.sha256(b"colours, the other way round").hexdigest()

    def __init__(self) -> None:
        """Its vectors are longer."""
        super().__init__(dimension=40)

    def _text(self, text: str) -> Vectors:
        row = super()._text(text)
        row[: len(VALUES)] = row[: len(VALUES)][[2, 1, 0, *range(3, len(VALUES))]]
        return row


def load_stand_in(spec: str, *, towers: str) -> Encoder:  # noqa: ARG001 - as real ones are loaded
    """One of the stand-ins by its name; any other name is loaded in earnest."""
    known: dict[str, Callable[[], Encoder]] = {
        ColourEncoder.name: ColourEncoder,
        ContraryEncoder.name: ContraryEncoder,
    }
    if spec in known:
        return known[spec]()
    from service.encoder.openclip import load  # PyTorch takes seconds

    return load(spec)
