"""The Encoder of two towers and an alignment; serves like any other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from service.domain import AllowedQuery
from service.encoder.alignment import Alignment, load_alignment
from service.encoder.openclip import TowerMissing
from service.encoder.pair.folder import (
    ALIGNMENT,
    Card,
    PairBroken,
    TowerChanged,
    TowerFacts,
    read_card,
)
from service.encoder.pair.spec import TfIdfSpec, picture_spec, text_spec
from service.encoder.pair.tfidf import load_tfidf
from service.encoder.pair.towers import Machine, load_pictures, load_texts
from service.encoder.port import PictureTower, TextTower, Towers, Vectors

Wanted = Literal["text", "picture", "both"]


class PairEncoder:
    """Two towers, each with vectors of its own, and what brings these into one space."""

    def __init__(self, *, name: str, card: Card, towers: Towers, alignment: Alignment) -> None:
        """Take towers that are ready to work."""
        self.name = name
        self.fingerprint = card.fingerprint
        self.dimension = alignment.dimension
        self.picture_side = card.side
        self.towers = towers
        self.alignment = alignment
        self.picture_tower = card.picture.fingerprint
        self.fitting: Mapping[str, Any] = card.learned.get("setting", {})
        self.class_names = alignment.names

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """One vector for each picture, in order."""
        if self.towers.pictures is None:
            raise TowerMissing(name=self.name, tower="picture")
        if not pictures:
            return self._nothing()
        return self.align_pictures(self.towers.pictures.encode(pictures))

    def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """One vector for each text, in order."""
        if self.towers.texts is None:
            raise TowerMissing(name=self.name, tower="text")
        return self.align_texts(self.towers.texts.encode(texts)) if texts else self._nothing()

    def align_pictures(self, own: Vectors) -> Vectors:
        """The picture tower's own vectors, brought into the common space."""
        return self.alignment.pictures(own)

    def align_texts(self, own: Vectors) -> Vectors:
        """The text tower's own vectors, brought into the common space."""
        return self.alignment.texts(own)

    def _nothing(self) -> Vectors:
        return self.alignment.texts([[0.0] * len(self.alignment.text.mean)])[:0]


def load_pair(
    name: str, folder: Path, *, towers: Wanted = "both", machine: Machine | None = None
) -> PairEncoder:
    """The pair in this folder, with the towers wanted, ready to work.

    Its towers must be those that the alignment was learned with. Call it after forking:
    torch's threads do not survive a fork.
    """
    card = read_card(folder, name=name)
    alignment = load_alignment(folder / ALIGNMENT)
    widths = len(alignment.picture.mean), len(alignment.text.mean)
    if widths != (card.picture.width, card.text.width) or alignment.dimension != card.dimension:
        raise PairBroken(folder=folder, reason="its card tells other widths than its alignment")
    on = machine or Machine()
    seeing = _pictures(card.picture, name, on) if towers != "text" else None
    reading = _texts(card.text, name, folder, on) if towers != "picture" else None
    return PairEncoder(name=name, card=card, towers=Towers(seeing, reading), alignment=alignment)


def _pictures(facts: TowerFacts, name: str, machine: Machine) -> PictureTower:
    tower = load_pictures(picture_spec(facts.spec), machine)
    if tower.fingerprint != facts.fingerprint:
        raise TowerChanged(kind="picture", spec=facts.spec, name=name)
    return tower


def _texts(facts: TowerFacts, name: str, folder: Path, machine: Machine) -> TextTower:
    spec = text_spec(facts.spec)
    tower = load_tfidf(folder) if isinstance(spec, TfIdfSpec) else load_texts(spec, machine)
    if tower.fingerprint != facts.fingerprint:
        raise TowerChanged(kind="text", spec=facts.spec, name=name)
    return tower
