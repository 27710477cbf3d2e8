"""Paints the ten places that scenes happen in, from the horizon down."""

from collections.abc import Callable
from math import sin
from random import Random

from sample.paint.canvas import Canvas, Colour, Point, mixed
from sample.paint.sky import SKIES

HAZE: Colour = (196, 214, 232)


def hills(
    canvas: Canvas, rng: Random, base: float, height: float, colour: Colour, waves: float = 1.0
) -> None:
    """A soft range of hills that rises above the base."""
    one, two = rng.uniform(0, 6.28), rng.uniform(0, 6.28)
    ridge: list[Point] = []
    for step in range(21):
        x = step / 20
        rise = 0.5 + 0.32 * sin(x * 5.2 * waves + one) + 0.18 * sin(x * 11.0 * waves + two)
        ridge.append((x, base - height * rise))
    canvas.area([*ridge, (1.0, base + 0.06), (0.0, base + 0.06)], colour)


def fir(canvas: Canvas, x: float, base: float, height: float, colour: Colour) -> None:
    """A fir of three tiers."""
    canvas.area(((x - height * 0.04, base), (x - height * 0.04, base - height * 0.2),
                 (x + height * 0.04, base - height * 0.2), (x + height * 0.04, base)),
                (92, 70, 56))  # fmt: skip
    for low, high, wide in ((0.12, 0.55, 0.26), (0.36, 0.78, 0.2), (0.6, 1.0, 0.14)):
        canvas.area(((x - height * wide, base - height * low), (x, base - height * high),
                     (x + height * wide, base - height * low)), colour)  # fmt: skip


def beach(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Sea, surf and sand."""
    shore = horizon + 0.13
    canvas.gradient(horizon, shore + 0.02, ((38, 122, 178), (60, 160, 200), (126, 208, 216)))
    for _ in range(7):
        x, y = rng.random(), rng.uniform(horizon + 0.015, shore - 0.02)
        canvas.line(((x, y), (x + rng.uniform(0.05, 0.14), y)), 0.005, (226, 244, 250), 150)
    canvas.gradient(shore + 0.02, 1.0, ((248, 226, 170), (240, 210, 150), (228, 192, 130)))
    hills(canvas, rng, shore + 0.03, 0.03, (252, 250, 244), 1.6)
    hills(canvas, rng, shore + 0.05, 0.03, (232, 208, 152), 1.6)
    canvas.gradient(shore + 0.075, 1.0, ((242, 216, 158), (238, 208, 148), (226, 190, 128)))
    for _ in range(26):
        canvas.oval(rng.random(), rng.uniform(shore + 0.1, 1.0), 0.005, 0.003, (206, 170, 112))


def snow(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Snow-covered hills and firs."""
    hills(canvas, rng, horizon + 0.02, 0.12, (188, 206, 228))
    for _ in range(7):
        fir(canvas, rng.random(), horizon + 0.05, rng.uniform(0.1, 0.18), (92, 132, 138))
    canvas.gradient(horizon + 0.03, 1.0, ((226, 236, 246), (214, 228, 242), (200, 216, 236)))
    hills(canvas, rng, horizon + 0.06, 0.05, (232, 240, 248))
    for _ in range(4):
        x, y = rng.random(), rng.uniform(horizon + 0.12, 0.96)
        canvas.oval(x, y, rng.uniform(0.1, 0.22), 0.014, (190, 208, 232), 150)


def street(canvas: Canvas, rng: Random, horizon: float) -> None:
    """A row of tall buildings, a pavement and a road."""
    x = -0.04
    while x < 1.0:
        wide, high = rng.uniform(0.1, 0.18), rng.uniform(0.16, 0.36)
        shade = rng.choice(((142, 152, 170), (164, 158, 164), (126, 138, 160), (176, 172, 176)))
        top = horizon - high
        canvas.area(
            ((x, horizon + 0.02), (x, top), (x + wide, top), (x + wide, horizon + 0.02)), shade
        )
        pane = mixed(shade, (255, 240, 190), 0.55)
        for row in range(int(high / 0.055)):
            for column in (0.18, 0.58):
                a, b = x + wide * column, top + 0.02 + row * 0.055
                canvas.area(((a, b), (a + wide * 0.24, b), (a + wide * 0.24, b + 0.028), (a, b + 0.028)),
                            pane)  # fmt: skip
        x += wide + rng.uniform(0.0, 0.015)
    canvas.gradient(horizon, horizon + 0.1, ((196, 192, 188), (184, 180, 178)))
    canvas.gradient(horizon + 0.1, 1.0, ((112, 114, 122), (96, 98, 106), (84, 86, 94)))
    canvas.area(((0, horizon + 0.09), (1, horizon + 0.09), (1, horizon + 0.105), (0, horizon + 0.105)),
                (222, 218, 212))  # fmt: skip
    shift = rng.uniform(0, 0.2)
    for number in range(6):
        a = number * 0.2 - shift
        canvas.area(
            ((a, 0.8), (a + 0.11, 0.8), (a + 0.1, 0.82), (a - 0.012, 0.82)), (236, 232, 220)
        )


def park(canvas: Canvas, rng: Random, horizon: float) -> None:
    """A lawn with bushes behind and a winding path."""
    hills(canvas, rng, horizon + 0.02, 0.12, (122, 176, 134))
    for _ in range(9):
        x, r = rng.random(), rng.uniform(0.04, 0.075)
        canvas.oval(x, horizon + 0.03, r * 1.3, r, rng.choice(((86, 150, 96), (98, 162, 100))))
    canvas.gradient(horizon + 0.04, 1.0, ((146, 204, 104), (124, 190, 88), (100, 168, 74)))
    a = rng.uniform(0.2, 0.8)
    canvas.area(((a, horizon + 0.045), (a + 0.03, horizon + 0.045), (a + 0.16, horizon + 0.16),
                 (a + 0.1, horizon + 0.28), (a + 0.34, 1.0), (a, 1.0), (a - 0.06, horizon + 0.28),
                 (a + 0.08, horizon + 0.16)), (226, 208, 164))  # fmt: skip
    for _ in range(18):
        x, y = rng.random(), rng.uniform(horizon + 0.1, 0.98)
        canvas.line(((x, y), (x + 0.008, y - 0.022)), 0.005, (86, 150, 66))


def forest(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Rows of firs that grow darker as they come nearer."""
    canvas.gradient(horizon, horizon + 0.09, ((92, 140, 122), (58, 100, 76)))
    rows = ((0.02, 0.3, (122, 164, 150)), (0.05, 0.38, (74, 128, 104)), (0.09, 0.46, (40, 92, 72)))
    for drop, high, shade in rows:
        for number in range(9):
            x = number / 8 + rng.uniform(-0.05, 0.05)
            fir(canvas, x, horizon + drop, high * rng.uniform(0.75, 1.1), shade)
    canvas.gradient(horizon + 0.07, 1.0, ((88, 116, 70), (98, 104, 62), (86, 82, 50)))
    for _ in range(20):
        x, y = rng.random(), rng.uniform(horizon + 0.12, 0.99)
        canvas.oval(x, y, 0.016, 0.005, rng.choice(((120, 108, 66), (70, 88, 52))))


def mountains(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Peaks with snow on them above a stony meadow."""
    for shade, high in (((160, 172, 200), 0.34), ((116, 128, 160), 0.26)):
        for number in range(4):
            x = number / 3 + rng.uniform(-0.12, 0.12)
            top, half = horizon - high * rng.uniform(0.7, 1.1), rng.uniform(0.2, 0.28)
            base = horizon + 0.04
            canvas.area(((x - half, base), (x, top), (x + half, base)), shade)
            canvas.area(
                ((x, top), (x + half, base), (x + half * 0.2, base)),
                mixed(shade, (40, 44, 80), 0.2),
            )
            cap = (base - top) * 0.26
            wide = half * 0.26
            canvas.area(((x - wide, top + cap), (x, top), (x + wide, top + cap), (x + wide * 0.4, top + cap * 0.75),
                         (x, top + cap * 1.15), (x - wide * 0.4, top + cap * 0.8)), (246, 249, 254))  # fmt: skip
    canvas.gradient(horizon + 0.03, 1.0, ((150, 172, 128), (136, 154, 112), (120, 132, 100)))
    for _ in range(9):
        x, y, r = rng.random(), rng.uniform(horizon + 0.08, 0.99), rng.uniform(0.012, 0.03)
        canvas.oval(x, y, r, r * 0.6, (146, 148, 150))


def desert(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Dunes, and a cactus or two far away."""
    hills(canvas, rng, horizon + 0.04, 0.14, (226, 170, 104))
    hills(canvas, rng, horizon + 0.06, 0.08, (236, 184, 112), 1.4)
    for _ in range(2):
        x, y = rng.uniform(0.04, 0.96), horizon + 0.06
        for part in (((x, y), (x, y - 0.13)), ((x, y - 0.05), (x + 0.03, y - 0.05), (x + 0.03, y - 0.1)),
                     ((x, y - 0.035), (x - 0.03, y - 0.035), (x - 0.03, y - 0.08))):  # fmt: skip
            canvas.line(part, 0.016, (104, 140, 84))
    canvas.gradient(horizon + 0.06, 1.0, ((240, 190, 118), (232, 174, 100), (214, 150, 82)))
    for _ in range(4):
        y = rng.uniform(horizon + 0.1, 0.97)
        x = rng.uniform(-0.2, 0.7)
        canvas.area(
            ((x, y), (x + 0.3, y - 0.03), (x + 0.6, y), (x + 0.3, y - 0.012)), (206, 142, 78)
        )


def sea(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Open water up to the horizon."""
    canvas.gradient(
        horizon - 0.08, 1.0, ((60, 150, 200), (40, 122, 186), (26, 92, 158), (20, 72, 134))
    )
    for _ in range(26):
        y = rng.uniform(horizon - 0.06, 0.99)
        x, long = rng.uniform(-0.05, 1.0), 0.03 + (y - horizon + 0.1) * 0.16
        canvas.line(((x, y), (x + long / 2, y - 0.008), (x + long, y)), 0.006, (150, 208, 236), 170)


def room(canvas: Canvas, rng: Random, horizon: float, sky_name: str = "clear") -> None:
    """A wall with a window and a framed print, a wooden floor and a rug."""
    wall = rng.choice(((226, 214, 196), (206, 218, 214), (222, 208, 214)))
    floor = horizon + 0.1
    canvas.gradient(0.0, floor, (mixed(wall, (255, 255, 255), 0.25), wall))
    light, canvas.light = canvas.light, (1.0, 1.0, 1.0)
    x = rng.choice((0.1, 0.56))
    frame: tuple[Point, ...] = ((x, 0.1), (x + 0.34, 0.1), (x + 0.34, 0.42), (x, 0.42))
    canvas.area(frame, (250, 248, 244))
    for number, shade in enumerate(SKIES[sky_name][:3]):
        top = 0.12 + number * 0.094
        canvas.area(((x + 0.02, top), (x + 0.32, top), (x + 0.32, top + 0.094), (x + 0.02, top + 0.094)),
                    shade)  # fmt: skip
    if sky_name == "night":
        canvas.oval(x + 0.24, 0.19, 0.03, 0.03, (250, 244, 205))
    canvas.light = light
    canvas.area(
        ((x + 0.16, 0.12), (x + 0.18, 0.12), (x + 0.18, 0.4), (x + 0.16, 0.4)), (250, 248, 244)
    )
    canvas.area(
        ((x - 0.02, 0.42), (x + 0.36, 0.42), (x + 0.36, 0.44), (x - 0.02, 0.44)), (236, 230, 222)
    )
    a = 0.66 if x < 0.3 else 0.16
    canvas.area(((a, 0.16), (a + 0.18, 0.16), (a + 0.18, 0.32), (a, 0.32)), (120, 92, 70))
    canvas.area(((a + 0.015, 0.175), (a + 0.165, 0.175), (a + 0.165, 0.305), (a + 0.015, 0.305)),
                (212, 222, 214))  # fmt: skip
    canvas.gradient(floor, 1.0, ((186, 140, 96), (172, 126, 84)))
    canvas.area(((0, floor - 0.02), (1, floor - 0.02), (1, floor), (0, floor)), (240, 236, 230))
    for number in range(-3, 9):
        canvas.line(((0.5 + (number - 2.5) * 0.13, floor), (0.5 + (number - 2.5) * 0.26, 1.0)), 0.004,
                    (150, 106, 68))  # fmt: skip
    canvas.oval(0.5, 0.88, 0.38, 0.075, (196, 176, 160))
    canvas.oval(0.5, 0.88, 0.33, 0.06, (214, 198, 182))


def field(canvas: Canvas, rng: Random, horizon: float) -> None:
    """Fields of wheat in strips."""
    hills(canvas, rng, horizon + 0.02, 0.1, (138, 178, 112))
    canvas.gradient(horizon + 0.02, 1.0, ((236, 206, 110), (226, 188, 88), (206, 162, 66)))
    for number in range(9):
        spread = number - 4
        canvas.area(((0.5 + spread * 0.07, horizon + 0.03), (0.5 + spread * 0.07 + 0.012, horizon + 0.03),
                     (0.5 + spread * 0.3 + 0.06, 1.0), (0.5 + spread * 0.3, 1.0)),
                    (212, 172, 76))  # fmt: skip
    for _ in range(36):
        x, y = rng.random(), rng.uniform(horizon + 0.08, 1.0)
        canvas.line(((x, y), (x + rng.uniform(-0.01, 0.01), y - 0.035)), 0.005, (246, 222, 140))


PLACES: dict[str, Callable[[Canvas, Random, float], None]] = {
    "beach": beach, "snow": snow, "street": street, "park": park, "forest": forest,
    "mountains": mountains, "desert": desert, "sea": sea, "field": field,
}  # fmt: skip
