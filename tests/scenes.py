"""Pictures with shapes large and small, as photographs have them, and copies of these."""

import random
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)


def backdrop(seed: int) -> Image.Image:
    """Soft lights and shadows."""
    coarse = Image.frombytes("RGB", (6, 5), random.Random(seed).randbytes(90))
    return coarse.resize(SIZE, Image.Resampling.BICUBIC)


def scene(seed: int) -> Image.Image:
    """A picture with shapes large and small, as photographs have them."""
    soft = backdrop(seed)
    draw, chance = ImageDraw.Draw(soft), random.Random(seed)
    for _ in range(14):
        x, y, r = chance.randrange(480), chance.randrange(360), chance.randrange(20, 110)
        colour = tuple(chance.randbytes(3))
        draw.ellipse((x - r, y - r // 2, x + r, y + r // 2), fill=colour)
    return soft


def as_file(picture: Image.Image, quality: int = 90) -> BytesIO:
    """The picture as a JPEG."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    file.seek(0)
    return file
