"""Where each thing of a scene stands in the picture."""

from dataclasses import dataclass
from random import Random

from sample.scene import Group, Scene
from sample.things import KINDS, Layer

# Things are drawn larger than life against their place, so that thumbnails read well.
GROWTH = 1.22
SIZE = {"small": 0.64, "usual": 1.0, "big": 1.5}
# How high a sitter sits, as a share of the seat's height, and how far from its middle.
SEAT = {
    "bench": (0.5, 0.0), "car": (0.95, -0.12), "horse": (0.64, -0.02), "bicycle": (0.9, -0.26),
    "boat": (0.3, -0.46),
}  # fmt: skip
HIP = {"man": 0.235, "woman": 0.23, "boy": 0.17, "girl": 0.165, "old_man": 0.22, "old_woman": 0.2}
HAND = {
    "man": (0.29, 0.62), "woman": (0.26, 0.62), "boy": (0.32, 0.5), "girl": (0.3, 0.5),
    "old_man": (0.3, 0.6), "old_woman": (0.29, 0.57),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing to paint: x and y of its foot, and its height, as shares of the picture."""

    kind: str
    colour: str
    pose: str
    x: float
    y: float
    height: float
    left: bool


def lay_out(scene: Scene, rng: Random) -> list[Figure]:
    """The scene's things in the order in which they are painted."""
    if len(scene.groups) == 1:
        return _row(scene.groups[0], scene, rng, 0.06, 0.94)
    first, second = scene.groups
    if scene.relation == "left":
        figures = _row(first, scene, rng, 0.02, 0.48) + _row(second, scene, rng, 0.52, 0.98)
    elif scene.relation == "right":
        figures = _row(first, scene, rng, 0.52, 0.98) + _row(second, scene, rng, 0.02, 0.48)
    elif scene.relation == "above":
        figures = _row(second, scene, rng, 0.15, 0.85) + _row(first, scene, rng, 0.12, 0.88)
    else:
        return _together(scene, rng)
    return sorted(figures, key=lambda figure: figure.y)


def _row(group: Group, scene: Scene, rng: Random, start: float, end: float) -> list[Figure]:
    """A group's things side by side between start and end."""
    kind = KINDS[group.kind]
    room = (end - start) / group.count
    crowd = 1.0 if group.count == 1 else 0.86 if group.count == 2 else 0.72
    height = kind.height * GROWTH * SIZE[group.size] * crowd * rng.uniform(0.95, 1.06)
    fit = 0.94 * room / kind.width
    rows = group.count > 2 and height > fit
    if group.count > 1:
        height = min(height, fit * (1.55 if rows else 1.0))
    height = min(height, (end - start) / kind.width, 0.8)
    left = rng.random() < 0.5
    above = scene.relation == "above" and group is scene.groups[0]
    base = _level(group, scene, rng, height, above=above)
    if rows:
        base = min(base, 0.95 - height * 0.4)
    slack = max(0.0, room - height * kind.width) / 2
    figures = []
    for number in range(group.count):
        slip = rng.uniform(-slack, slack) * (0.9 if group.count == 1 else 0.35)
        depth = (number % 2 - 0.5) * (height * 0.8 if rows else 0.0)
        figures.append(
            Figure(
                group.kind,
                group.colour,
                group.pose,
                x=start + room * (number + 0.5) + slip,
                y=base + rng.uniform(-0.02, 0.02) + depth,
                height=height,
                left=left if rng.random() < 0.8 else not left,
            )
        )
    return figures


def _level(group: Group, scene: Scene, rng: Random, height: float, *, above: bool) -> float:
    """How low in the picture a group's feet are."""
    kind = KINDS[group.kind]
    if above:
        return max(height + 0.03, rng.uniform(0.24, 0.36))
    if kind.layer == Layer.SKY and group.pose != "stand":
        return max(height + 0.04, rng.uniform(0.3, 0.5))
    if scene.relation == "above":
        return rng.uniform(0.84, 0.93)
    if group.kind == "fish":
        return rng.uniform(0.72, 0.92)
    return max(min(0.94, height + 0.12), rng.uniform(0.74, 0.93))


def _together(scene: Scene, rng: Random) -> list[Figure]:
    """Two things that belong together: on, under or held by one another."""
    first, second = scene.groups
    left = rng.random() < 0.5
    side = -1 if left else 1
    x, y = rng.uniform(0.36, 0.64), rng.uniform(0.86, 0.93)
    if scene.relation == "on":
        return _seated(first, second, rng, (x, y), left=left)
    tall, low = KINDS[second.kind].height, KINDS[first.kind].height
    if scene.relation == "with":
        reach, rise = HAND[first.kind]
        low *= rng.uniform(1.12, 1.22)
        hold = (
            0.0
            if second.kind in {"umbrella", "balloon"}
            else 0.09
            if second.kind == "ball"
            else 0.04
        )
        held_y = y - low * rise + hold
        grown = {"umbrella": 1.15, "balloon": 1.1, "flower": 1.0, "ball": 1.0}[second.kind]
        return [
            Figure(first.kind, first.colour, "hold", x, y, low, left),
            Figure(second.kind, second.colour, second.pose, x + side * low * reach, held_y,
                   tall * grown, left),
        ]  # fmt: skip
    tall = 0.74 if second.kind == "tree" else 0.66
    low = min(low * 1.15, 0.38)
    x = min(max(x, 0.34), 0.66)
    shift = 0.1 if second.kind == "tree" else 0.14
    return [
        Figure(second.kind, second.colour, second.pose, x, y - 0.04, tall, left),
        Figure(first.kind, first.colour, first.pose, x + side * shift, y + 0.02, low, not left),
    ]  # fmt: skip


def _seated(
    first: Group, second: Group, rng: Random, at: tuple[float, float], *, left: bool
) -> list[Figure]:
    seat, sitter = KINDS[second.kind], KINDS[first.kind]
    grown = {"horse": 1.35, "bicycle": 1.4, "bench": 1.6, "car": 1.45, "boat": 1.55}[second.kind]
    tall = seat.height * grown * rng.uniform(0.95, 1.05)
    low = sitter.height * (1.0 if sitter.is_person else 1.1)
    rise, aside = SEAT[second.kind]
    drop = low * HIP[first.kind] if first.kind in HIP else 0.0
    x, y = at
    under = Figure(second.kind, second.colour, second.pose, x, y, tall, left)
    over = Figure(first.kind, first.colour, first.pose, x + (-1 if left else 1) * aside * tall,
                  y - tall * rise + drop, low, left)  # fmt: skip
    return [under, over]
