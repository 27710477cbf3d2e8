"""Paints a whole scene: place, sky, things and weather, at any size."""

from random import Random

from PIL import Image

from sample.layout import Figure, lay_out
from sample.paint import animals, people
from sample.paint.canvas import Canvas, Colour, Light, Pen
from sample.paint.objects import OBJECTS
from sample.paint.places import PLACES, room
from sample.paint.sky import fall, sky
from sample.paint.tint import Tint, tint_of
from sample.scene import Scene
from sample.things import KINDS, LOOKS, Layer

SKINS: tuple[Colour, ...] = ((246, 208, 178), (230, 184, 148), (192, 138, 100), (136, 92, 64))
HAIRS: tuple[Colour, ...] = (
    (52, 38, 32),
    (92, 60, 38),
    (150, 100, 52),
    (222, 184, 106),
    (30, 28, 30),
)
GROUND_LIGHT: dict[str, Light] = {
    "day": (1.0, 1.0, 1.0), "evening": (0.98, 0.82, 0.74), "night": (0.5, 0.56, 0.8),
}  # fmt: skip
THING_LIGHT: dict[str, Light] = {
    "day": (1.0, 1.0, 1.0), "evening": (1.0, 0.95, 0.92), "night": (0.84, 0.86, 0.94),
}  # fmt: skip
GREY: Light = (0.86, 0.89, 0.94)
ANIMALS = {
    "dog": animals.dog, "cat": animals.cat, "horse": animals.horse, "rabbit": animals.rabbit,
    "duck": animals.duck, "bird": animals.bird, "fish": animals.fish,
    "butterfly": animals.butterfly,
}  # fmt: skip


def paint(scene: Scene, pixels: int, oversample: int = 2) -> Image.Image:
    """The scene as a square picture of this many pixels a side, edges smoothed."""
    big = draw(scene, pixels * oversample)
    return big.resize((pixels, pixels), Image.Resampling.BICUBIC) if oversample > 1 else big


def draw(scene: Scene, pixels: int) -> Image.Image:
    """The scene with hard edges; paint() makes them smooth."""
    rng = Random(scene.seed * 7 + 3)
    canvas = Canvas(pixels)
    light = GROUND_LIGHT[scene.time]
    if scene.weather in {"rain", "cloud", "snowfall"} and scene.time == "day":
        light = GREY
    horizon = rng.uniform(0.54, 0.62)
    if scene.place == "room":
        canvas.light = (0.72, 0.68, 0.72) if scene.time == "night" else light
        room(canvas, rng, horizon, "clear" if scene.time == "day" else scene.time)
    else:
        sky(canvas, rng, horizon, scene.time, scene.weather)
        canvas.light = light
        PLACES[scene.place](canvas, rng, horizon)
    canvas.light = (1.0, 1.0, 1.0)
    tints = {(group.kind, group.colour): _tint(group.colour, rng) for group in scene.groups}
    for figure in lay_out(scene, rng):
        _figure(canvas, figure, tints[figure.kind, figure.colour], rng, THING_LIGHT[scene.time])
    fall(canvas, rng, scene.weather)
    return canvas.image


def _tint(colour: str, rng: Random) -> Tint:
    red, green, blue = (
        max(0, min(255, part + rng.randint(-9, 9))) for part in LOOKS["colours"][colour]["paint"]
    )
    return tint_of((red, green, blue))


def _figure(canvas: Canvas, figure: Figure, tint: Tint, rng: Random, light: Light) -> None:
    pen = Pen(canvas, x=figure.x, y=figure.y, height=figure.height, left=figure.left, light=light)
    kind = KINDS[figure.kind]
    if kind.layer == Layer.GROUND or figure.pose == "stand":
        pen.shadow(0.46 * kind.width)
    if figure.kind == "baby":
        people.baby(pen, tint, figure.pose, rng.choice(SKINS), rng.choice(HAIRS))
    elif kind.is_person:
        people.person(pen, figure.kind, tint, figure.pose, rng.choice(SKINS), rng.choice(HAIRS))
    elif figure.kind in ANIMALS:
        ANIMALS[figure.kind](pen, tint, figure.pose)
    else:
        OBJECTS[figure.kind](pen, tint)
