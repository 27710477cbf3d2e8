"""Paints people: babies, children, grown-ups and the old, in five poses."""

from dataclasses import dataclass

from sample.paint.canvas import Colour, Pen, Point
from sample.paint.tint import Tint

SHOE: Colour = (62, 48, 46)
SILVER: Colour = (205, 206, 212)
EYE: Colour = (40, 34, 34)
CANE: Colour = (120, 78, 44)


@dataclass(frozen=True, slots=True)
class Build:
    """The proportions and the clothes of one kind of person."""

    head: float
    hip: float
    shoulder: float
    half: float
    limb: float
    dress: bool
    hair: str
    trousers: Colour


BUILDS = {
    "man": Build(0.085, 0.47, 0.79, 0.105, 0.075, dress=False, hair="short", trousers=(58, 66, 94)),
    "woman": Build(0.085, 0.46, 0.78, 0.08, 0.055, dress=True, hair="long", trousers=SHOE),
    "boy": Build(0.14, 0.34, 0.65, 0.12, 0.085, dress=False, hair="cap", trousers=(96, 108, 132)),
    "girl": Build(0.14, 0.33, 0.64, 0.1, 0.07, dress=True, hair="tails", trousers=SHOE),
    "old_man": Build(
        0.095, 0.44, 0.75, 0.12, 0.08, dress=False, hair="beard", trousers=(92, 88, 84)
    ),
    "old_woman": Build(0.1, 0.4, 0.72, 0.115, 0.06, dress=True, hair="bun", trousers=SHOE),
}

# Legs and arms as (knee/elbow, foot/hand), measured from hip and shoulder in leg and arm lengths.
Bend = tuple[Point, Point]
LEGS: dict[str, tuple[Bend, Bend]] = {
    "stand": (((-0.12, -0.5), (-0.16, -1.0)), ((0.12, -0.5), (0.16, -1.0))),
    "wave": (((-0.12, -0.5), (-0.16, -1.0)), ((0.12, -0.5), (0.16, -1.0))),
    "run": (((-0.1, -0.5), (-0.72, -0.72)), ((0.46, -0.36), (0.5, -0.95))),
    "jump": (((-0.5, -0.32), (-0.62, -0.78)), ((0.5, -0.32), (0.62, -0.78))),
    "sit": (((0.46, 0.02), (0.48, -0.5)), ((0.58, 0.0), (0.66, -0.5))),
    "hold": (((-0.12, -0.5), (-0.16, -1.0)), ((0.12, -0.5), (0.16, -1.0))),
}
ARMS: dict[str, tuple[Bend, Bend]] = {
    "stand": (((-0.22, -0.5), (-0.26, -1.0)), ((0.22, -0.5), (0.26, -1.0))),
    "wave": (((-0.22, -0.5), (-0.26, -1.0)), ((0.42, 0.3), (0.62, 0.95))),
    "run": (((-0.46, -0.36), (-0.2, -0.75)), ((0.2, -0.5), (0.66, -0.4))),
    "jump": (((-0.5, 0.35), (-0.68, 0.95)), ((0.5, 0.35), (0.68, 0.95))),
    "sit": (((-0.1, -0.5), (0.3, -0.72)), ((0.2, -0.5), (0.56, -0.66))),
    "hold": (((-0.22, -0.5), (-0.26, -1.0)), ((0.24, -0.5), (0.64, -0.44))),
}


def person(pen: Pen, kind: str, tint: Tint, pose: str, skin: Colour, hair: Colour) -> None:
    """A grown-up or a child in this pose."""
    build = BUILDS[kind]
    drop = build.hip * 0.5 if pose == "sit" else -0.16 if pose == "jump" else 0.0
    hip, shoulder = build.hip - drop, build.shoulder - drop
    old = kind.startswith("old")
    if old:
        hair = SILVER
    cloth = tint if not old else Tint(tint.main, tint.dark, tint.light)
    _legs(pen, build, pose, hip, skin)
    _arm(pen, build, ARMS[pose][0], (-build.half * 0.8, shoulder - 0.03), cloth.dark, skin)
    if build.dress:
        _dress(pen, build, cloth, hip, shoulder, pose)
    else:
        _shirt(pen, build, cloth, hip, shoulder)
    _head(pen, build, cloth, (0.0, shoulder + build.head * 1.15), skin, hair)
    if old and pose != "sit":
        pen.limb(((build.half + 0.1, shoulder - 0.3), (build.half + 0.13, 0.0)), 0.025, CANE)
    _arm(pen, build, ARMS[pose][1], (build.half * 0.8, shoulder - 0.03), cloth.main, skin)


def _legs(pen: Pen, build: Build, pose: str, hip: float, skin: Colour) -> None:
    length = build.hip - 0.02
    bare = build.dress
    for side, (knee, foot) in zip((-0.5, 0.5), LEGS[pose], strict=True):
        start = (side * build.half, hip)
        middle = (start[0] + knee[0] * length, hip + knee[1] * length)
        end = (start[0] + foot[0] * length, hip + foot[1] * length)
        width = build.limb * (0.85 if bare else 1.15)
        if build.hair == "cap":
            pen.limb((start, middle, end), width * 0.85, skin)
            pen.limb((start, middle), width * 1.2, build.trousers)
        else:
            pen.limb((start, middle, end), width, skin if bare else build.trousers)
        pen.oval(end[0] + 0.022, end[1] + 0.015, 0.05, 0.028, SHOE)


def _arm(pen: Pen, build: Build, bend: Bend, start: Point, cloth: Colour, skin: Colour) -> None:
    length = (build.shoulder - build.hip) * 1.02
    elbow = (start[0] + bend[0][0] * length, start[1] + bend[0][1] * length)
    hand = (start[0] + bend[1][0] * length, start[1] + bend[1][1] * length)
    pen.limb((elbow, hand), build.limb * 0.7, skin)
    pen.limb((start, elbow), build.limb * 0.98, cloth)
    pen.disc(hand[0], hand[1], build.limb * 0.48, skin)


def _shirt(pen: Pen, build: Build, tint: Tint, hip: float, shoulder: float) -> None:
    half = build.half
    pen.limb(((-half * 0.55, hip), (half * 0.55, hip)), half * 0.9, build.trousers)
    top, low = shoulder + 0.005, hip - 0.015
    pen.blob(
        ((-half, top - 0.04), (-half * 0.5, top + 0.01), (half * 0.5, top + 0.01),
         (half, top - 0.04), (half * 0.92, low), (0.0, low - 0.015), (-half * 0.92, low)),
        tint.main,
    )  # fmt: skip
    pen.area(((-half * 0.92, low), (-half, top - 0.05), (-half * 0.45, top - 0.02),
              (-half * 0.4, low)), tint.dark)  # fmt: skip


def _dress(pen: Pen, build: Build, tint: Tint, hip: float, shoulder: float, pose: str) -> None:
    half, top = build.half, shoulder + 0.01
    hem = hip - build.hip * (0.3 if pose == "sit" else 0.52 if build.hair != "bun" else 0.72)
    sway = half * (1.2 if pose == "sit" else 0.5 if pose == "run" else 0.0)
    waist = (hip + shoulder) / 2
    outline = (
        (-half * 0.85, top - 0.03), (-half * 0.4, top + 0.01), (half * 0.4, top + 0.01),
        (half * 0.85, top - 0.03), (half * 0.72, waist), (half * 1.75 + sway, hem),
        (0.0, hem - 0.02), (-half * 1.75 + sway * 0.2, hem), (-half * 0.72, waist),
    )  # fmt: skip
    pen.blob(outline, tint.main)
    pen.area(((-half * 0.7, waist), (-half * 1.65 + sway * 0.2, hem), (-half * 0.7, hem),
              (-half * 0.3, waist)), tint.dark)  # fmt: skip
    pen.limb(((-half * 0.66, waist), (half * 0.66, waist)), 0.022, tint.dark)


def _head(pen: Pen, build: Build, tint: Tint, at: Point, skin: Colour, hair: Colour) -> None:
    x, y, r = at[0], at[1] + build.head * 0.1, build.head
    pen.limb(((x, y - r), (x, y - r * 1.35)), r * 0.7, skin)
    if build.hair == "long":
        pen.blob(((x - r * 1.2, y - r * 1.5), (x - r * 1.15, y + r * 0.5), (x, y + r * 1.2),
                  (x + r * 1.1, y + r * 0.4), (x + r * 0.9, y - r * 1.3)), hair)  # fmt: skip
    if build.hair == "tails":
        for side in (-1, 1):
            pen.oval(x + side * r * 1.3, y - r * 0.15, r * 0.42, r * 0.62, hair)
    if build.hair == "bun":
        pen.disc(x - r * 0.2, y + r * 1.15, r * 0.52, hair)
    pen.disc(x, y, r, skin)
    _hair(pen, build, tint, (x, y), hair)
    for eye in (0.18, 0.66):
        pen.disc(x + r * eye, y - r * 0.02, r * 0.1, EYE)
    if build.hair == "beard":
        pen.blob(((x - r * 0.5, y - r * 0.3), (x + r * 0.4, y - r * 0.35), (x + r * 0.98, y - r * 0.2),
                  (x + r * 0.7, y - r * 1.2), (x + r * 0.25, y - r * 1.5), (x - r * 0.35, y - r * 1.0)),
                 hair)  # fmt: skip
    else:
        pen.oval(x + r * 0.42, y - r * 0.5, r * 0.2, r * 0.07, (190, 80, 80))


def _hair(pen: Pen, build: Build, tint: Tint, at: Point, hair: Colour) -> None:
    (x, y), r = at, build.head
    top = ((x - r * 1.05, y - r * 0.1), (x - r * 0.9, y + r * 0.7), (x, y + r * 1.12),
           (x + r * 0.9, y + r * 0.65), (x + r * 0.85, y + r * 0.42), (x - r * 0.2, y + r * 0.5),
           (x - r * 0.6, y + r * 0.1))  # fmt: skip
    if build.hair == "beard":
        pen.oval(x - r * 0.85, y + r * 0.05, r * 0.28, r * 0.5, hair)
    elif build.hair == "cap":
        pen.blob(((x - r * 1.05, y + r * 0.25), (x - r * 0.8, y + r * 0.85), (x, y + r * 1.2),
                  (x + r * 0.8, y + r * 0.8), (x + r * 1.0, y + r * 0.28)), tint.main)  # fmt: skip
        pen.limb(((x + r * 0.5, y + r * 0.32), (x + r * 1.5, y + r * 0.26)), r * 0.2, tint.dark)
    else:
        pen.blob(top, hair)


def baby(pen: Pen, tint: Tint, pose: str, skin: Colour, hair: Colour) -> None:
    """A baby that sits, as babies do; waving lifts an arm."""
    pen.limb(((0.05, 0.16), (0.36, 0.1), (0.5, 0.13)), 0.17, tint.dark)
    pen.disc(0.52, 0.15, 0.085, skin)
    pen.blob(((-0.3, 0.1), (-0.27, 0.36), (-0.1, 0.52), (0.12, 0.52), (0.28, 0.32), (0.3, 0.08),
              (0.0, 0.0)), tint.main)  # fmt: skip
    pen.limb(((-0.1, 0.12), (0.2, 0.06), (0.4, 0.08)), 0.18, tint.main)
    pen.disc(0.44, 0.09, 0.085, skin)
    hand = (0.46, 0.66) if pose == "wave" else (0.36, 0.3)
    pen.limb(((0.12, 0.42), hand), 0.13, tint.light)
    pen.disc(hand[0], hand[1], 0.07, skin)
    pen.disc(0.0, 0.74, 0.26, skin)
    pen.disc(-0.25, 0.72, 0.06, skin)
    pen.blob(((-0.16, 0.94), (-0.02, 1.02), (0.14, 0.98), (0.06, 0.9)), hair)
    for eye in (0.02, 0.17):
        pen.disc(eye, 0.75, 0.032, EYE)
    pen.disc(-0.06, 0.66, 0.045, (244, 160, 150))
    pen.oval(0.1, 0.63, 0.05, 0.028, (190, 80, 80))
