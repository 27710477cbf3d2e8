"""What scenes are made of: kinds of things, colours, places, times, weathers, sizes, poses."""

from dataclasses import dataclass
from enum import StrEnum

from sample.words import table


class Layer(StrEnum):
    """Where in the picture a kind is at home."""

    GROUND = "ground"
    SKY = "sky"
    WATER = "water"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing, with its words in both languages."""

    name: str
    family: str
    height: float
    width: float
    layer: Layer
    places: tuple[str, ...]
    poses: tuple[str, ...]
    share: float
    en: tuple[tuple[str, str], ...]
    ru: tuple[str, ...]

    @property
    def is_person(self) -> bool:
        """Whether its colour is that of the clothes."""
        return self.family in {"child", "adult"}


LOOKS = table("looks")
COLOURS: tuple[str, ...] = tuple(LOOKS["colours"])
PLACES: tuple[str, ...] = tuple(LOOKS["places"])
TIMES: tuple[str, ...] = tuple(LOOKS["times"])
WEATHERS: tuple[str, ...] = tuple(LOOKS["weathers"])
SIZES: tuple[str, ...] = tuple(LOOKS["sizes"])
POSES: tuple[str, ...] = (
    "still", "stand", "sit", "run", "jump", "wave", "sleep", "fly", "swim",
)  # fmt: skip
RELATIONS: tuple[str, ...] = (
    "none", "left", "right", "above", "under", "on", "with", "beneath", "held",
)  # fmt: skip
OPPOSITE: dict[str, str] = {
    "none": "none", "left": "right", "right": "left", "above": "under", "under": "above",
    "on": "beneath", "beneath": "on", "with": "held", "held": "with",
}  # fmt: skip


def _default_places(layer: str) -> tuple[str, ...]:
    return PLACES if layer == Layer.SKY else tuple(place for place in PLACES if place != "sea")


def _kind(name: str) -> Kind:
    row = table("kinds")[name]
    words = (tuple(word.split("/")) for word in row["en"])
    return Kind(
        name=name,
        family=row["family"],
        height=row["height"],
        width=row["width"],
        layer=Layer(row["layer"]),
        places=tuple(row.get("places", ())) or _default_places(row["layer"]),
        poses=tuple(row.get("poses", ("still",))),
        share=row.get("share", 1.0),
        en=tuple((one, many) for one, many in words),
        ru=tuple(row["ru"]),
    )


KINDS: dict[str, Kind] = {name: _kind(name) for name in table("kinds")}

FAMILIES: dict[str, frozenset[str]] = {
    "person": frozenset(k.name for k in KINDS.values() if k.is_person),
    "child": frozenset(k.name for k in KINDS.values() if k.family == "child"),
    "animal": frozenset(k.name for k in KINDS.values() if k.family == "animal"),
}

# One colour of each kind is never shown in training, so that what is learnt of
# colours and of kinds apart can be told from what is learnt of pairs by heart.
HELD_OUT: frozenset[tuple[str, str]] = frozenset(
    (kind, COLOURS[(3 * number + 1) % len(COLOURS)]) for number, kind in enumerate(KINDS)
)
