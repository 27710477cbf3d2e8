"""Paints the sky, its sun, moon, stars and clouds, and what falls from it."""

from random import Random

from sample.paint.canvas import Canvas, Colour

SKIES: dict[str, tuple[Colour, ...]] = {
    "clear": ((98, 176, 236), (150, 206, 246), (208, 234, 250)),
    "sun": ((64, 158, 240), (126, 198, 250), (206, 238, 252)),
    "cloud": ((140, 154, 172), (172, 184, 198), (206, 214, 222)),
    "rain": ((98, 112, 134), (130, 144, 164), (168, 178, 192)),
    "snowfall": ((158, 174, 198), (190, 202, 220), (220, 228, 238)),
    "evening": ((84, 72, 140), (214, 108, 120), (252, 176, 100), (254, 214, 140)),
    "evening-wet": ((84, 76, 112), (162, 104, 118), (220, 160, 124)),
    "night": ((14, 18, 50), (28, 36, 84), (56, 66, 122)),
}
CLOUDS: dict[str, Colour] = {
    "day": (252, 253, 255), "evening": (252, 196, 170), "night": (62, 70, 116),
}  # fmt: skip


def sky(canvas: Canvas, rng: Random, horizon: float, time: str, weather: str) -> None:
    """The whole sky down to the horizon."""
    wet = weather in {"rain", "snowfall"}
    name = weather if time == "day" else "evening-wet" if time == "evening" and wet else time
    canvas.gradient(0.0, horizon + 0.08, SKIES[name])
    if time == "night":
        _night(canvas, rng, horizon, bright=not wet)
    elif time == "evening" and not wet:
        _sunset(canvas, rng.uniform(0.18, 0.82), horizon - 0.04)
    elif weather == "sun":
        _sun(canvas, rng.choice((0.14, 0.86)), 0.14)
    count = {"sun": 1, "clear": 2, "cloud": 7, "rain": 7, "snowfall": 5}[weather]
    shade = CLOUDS[time]
    if weather in {"rain", "cloud"} and time == "day":
        shade = (112, 124, 144) if weather == "rain" else (182, 192, 204)
    for _ in range(count):
        cloud(canvas, rng, (rng.uniform(0.0, 1.0), rng.uniform(0.05, 0.26)), shade)


def cloud(canvas: Canvas, rng: Random, at: tuple[float, float], shade: Colour) -> None:
    """One cloud of a few round puffs."""
    x, y = at
    size = rng.uniform(0.05, 0.085)
    for shift, rise, grow in (
        (-1.1, 0.1, 0.62),
        (-0.3, -0.22, 0.9),
        (0.55, -0.08, 0.75),
        (1.3, 0.16, 0.5),
    ):
        canvas.oval(
            x + shift * size, y + rise * size, size * grow * 1.1, size * grow * 0.72, shade, 205
        )
    canvas.oval(x, y + size * 0.36, size * 1.7, size * 0.3, shade, 205)


def _sun(canvas: Canvas, x: float, y: float) -> None:
    for radius, alpha in ((0.2, 36), (0.15, 52), (0.115, 80)):
        canvas.oval(x, y, radius, radius, (255, 240, 170), alpha)
    canvas.oval(x, y, 0.08, 0.08, (255, 224, 84))


def _sunset(canvas: Canvas, x: float, y: float) -> None:
    for radius, alpha in ((0.24, 34), (0.17, 50), (0.12, 70)):
        canvas.oval(x, y, radius, radius, (255, 214, 130), alpha)
    canvas.oval(x, y, 0.085, 0.085, (255, 232, 168))


def _night(canvas: Canvas, rng: Random, horizon: float, *, bright: bool) -> None:
    for _ in range(34 if bright else 12):
        size = rng.choice((0.002, 0.003, 0.0045))
        canvas.oval(rng.random(), rng.uniform(0, horizon), size, size, (250, 246, 214))
    x = rng.choice((0.16, 0.84))
    canvas.oval(x, 0.15, 0.12, 0.12, (250, 244, 200), 30)
    canvas.oval(x, 0.15, 0.07, 0.07, (250, 244, 205))
    canvas.oval(x + 0.03, 0.135, 0.058, 0.058, (30, 38, 86))


def fall(canvas: Canvas, rng: Random, weather: str) -> None:
    """Rain or snow in front of everything."""
    if weather == "rain":
        for _ in range(70):
            x, y = rng.uniform(-0.05, 1.05), rng.uniform(-0.1, 1.0)
            drop = rng.uniform(0.05, 0.085)
            canvas.line(((x, y), (x - drop * 0.3, y + drop)), 0.0048, (214, 230, 248), 150)
    elif weather == "snowfall":
        for _ in range(80):
            size = rng.choice((0.005, 0.008, 0.011))
            canvas.oval(rng.random(), rng.random(), size, size, (255, 255, 255), 225)
