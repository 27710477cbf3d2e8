"""A square canvas in unit coordinates, and the pen that draws one thing on it."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
Light = tuple[float, float, float]

DAYLIGHT: Light = (1.0, 1.0, 1.0)


@cache
def lit(colour: Colour, light: Light) -> Colour:
    """A colour as it looks in this light."""
    red, green, blue = (
        min(255, int(part * shine)) for part, shine in zip(colour, light, strict=True)
    )
    return red, green, blue


@cache
def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour that lies this share of the way from one to the other."""
    red, green, blue = (int(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@cache
def smooth(corners: tuple[Point, ...], steps: int = 5) -> tuple[Point, ...]:
    """A closed, smooth outline through the corners (Catmull-Rom)."""
    outline: list[Point] = []
    count = len(corners)
    for i in range(count):
        a, b = corners[i - 1], corners[i]
        c, d = corners[(i + 1) % count], corners[(i + 2) % count]
        for step in range(steps):
            t = step / steps
            outline.append(
                (_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t))
            )
    return tuple(outline)


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    linear = c - a
    square = 2 * a - 5 * b + 4 * c - d
    cube = 3 * b - a - 3 * c + d
    return 0.5 * (2 * b + t * (linear + t * (square + t * cube)))


class Canvas:
    """Pixels to draw on; x and y run from 0 (left, top) to 1."""

    def __init__(self, pixels: int) -> None:
        """An empty canvas this many pixels wide and high."""
        self.pixels = pixels
        self.image = Image.new("RGB", (pixels, pixels))
        self.solid = ImageDraw.Draw(self.image, "RGB")
        self.glass = ImageDraw.Draw(self.image, "RGBA")
        self.light = DAYLIGHT

    def gradient(self, top: float, bottom: float, stops: Sequence[Colour]) -> None:
        """Fill the band from top to bottom with colours that flow into each other."""
        first, last = int(top * self.pixels), int(bottom * self.pixels + 0.999)
        strip = Image.new("RGB", (1, len(stops)))
        strip.putdata([lit(stop, self.light) for stop in stops])
        size = (self.pixels, max(1, last - first))
        self.image.paste(strip.resize(size, Image.Resampling.BICUBIC), (0, first))

    def area(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
        """A filled polygon."""
        scale = self.pixels
        flat = [part * scale for point in points for part in point]
        if alpha == 255:
            self.solid.polygon(flat, fill=lit(colour, self.light))
        else:
            self.glass.polygon(flat, fill=(*lit(colour, self.light), alpha))

    def oval(
        self, x: float, y: float, across: float, down: float, colour: Colour, alpha: int = 255
    ) -> None:
        """A filled ellipse around (x, y) with these half axes."""
        s = self.pixels
        box = ((x - across) * s, (y - down) * s, (x + across) * s, (y + down) * s)
        if alpha == 255:
            self.solid.ellipse(box, fill=lit(colour, self.light))
        else:
            self.glass.ellipse(box, fill=(*lit(colour, self.light), alpha))

    def line(self, points: Sequence[Point], width: float, colour: Colour, alpha: int = 255) -> None:
        """A line with this width."""
        scale = self.pixels
        flat = [part * scale for point in points for part in point]
        thick = max(1, round(width * scale))
        if alpha == 255:
            self.solid.line(flat, fill=lit(colour, self.light), width=thick)
        else:
            self.glass.line(flat, fill=(*lit(colour, self.light), alpha), width=thick)


class Pen:
    """Draws one thing in its own coordinates: (0, 0) where it stands, y up, 1 its height."""

    def __init__(
        self, canvas: Canvas, *, x: float, y: float, height: float, left: bool, light: Light
    ) -> None:
        """A pen for a thing of this height whose foot is at (x, y) of the canvas."""
        self.x, self.y = x * canvas.pixels, y * canvas.pixels
        self.up = height * canvas.pixels
        self.along = -self.up if left else self.up
        self.solid, self.glass = canvas.solid, canvas.glass
        self.light = light

    def area(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
        """A filled polygon."""
        x, y, along, up = self.x, self.y, self.along, self.up
        placed = [(x + along * a, y - up * b) for a, b in points]
        if alpha == 255:
            self.solid.polygon(placed, fill=lit(colour, self.light))
        else:
            self.glass.polygon(placed, fill=(*lit(colour, self.light), alpha))

    def blob(self, corners: tuple[Point, ...], colour: Colour, alpha: int = 255) -> None:
        """A smooth closed shape through the corners."""
        self.area(smooth(corners), colour, alpha)

    def oval(
        self, a: float, b: float, across: float, down: float, colour: Colour, alpha: int = 255
    ) -> None:
        """A filled ellipse around (a, b) with these half axes."""
        x, y = self.x + self.along * a, self.y - self.up * b
        rx, ry = across * self.up, down * self.up
        box = (x - rx, y - ry, x + rx, y + ry)
        if alpha == 255:
            self.solid.ellipse(box, fill=lit(colour, self.light))
        else:
            self.glass.ellipse(box, fill=(*lit(colour, self.light), alpha))

    def disc(self, a: float, b: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.oval(a, b, radius, radius, colour)

    def ring(self, a: float, b: float, radius: float, width: float, colour: Colour) -> None:
        """A circle's line."""
        x, y, r = self.x + self.along * a, self.y - self.up * b, radius * self.up
        thick = max(1, round(width * self.up))
        box = (x - r, y - r, x + r, y + r)
        self.solid.ellipse(box, outline=lit(colour, self.light), width=thick)

    def limb(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line of even width with round ends and joints."""
        x, y, along, up = self.x, self.y, self.along, self.up
        placed = [(x + along * a, y - up * b) for a, b in points]
        fill = lit(colour, self.light)
        half = width * up / 2
        for (x1, y1), (x2, y2) in pairwise(placed):
            length = hypot(x2 - x1, y2 - y1) or 1.0
            dx, dy = (y2 - y1) * half / length, (x1 - x2) * half / length
            corners = (x1 + dx, y1 + dy, x2 + dx, y2 + dy, x2 - dx, y2 - dy, x1 - dx, y1 - dy)
            self.solid.polygon(corners, fill=fill)
        if half > 0.8:
            for px, py in placed:
                self.solid.ellipse((px - half, py - half, px + half, py + half), fill=fill)

    def shadow(self, half_width: float) -> None:
        """The soft dark patch under a thing that stands on the ground."""
        up = self.up
        for grow, alpha in ((1.0, 38), (0.72, 46)):
            rx, ry = half_width * up * grow, half_width * up * 0.16 * grow
            box = (self.x - rx, self.y - ry, self.x + rx, self.y + ry)
            self.glass.ellipse(box, fill=(20, 24, 40, alpha))
