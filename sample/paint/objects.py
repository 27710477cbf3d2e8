"""Paints vehicles, plants and other things."""

from math import cos, pi, sin

from sample.paint.canvas import Colour, Pen, Point, mixed
from sample.paint.tint import BLACK, WHITE, Tint

GLASS: Colour = (176, 218, 238)
TYRE: Colour = (44, 44, 50)
RIM: Colour = (196, 200, 206)
TRUNK: Colour = (116, 80, 54)
LEAF: Colour = (86, 150, 66)
LAMP: Colour = (255, 236, 150)
STEEL: Colour = (120, 126, 136)


def _wheel(pen: Pen, x: float, y: float, radius: float) -> None:
    pen.disc(x, y, radius, TYRE)
    pen.disc(x, y, radius * 0.5, RIM)


def car(pen: Pen, tint: Tint) -> None:
    """A small car."""
    pen.blob(((-0.62, 0.5), (-0.44, 0.94), (0.2, 0.98), (0.5, 0.56), (0.0, 0.46)), tint.main)
    pen.area(((-0.5, 0.56), (-0.38, 0.86), (-0.1, 0.88), (-0.1, 0.56)), GLASS)
    pen.area(((-0.03, 0.56), (-0.03, 0.88), (0.18, 0.87), (0.4, 0.56)), GLASS)
    pen.blob(((-1.0, 0.24), (-0.98, 0.52), (-0.6, 0.58), (0.5, 0.58), (0.96, 0.46), (1.04, 0.2),
              (0.6, 0.14), (-0.6, 0.14)), tint.main)  # fmt: skip
    pen.area(((-0.98, 0.24), (1.03, 0.24), (0.98, 0.14), (-0.94, 0.14)), tint.dark)
    pen.limb(((-0.06, 0.5), (-0.06, 0.22)), 0.02, tint.dark)
    pen.oval(0.96, 0.38, 0.06, 0.07, LAMP)
    pen.oval(-0.97, 0.42, 0.04, 0.06, (230, 70, 60))
    for x in (-0.56, 0.56):
        _wheel(pen, x, 0.17, 0.2)


def bus(pen: Pen, tint: Tint) -> None:
    """A bus with a row of windows."""
    pen.limb(((-0.92, 0.86), (0.92, 0.86)), 0.26, tint.main)
    pen.area(((-1.05, 0.14), (-1.05, 0.86), (1.05, 0.86), (1.05, 0.14)), tint.main)
    pen.area(((-1.05, 0.14), (-1.05, 0.28), (1.05, 0.28), (1.05, 0.14)), tint.dark)
    pen.area(((-1.05, 0.4), (-1.05, 0.45), (1.05, 0.45), (1.05, 0.4)), tint.light)
    for number in range(4):
        x = -0.92 + number * 0.42
        pen.area(((x, 0.52), (x, 0.84), (x + 0.34, 0.84), (x + 0.34, 0.52)), GLASS)
    pen.area(((0.78, 0.22), (0.78, 0.84), (1.0, 0.84), (1.0, 0.22)), mixed(GLASS, WHITE, 0.4))
    for x in (-0.62, 0.5):
        _wheel(pen, x, 0.14, 0.15)
    pen.oval(1.02, 0.26, 0.04, 0.05, LAMP)


def bicycle(pen: Pen, tint: Tint) -> None:
    """A bicycle whose frame carries the colour."""
    for x in (-0.5, 0.5):
        pen.ring(x, 0.36, 0.36, 0.055, TYRE)
        pen.disc(x, 0.36, 0.05, STEEL)
    pen.limb(
        ((-0.5, 0.36), (-0.02, 0.34), (0.36, 0.78), (-0.22, 0.76), (-0.5, 0.36)), 0.085, tint.main
    )
    pen.limb(((-0.02, 0.34), (-0.26, 0.9)), 0.085, tint.main)
    pen.limb(((0.5, 0.36), (0.34, 0.92), (0.5, 0.98)), 0.075, tint.main)
    pen.limb(((-0.38, 0.92), (-0.14, 0.92)), 0.075, TYRE)
    pen.disc(-0.02, 0.34, 0.08, STEEL)


def boat(pen: Pen, tint: Tint) -> None:
    """A boat with a mast and a sail above a coloured hull."""
    pen.limb(((0.0, 0.24), (0.0, 1.0)), 0.035, TRUNK)
    pen.area(((0.05, 0.98), (0.05, 0.36), (0.52, 0.36)), (250, 248, 240))
    pen.area(((-0.05, 0.86), (-0.05, 0.36), (-0.4, 0.36)), tint.light)
    pen.blob(((-0.76, 0.34), (-0.6, 0.06), (0.0, 0.0), (0.56, 0.06), (0.84, 0.38), (0.0, 0.3)),
             tint.main)  # fmt: skip
    pen.area(((-0.7, 0.2), (-0.6, 0.06), (0.56, 0.06), (0.7, 0.2)), tint.dark)
    pen.oval(0.0, 0.02, 0.9, 0.05, (235, 246, 252), 140)


def plane(pen: Pen, tint: Tint) -> None:
    """An aeroplane."""
    pen.area(((-0.1, 0.56), (-0.36, 0.98), (-0.2, 0.98), (0.22, 0.56)), tint.dark)
    pen.area(((-0.98, 0.56), (-1.16, 0.98), (-0.98, 0.98), (-0.7, 0.56)), tint.dark)
    pen.blob(((-1.06, 0.56), (-0.5, 0.68), (0.7, 0.68), (1.1, 0.5), (0.7, 0.36), (-0.5, 0.4)),
             tint.main)  # fmt: skip
    pen.area(((0.1, 0.46), (-0.5, 0.0), (-0.28, 0.0), (0.44, 0.46)), tint.light)
    for number in range(5):
        pen.disc(-0.4 + number * 0.22, 0.58, 0.05, GLASS)
    pen.blob(((0.76, 0.64), (0.94, 0.58), (0.9, 0.52), (0.74, 0.54)), GLASS)


def house(pen: Pen, tint: Tint) -> None:
    """A house: coloured walls, a pitched roof, a door and windows that glow."""
    roof = (104, 70, 62) if tint.main[0] < 200 or tint.is_pale else (80, 76, 92)
    pen.area(((0.24, 0.7), (0.24, 1.0), (0.36, 1.0), (0.36, 0.66)), mixed(roof, BLACK, 0.3))
    pen.area(((-0.46, 0.0), (-0.46, 0.62), (0.46, 0.62), (0.46, 0.0)), tint.main)
    pen.area(((-0.46, 0.0), (-0.46, 0.62), (-0.3, 0.62), (-0.3, 0.0)), tint.dark)
    pen.area(((-0.58, 0.58), (0.0, 0.98), (0.58, 0.58)), roof)
    pen.area(((-0.07, 0.0), (-0.07, 0.34), (0.13, 0.34), (0.13, 0.0)), mixed(TRUNK, BLACK, 0.25))
    for x in (-0.25, 0.3):
        pen.area(((x - 0.1, 0.3), (x - 0.1, 0.5), (x + 0.1, 0.5), (x + 0.1, 0.3)), WHITE)
        pen.area(((x - 0.08, 0.32), (x - 0.08, 0.48), (x + 0.08, 0.48), (x + 0.08, 0.32)), LAMP)
        pen.limb(((x, 0.32), (x, 0.48)), 0.015, WHITE)


def tree(pen: Pen, tint: Tint) -> None:
    """A tree whose crown carries the colour."""
    pen.area(((-0.07, 0.0), (-0.045, 0.5), (0.045, 0.5), (0.08, 0.0)), TRUNK)
    pen.limb(((0.0, 0.36), (0.16, 0.54)), 0.04, TRUNK)
    for x, y, r, shade in (
        (-0.2, 0.56, 0.2, tint.dark), (0.21, 0.56, 0.19, tint.dark), (0.0, 0.58, 0.24, tint.main),
        (-0.15, 0.72, 0.19, tint.main), (0.16, 0.74, 0.18, tint.main), (0.02, 0.83, 0.17, tint.main),
        (-0.06, 0.84, 0.1, tint.light), (-0.18, 0.74, 0.08, tint.light),
    ):  # fmt: skip
        pen.disc(x, y, r, shade)


PETALS: tuple[Point, ...] = tuple(
    (cos(turn * pi / 3) * 0.18, 0.76 + sin(turn * pi / 3) * 0.18) for turn in range(6)
)


def flower(pen: Pen, tint: Tint) -> None:
    """A flower with six petals."""
    pen.limb(((0.0, 0.0), (0.02, 0.36), (0.0, 0.7)), 0.055, LEAF)
    pen.blob(((0.01, 0.18), (0.16, 0.36), (0.32, 0.36), (0.2, 0.2)), LEAF)
    pen.blob(((0.0, 0.1), (-0.16, 0.28), (-0.32, 0.26), (-0.18, 0.12)), mixed(LEAF, BLACK, 0.15))
    for number, (x, y) in enumerate(PETALS):
        pen.disc(x, y, 0.135, tint.main if number % 2 else tint.dark)
    yellow = tint.main[0] > 225 and tint.main[1] > 110 and tint.main[2] < 100
    pen.disc(0.0, 0.76, 0.105, (150, 88, 36) if yellow else (252, 208, 64))


def bench(pen: Pen, tint: Tint) -> None:
    """A park bench."""
    for x in (-0.62, 0.62):
        pen.limb(((x, 0.02), (x, 0.5)), 0.08, STEEL)
        pen.limb(((x - 0.05, 0.5), (x - 0.08, 0.98)), 0.07, STEEL)
    for y, shade in ((0.92, tint.main), (0.72, tint.main), (0.5, tint.light), (0.4, tint.dark)):
        pen.limb(((-0.84, y), (0.84, y)), 0.13, shade)


def umbrella(pen: Pen, tint: Tint) -> None:
    """An open umbrella."""
    pen.limb(((0.0, 0.62), (0.0, 0.08), (0.06, 0.02), (0.13, 0.08)), 0.04, TRUNK)
    rim = tuple((-0.6 + 0.1 * i, 0.52 + (0.06 if i % 3 else 0.0)) for i in range(13))
    dome = tuple((cos(i * pi / 12) * 0.6, 0.52 + sin(i * pi / 12) * 0.44) for i in range(13))
    pen.area((*rim, *dome), tint.main)
    wedge = ((-0.3, 0.52), (-0.1, 0.58), (0.1, 0.58), (0.0, 0.96))
    pen.area(((-0.6, 0.52), (-0.42, 0.83), (0.0, 0.96), (-0.3, 0.54)), tint.dark)
    pen.area((wedge[1], wedge[3], wedge[2]), tint.light)
    pen.limb(((0.0, 0.95), (0.0, 1.0)), 0.035, TRUNK)


def ball(pen: Pen, tint: Tint) -> None:
    """A ball with a white band and a gleam."""
    pen.disc(0.0, 0.5, 0.5, tint.main)
    pen.blob(
        ((-0.47, 0.36), (0.0, 0.2), (0.47, 0.36), (0.3, 0.1), (0.0, 0.0), (-0.3, 0.1)), tint.dark
    )
    pen.blob(((-0.49, 0.54), (0.0, 0.4), (0.49, 0.54), (0.5, 0.44), (0.0, 0.27), (-0.5, 0.44)),
             (226, 230, 236) if tint.main != WHITE and sum(tint.main) < 690 else tint.dark)  # fmt: skip
    pen.oval(-0.18, 0.74, 0.13, 0.09, tint.light)


def apple(pen: Pen, tint: Tint) -> None:
    """An apple with its stalk and a leaf."""
    pen.blob(((0.0, 0.76), (-0.3, 0.84), (-0.5, 0.5), (-0.28, 0.06), (0.0, 0.08), (0.28, 0.06),
              (0.5, 0.5), (0.3, 0.84)), tint.main)  # fmt: skip
    pen.blob(((0.16, 0.12), (0.34, 0.16), (0.46, 0.5), (0.34, 0.74), (0.36, 0.42)), tint.dark)
    pen.oval(-0.22, 0.58, 0.09, 0.13, tint.light)
    pen.limb(((0.0, 0.74), (0.04, 0.98)), 0.06, TRUNK)
    pen.blob(((0.05, 0.86), (0.22, 1.02), (0.42, 0.96), (0.26, 0.84)), LEAF)


def balloon(pen: Pen, tint: Tint) -> None:
    """A toy balloon on its string."""
    pen.limb(((0.0, 0.4), (0.04, 0.24), (-0.03, 0.1), (0.02, 0.0)), 0.02, (110, 110, 118))
    pen.area(((-0.05, 0.36), (0.0, 0.44), (0.05, 0.36)), tint.dark)
    pen.oval(0.0, 0.7, 0.27, 0.3, tint.main)
    pen.blob(((0.06, 0.44), (0.2, 0.56), (0.24, 0.78), (0.16, 0.92), (0.15, 0.66)), tint.dark)
    pen.oval(-0.11, 0.82, 0.06, 0.09, tint.light)


OBJECTS = {
    "car": car, "bus": bus, "bicycle": bicycle, "boat": boat, "plane": plane, "house": house,
    "tree": tree, "flower": flower, "bench": bench, "umbrella": umbrella, "ball": ball,
    "apple": apple, "balloon": balloon,
}  # fmt: skip
