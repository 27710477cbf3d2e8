"""Paints animals, each looking to the right."""

from sample.paint.canvas import Colour, Pen, Point
from sample.paint.tint import BLACK, WHITE, Tint

NOSE: Colour = (38, 32, 34)
BEAK: Colour = (245, 166, 35)
BLUSH: Colour = (240, 170, 175)


def _eye(pen: Pen, a: float, b: float, size: float, tint: Tint) -> None:
    pen.disc(a, b, size, BLACK if tint.is_pale else WHITE)
    if not tint.is_pale:
        pen.disc(a + size * 0.25, b, size * 0.55, BLACK)


def _legs(pen: Pen, legs: tuple[tuple[Point, ...], ...], width: float, tint: Tint) -> None:
    for number, leg in enumerate(legs):
        pen.limb(leg, width, tint.dark if number % 2 == 0 else tint.main)


DOG_LEGS = {
    "stand": (((-0.32, 0.4), (-0.34, 0.03)), ((-0.42, 0.4), (-0.46, 0.03)),
              ((0.3, 0.4), (0.32, 0.03)), ((0.2, 0.4), (0.2, 0.03))),
    "run": (((-0.34, 0.4), (-0.62, 0.16), (-0.72, 0.02)), ((-0.4, 0.4), (-0.74, 0.28)),
            ((0.28, 0.4), (0.62, 0.22), (0.72, 0.04)), ((0.22, 0.4), (0.56, 0.1))),
    "jump": (((-0.34, 0.52), (-0.6, 0.28), (-0.7, 0.1)), ((-0.4, 0.52), (-0.72, 0.34)),
             ((0.28, 0.56), (0.56, 0.52), (0.68, 0.36)), ((0.22, 0.56), (0.5, 0.4))),
}  # fmt: skip


def dog(pen: Pen, tint: Tint, pose: str) -> None:
    """A dog: a snout, a hanging ear and a tail held high."""
    if pose == "sleep":
        _asleep(pen, tint, ears="hanging")
        return
    if pose == "sit":
        pen.limb(((-0.3, 0.1), (-0.5, 0.06), (-0.6, 0.24)), 0.09, tint.dark)
        pen.blob(((-0.36, 0.02), (-0.36, 0.3), (-0.1, 0.62), (0.14, 0.66), (0.2, 0.3), (0.24, 0.02)),
                 tint.main)  # fmt: skip
        pen.limb(((0.12, 0.4), (0.16, 0.03)), 0.12, tint.light)
        pen.oval(-0.16, 0.15, 0.2, 0.15, tint.dark)
        _dog_head(pen, tint, 0.16, 0.78)
        return
    lift = 0.14 if pose == "jump" else 0.0
    _legs(pen, DOG_LEGS[pose], 0.11, tint)
    pen.limb(((-0.44, 0.5 + lift), (-0.62, 0.66 + lift), (-0.66, 0.86 + lift)), 0.085, tint.dark)
    pen.blob(((-0.52, 0.44 + lift), (-0.42, 0.6 + lift), (0.1, 0.58 + lift), (0.36, 0.66 + lift),
              (0.4, 0.42 + lift), (0.16, 0.32 + lift), (-0.36, 0.34 + lift)), tint.main)  # fmt: skip
    pen.limb(((0.28, 0.5 + lift), (0.4, 0.72 + lift)), 0.22, tint.main)
    _dog_head(pen, tint, 0.44, 0.8 + lift)


def _dog_head(pen: Pen, tint: Tint, x: float, y: float) -> None:
    pen.oval(x, y, 0.19, 0.17, tint.main)
    pen.blob(((x + 0.05, y + 0.05), (x + 0.32, y - 0.01), (x + 0.34, y - 0.09), (x + 0.08, y - 0.14)),
             tint.light)  # fmt: skip
    pen.disc(x + 0.33, y - 0.01, 0.042, NOSE)
    pen.blob(((x - 0.1, y + 0.14), (x - 0.2, y + 0.02), (x - 0.18, y - 0.2), (x - 0.06, y - 0.14),
              (x - 0.02, y + 0.1)), tint.dark)  # fmt: skip
    _eye(pen, x + 0.08, y + 0.05, 0.032, tint)


def _asleep(pen: Pen, tint: Tint, ears: str) -> None:
    pen.limb(((-0.5, 0.14), (-0.4, 0.05), (0.0, 0.05)), 0.1, tint.dark)
    pen.blob(((-0.6, 0.06), (-0.56, 0.3), (-0.2, 0.46), (0.2, 0.38), (0.36, 0.06), (0.0, 0.0)),
             tint.main)  # fmt: skip
    pen.oval(-0.28, 0.16, 0.22, 0.14, tint.dark)
    pen.oval(0.4, 0.2, 0.22, 0.19, tint.light)
    if ears == "pointed":
        pen.area(((0.24, 0.3), (0.26, 0.52), (0.4, 0.38)), tint.dark)
        pen.area(((0.42, 0.38), (0.56, 0.5), (0.56, 0.28)), tint.dark)
    else:
        pen.oval(0.28, 0.24, 0.08, 0.17, tint.dark)
        pen.disc(0.6, 0.18, 0.04, NOSE)
    pen.limb(((0.4, 0.22), (0.5, 0.2)), 0.024, BLACK)


CAT_LEGS = {
    "stand": (((-0.3, 0.36), (-0.3, 0.02)), ((-0.38, 0.36), (-0.4, 0.02)),
              ((0.24, 0.36), (0.26, 0.02)), ((0.16, 0.36), (0.16, 0.02))),
    "run": (((-0.3, 0.36), (-0.6, 0.06)), ((-0.36, 0.36), (-0.72, 0.2)),
            ((0.22, 0.36), (0.56, 0.05)), ((0.18, 0.36), (0.52, 0.2))),
}  # fmt: skip


def cat(pen: Pen, tint: Tint, pose: str) -> None:
    """A cat: a round face, pointed ears, whiskers and a long curled tail."""
    if pose == "sleep":
        _asleep(pen, tint, ears="pointed")
        return
    if pose == "sit":
        pen.limb(((-0.2, 0.06), (-0.46, 0.08), (-0.52, 0.3), (-0.42, 0.42)), 0.075, tint.dark)
        pen.blob(((-0.3, 0.02), (-0.28, 0.3), (-0.12, 0.56), (0.12, 0.56), (0.24, 0.3), (0.26, 0.02)),
                 tint.main)  # fmt: skip
        pen.limb(((0.06, 0.3), (0.08, 0.03)), 0.1, tint.light)
        _cat_face(pen, tint, 0.02, 0.72)
        return
    _legs(pen, CAT_LEGS[pose], 0.09, tint)
    pen.limb(((-0.4, 0.42), (-0.6, 0.5), (-0.62, 0.76), (-0.52, 0.9)), 0.07, tint.dark)
    pen.blob(((-0.48, 0.4), (-0.36, 0.54), (0.0, 0.5), (0.3, 0.54), (0.34, 0.36), (0.0, 0.28),
              (-0.36, 0.28)), tint.main)  # fmt: skip
    _cat_face(pen, tint, 0.4, 0.64)


def _cat_face(pen: Pen, tint: Tint, x: float, y: float) -> None:
    for side in (-1, 1):
        pen.area(((x + side * 0.22, y + 0.04), (x + side * 0.22, y + 0.32), (x + side * 0.03, y + 0.16)),
                 tint.main)  # fmt: skip
        pen.area(((x + side * 0.18, y + 0.1), (x + side * 0.185, y + 0.24), (x + side * 0.08, y + 0.15)),
                 BLUSH)  # fmt: skip
    pen.oval(x, y, 0.24, 0.2, tint.main)
    pen.oval(x, y - 0.08, 0.12, 0.09, tint.light)
    for side in (-1, 1):
        _eye(pen, x + side * 0.1, y + 0.03, 0.036, tint)
        for rise in (0.02, -0.03):
            pen.limb(((x + side * 0.1, y - 0.06), (x + side * 0.32, y - 0.06 + rise * 2)), 0.012,
                     tint.dark)  # fmt: skip
    pen.disc(x, y - 0.05, 0.026, NOSE)


def horse(pen: Pen, tint: Tint, pose: str) -> None:
    """A horse: long legs, an arched neck and a mane."""
    legs = {
        "stand": (((-0.3, 0.5), (-0.3, 0.02)), ((-0.4, 0.5), (-0.42, 0.02)),
                  ((0.26, 0.5), (0.28, 0.02)), ((0.16, 0.5), (0.16, 0.02))),
        "run": (((-0.32, 0.5), (-0.56, 0.3), (-0.62, 0.04)), ((-0.38, 0.5), (-0.62, 0.36), (-0.8, 0.2)),
                ((0.24, 0.5), (0.5, 0.36), (0.46, 0.1)), ((0.18, 0.5), (0.5, 0.46), (0.66, 0.26))),
    }[pose]  # fmt: skip
    mane = tint.dark if tint.is_pale else tint.light
    _legs(pen, legs, 0.075, tint)
    for leg in legs:
        pen.disc(leg[-1][0], leg[-1][1] + 0.01, 0.045, BLACK)
    pen.blob(((-0.42, 0.62), (-0.56, 0.6), (-0.64, 0.3), (-0.54, 0.28), (-0.44, 0.5)), mane)
    pen.blob(((-0.48, 0.54), (-0.4, 0.66), (-0.05, 0.6), (0.24, 0.68), (0.34, 0.52), (0.14, 0.42),
              (-0.3, 0.42)), tint.main)  # fmt: skip
    pen.blob(((0.1, 0.56), (0.16, 0.74), (0.34, 0.98), (0.46, 0.94), (0.4, 0.72), (0.34, 0.5)),
             tint.main)  # fmt: skip
    pen.blob(
        ((0.12, 0.66), (0.2, 0.9), (0.38, 1.06), (0.42, 0.98), (0.28, 0.84), (0.2, 0.66)), mane
    )
    pen.blob(((0.34, 0.98), (0.46, 0.98), (0.66, 0.78), (0.62, 0.7), (0.52, 0.72), (0.36, 0.84)),
             tint.main)  # fmt: skip
    pen.area(((0.38, 0.96), (0.4, 1.08), (0.46, 0.97)), tint.dark)
    pen.oval(0.62, 0.75, 0.05, 0.045, tint.light)
    _eye(pen, 0.48, 0.88, 0.022, tint)


def rabbit(pen: Pen, tint: Tint, pose: str) -> None:
    """A rabbit: two long ears and a tail like a ball of wool."""
    lift = 0.2 if pose == "jump" else 0.0
    pen.disc(-0.34, 0.2 + lift, 0.1, WHITE if tint.is_pale else tint.light)
    if lift:
        pen.limb(((-0.2, 0.16 + lift), (-0.44, 0.02 + lift)), 0.11, tint.dark)
        pen.limb(((0.14, 0.2 + lift), (0.34, 0.1 + lift)), 0.1, tint.main)
    else:
        pen.oval(-0.06, 0.05, 0.26, 0.06, tint.dark)
        pen.limb(((0.18, 0.24), (0.2, 0.04)), 0.1, tint.light)
    pen.blob(((-0.34, 0.08 + lift), (-0.32, 0.32 + lift), (-0.1, 0.48 + lift), (0.16, 0.46 + lift),
              (0.28, 0.2 + lift), (0.12, 0.04 + lift)), tint.main)  # fmt: skip
    pen.oval(-0.12, 0.18 + lift, 0.17, 0.14, tint.dark)
    for lean, shade in ((-0.06, tint.dark), (0.1, tint.main)):
        pen.blob(((0.1 + lean, 0.6 + lift), (0.0 + lean, 0.84 + lift), (0.04 + lean, 1.02 + lift),
                  (0.14 + lean, 0.98 + lift), (0.2 + lean, 0.62 + lift)), shade)  # fmt: skip
    pen.limb(((0.2, 0.68 + lift), (0.17, 0.9 + lift)), 0.045, BLUSH)
    pen.oval(0.22, 0.54 + lift, 0.18, 0.16, tint.main)
    pen.oval(0.32, 0.48 + lift, 0.08, 0.07, tint.light)
    pen.disc(0.39, 0.5 + lift, 0.028, NOSE)
    _eye(pen, 0.26, 0.58 + lift, 0.03, tint)


def duck(pen: Pen, tint: Tint, pose: str) -> None:
    """A duck, on its feet or on the water."""
    if pose != "swim":
        for x in (-0.06, 0.1):
            pen.limb(((x, 0.2), (x, 0.03), (x + 0.1, 0.03)), 0.05, BEAK)
    pen.blob(((-0.6, 0.5), (-0.42, 0.2), (0.0, 0.1), (0.38, 0.24), (0.36, 0.5), (0.1, 0.54),
              (-0.3, 0.46)), tint.main)  # fmt: skip
    pen.blob(((-0.36, 0.4), (-0.02, 0.46), (0.14, 0.34), (-0.06, 0.22)), tint.dark)
    pen.limb(((0.24, 0.44), (0.28, 0.72)), 0.19, tint.main)
    pen.disc(0.3, 0.8, 0.17, tint.main)
    pen.blob(((0.42, 0.86), (0.66, 0.76), (0.62, 0.7), (0.42, 0.72)), BEAK)
    _eye(pen, 0.36, 0.86, 0.034, tint)
    if pose == "swim":
        pen.oval(0.0, 0.08, 0.56, 0.05, (235, 246, 252), 130)


def bird(pen: Pen, tint: Tint, pose: str) -> None:
    """A bird, standing or with its wings spread."""
    if pose == "fly":
        pen.blob(((-0.1, 0.5), (-0.34, 0.96), (-0.12, 1.0), (0.16, 0.56)), tint.dark)
        pen.area(((-0.36, 0.5), (-0.74, 0.62), (-0.7, 0.4)), tint.dark)
        pen.blob(((-0.42, 0.5), (-0.1, 0.66), (0.3, 0.62), (0.44, 0.5), (0.2, 0.34), (-0.2, 0.36)),
                 tint.main)  # fmt: skip
        pen.disc(0.38, 0.6, 0.16, tint.main)
        pen.area(((0.5, 0.66), (0.72, 0.57), (0.5, 0.54)), BEAK)
        pen.blob(((-0.16, 0.56), (-0.5, 0.02), (-0.2, 0.04), (0.14, 0.52)), tint.light)
        _eye(pen, 0.43, 0.64, 0.032, tint)
        return
    for x in (-0.02, 0.1):
        pen.limb(((x, 0.24), (x, 0.02)), 0.035, BEAK)
    pen.area(((-0.3, 0.46), (-0.7, 0.34), (-0.6, 0.2), (-0.2, 0.28)), tint.dark)
    pen.blob(((-0.4, 0.36), (-0.2, 0.62), (0.16, 0.76), (0.34, 0.56), (0.26, 0.28), (-0.06, 0.18)),
             tint.main)  # fmt: skip
    pen.oval(0.14, 0.38, 0.16, 0.15, tint.light)
    pen.blob(((-0.42, 0.38), (-0.1, 0.6), (0.08, 0.46), (-0.1, 0.28)), tint.dark)
    pen.disc(0.2, 0.78, 0.19, tint.main)
    pen.area(((0.34, 0.86), (0.58, 0.76), (0.36, 0.7)), BEAK)
    _eye(pen, 0.26, 0.83, 0.036, tint)


def fish(pen: Pen, tint: Tint, pose: str) -> None:
    """A fish with fins and a forked tail."""
    del pose
    pen.blob(((-0.5, 0.5), (-0.92, 0.86), (-0.82, 0.5), (-0.92, 0.14)), tint.dark)
    pen.blob(((-0.2, 0.8), (0.0, 1.04), (0.24, 0.92), (0.2, 0.78)), tint.dark)
    pen.blob(((-0.6, 0.5), (-0.2, 0.84), (0.3, 0.84), (0.64, 0.5), (0.3, 0.16), (-0.2, 0.16)),
             tint.main)  # fmt: skip
    for x in (-0.26, -0.04):
        pen.limb(((x, 0.74), (x + 0.07, 0.5), (x, 0.26)), 0.06, tint.light)
    pen.blob(((-0.06, 0.42), (-0.2, 0.2), (0.1, 0.32)), tint.dark)
    pen.disc(0.4, 0.6, 0.085, WHITE)
    pen.disc(0.42, 0.6, 0.045, BLACK)


def butterfly(pen: Pen, tint: Tint, pose: str) -> None:
    """A butterfly with its four wings open."""
    del pose
    for side in (-1, 1):
        pen.blob(((side * 0.05, 0.56), (side * 0.3, 1.0), (side * 0.66, 0.96), (side * 0.6, 0.6)),
                 tint.main)  # fmt: skip
        pen.blob(((side * 0.05, 0.52), (side * 0.52, 0.52), (side * 0.5, 0.1), (side * 0.2, 0.14)),
                 tint.dark)  # fmt: skip
        pen.disc(side * 0.44, 0.8, 0.09, tint.light)
        pen.disc(side * 0.34, 0.32, 0.07, tint.light)
        pen.limb(((0.0, 0.8), (side * 0.16, 1.04)), 0.025, BLACK)
    pen.limb(((0.0, 0.22), (0.0, 0.8)), 0.09, (60, 48, 44))
