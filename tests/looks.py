"""What a picture file looks like to whoever opens it with eyes of their own."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image
from PIL.ImageFile import ImageFile

Colour = tuple[int, ...]


def shown(data: bytes) -> ImageFile:
    """The picture as a viewer decodes it."""
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        return picture


def quarters(picture: Image.Image) -> list[Colour]:
    """The colours in the middles of the four quarters, on white."""
    paper = Image.new("RGBA", picture.size, "white")
    flat = Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    places = ((1, 1), (3, 1), (1, 3), (3, 3))
    return [_at(flat, flat.width * x // 4, flat.height * y // 4) for x, y in places]


def assert_near(found: Sequence[Colour], wanted: Sequence[Colour]) -> None:
    """Hold colours against each other, with room for what compression does to them."""
    __tracebackhide__ = True
    for one, other in zip(found, wanted, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 12, (found, wanted)


def differ(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures' channels are in the mean."""
    pairs = zip(one.convert("RGB").tobytes(), other.convert("RGB").tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (one.width * one.height * 3)


def darkest_alpha(picture: Image.Image) -> int:
    """The least opaque pixel's alpha."""
    return min(picture.convert("RGBA").getchannel("A").tobytes())


def _at(picture: Image.Image, x: int, y: int) -> Colour:
    return tuple(picture.crop((x, y, x + 1, y + 1)).tobytes())
