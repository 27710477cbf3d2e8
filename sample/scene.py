"""What a picture shows: one or two groups of things, a place, a time, a weather."""

from dataclasses import dataclass
from enum import Enum
from random import Random

from sample.things import COLOURS, HELD_OUT, KINDS, OPPOSITE, PLACES, Kind, Layer


class Pairs(Enum):
    """Which pairs of colour and kind a scene may hold."""

    ALL = "all"
    KNOWN = "known"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Group:
    """So many things of one kind and colour, all doing the same."""

    kind: str
    colour: str
    count: int
    size: str
    pose: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture's content; the seed decides whatever words don't tell."""

    seed: int
    groups: tuple[Group, ...]
    relation: str
    place: str
    time: str
    weather: str

    @property
    def shows_child(self) -> bool:
        """Whether rules that protect children speak of this picture."""
        return any(KINDS[group.kind].family == "child" for group in self.groups)

    def turned(self) -> "Scene":
        """The same scene told from its second group's side."""
        return Scene(
            self.seed, self.groups[::-1], OPPOSITE[self.relation], self.place, self.time,
            self.weather,
        )  # fmt: skip


SEATS = {"bench", "car", "horse", "bicycle", "boat"}
ROOFS = {"tree", "umbrella"}
HELD = {"balloon", "umbrella", "flower", "ball"}
HOLDERS = {"boy", "girl", "man", "woman", "old_man", "old_woman"}
SITTERS = {
    "bench": ("boy", "girl", "man", "woman", "old_man", "old_woman", "baby", "cat", "bird", "apple",
              "ball", "rabbit", "dog"),
    "car": ("cat", "bird", "apple", "ball", "rabbit", "dog"),
    "horse": ("boy", "girl", "man", "woman", "old_man", "old_woman"),
    "bicycle": ("boy", "girl", "man", "woman", "old_man", "old_woman"),
    "boat": ("boy", "girl", "man", "woman", "old_man", "old_woman", "cat", "dog"),
}  # fmt: skip
FITS_UNDER = ("boy", "girl", "man", "woman", "old_man", "old_woman", "baby", "dog", "cat", "rabbit",
              "bench", "ball", "apple", "flower", "bicycle")  # fmt: skip


def make_scene(seed: int, pairs: Pairs = Pairs.ALL) -> Scene:
    """The scene that belongs to this seed."""
    rng = Random(seed)
    while True:
        scene = _attempt(rng, seed, pairs)
        if scene is not None:
            return scene


def _attempt(rng: Random, seed: int, pairs: Pairs) -> Scene | None:
    place = rng.choice(PLACES)
    relation = rng.choices(
        ("alone", "left", "right", "above", "under", "on", "with"), (42, 15, 15, 7, 7, 8, 7)
    )[0]
    chosen = _kinds(rng, place, relation)
    if chosen is None:
        return None
    groups = [_group(rng, KINDS[name], place, relation, i) for i, name in enumerate(chosen)]
    if any(not _permitted(group, pairs) for group in groups):
        return None
    if len(groups) == 2 and groups[0].kind == groups[1].kind:
        return None
    return Scene(
        seed=seed,
        groups=tuple(groups),
        relation="none" if relation == "alone" else relation,
        place=place,
        time=(time := rng.choices(("day", "evening", "night"), (5, 3, 3))[0]),
        weather=_weather(rng, place, time),
    )


def _permitted(group: Group, pairs: Pairs) -> bool:
    held_out = (group.kind, group.colour) in HELD_OUT
    return pairs is Pairs.ALL or held_out == (pairs is Pairs.NEW)


def _weather(rng: Random, place: str, time: str) -> str:
    if place == "room":
        return "clear"
    if time == "day":
        return rng.choices(("clear", "sun", "cloud", "rain", "snowfall"), (2, 4, 2, 2, 2))[0]
    return rng.choices(("clear", "rain", "snowfall"), (6, 2, 2))[0]


def _kinds(  # noqa: PLR0911 - one way out for each relation
    rng: Random, place: str, relation: str
) -> tuple[str, ...] | None:
    """Kinds that can be met at this place and stand in this relation."""
    here = [kind for kind in KINDS.values() if place in kind.places]
    grounded = [kind for kind in here if kind.layer != Layer.SKY or kind.name == "bird"]
    floating = [kind for kind in here if kind.layer == Layer.SKY]
    if relation == "alone":
        return (_pick(rng, here),)
    if relation == "above":
        return _pick(rng, floating), _pick(rng, grounded)
    if relation in {"left", "right"}:
        return _pick(rng, grounded), _pick(rng, grounded)
    if relation == "under":
        return _two(rng, [k for k in here if k.name in FITS_UNDER], ROOFS, here)
    if relation == "with":
        return _two(rng, [k for k in here if k.name in HOLDERS], HELD, here)
    seats = [kind for kind in here if kind.name in SEATS]
    if not seats:
        return None
    seat = _pick(rng, seats)
    if place == "sea":
        return None if seat != "boat" else (_pick(rng, _named(SITTERS[seat])), seat)
    return _two(rng, [k for k in here if k.name in SITTERS[seat]], {seat}, here)


def _named(names: tuple[str, ...]) -> list[Kind]:
    return [KINDS[name] for name in names]


def _two(
    rng: Random, first: list[Kind], second: set[str], here: list[Kind]
) -> tuple[str, ...] | None:
    partners = [kind for kind in here if kind.name in second]
    return (_pick(rng, first), _pick(rng, partners)) if first and partners else None


def _pick(rng: Random, kinds: list[Kind]) -> str:
    return rng.choices(kinds, [kind.share for kind in kinds])[0].name


def _group(rng: Random, kind: Kind, place: str, relation: str, number: int) -> Group:
    single = relation in {"on", "with", "under"}
    if relation == "alone":
        count = rng.choices((1, 2, 3, 4), (46, 20, 18, 16))[0]
    elif single or (relation == "above" and number == 1):
        count = 1
    else:
        count = rng.choices((1, 2, 3), (74, 16, 10))[0]
    sized = not kind.is_person and not single and count == 1
    size = rng.choices(("small", "usual", "big"), (3, 5, 3))[0] if sized else "usual"
    pose = _pose(rng, kind, place, relation, number)
    return Group(kind.name, rng.choice(COLOURS), count, size, pose)


def _pose(  # noqa: PLR0911 - one way out for each rule
    rng: Random, kind: Kind, place: str, relation: str, number: int
) -> str:
    if kind.name == "duck":
        return "swim" if place == "sea" else "stand"
    if kind.name == "bird":
        flying = place == "sea" or (relation == "above" and number == 0)
        if relation == "alone" and not flying:
            return rng.choice(kind.poses)
        return "fly" if flying else "stand"
    if number == 0 and relation == "with":
        return "stand"
    if number == 0 and relation == "on":
        return "sit" if "sit" in kind.poses else kind.poses[0]
    if number == 0 and relation == "under":
        return rng.choice([pose for pose in kind.poses if pose != "jump"])
    return kind.poses[0] if rng.random() < 0.25 else rng.choice(kind.poses)
