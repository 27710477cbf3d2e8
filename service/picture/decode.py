"""Untrusted bytes decoded: the only place in the product that hands them to Pillow."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BytesIO

# Imported for their registration, so that no first request has to load every plugin.
from PIL import (
    AvifImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from service.errors import GlimpseError
from service.picture import avif, colour, exif, gif, jpeg, png, webp
from service.picture.container import Container
from service.picture.kinds import AVIF, GIF, JPEG, PNG, recognise
from service.picture.refusals import DamagedPicture, TooManyPixels, TruncatedPicture

# Pillow's own limit warns at 89 Mpx and raises at twice that; a warning can be made an
# error only through filters that all threads share. So its limit is off, and
# _refuse_if_too_many asks before and after the header is read, in every case before
# there is a pixel. (Text bombs, Pillow's other limit, have left with the metadata.)
Image.MAX_IMAGE_PIXELS = None

# A picture's longer side; beyond it neither encoders nor browsers do anything sensible.
MAX_SIDE = 32_767

# Decoding takes some 4 to 12 bytes a pixel. Many small pictures may be open at once, of
# the big ones only one, so that eight requests with 80 Mpx each do not fill the memory.
_BIG = 16_000_000
_big_turn = threading.Lock()


def take_apart(data: bytes) -> Container:
    """The file without its metadata, by what it is and not by what it is called."""
    kind = recognise(data)
    with _refusing(kind.name):
        if kind == JPEG:
            return jpeg.take_apart(data, colour.matters)
        if kind == PNG:
            return png.take_apart(data, colour.matters)
        if kind == GIF:
            return gif.take_apart(data)
        if kind == AVIF:
            return avif.take_apart(data)
        return webp.take_apart(data, colour.matters)


@contextmanager
def opened(container: Container, *, max_pixels: int) -> Iterator[Image.Image]:
    """The picture with its header read and its pixels not yet."""
    _refuse_if_too_many(container.width, container.height, max_pixels)
    with _refusing(container.kind.name):
        picture = Image.open(BytesIO(container.clean), formats=(container.kind.pillow,))
    with picture:
        _refuse_if_too_many(*picture.size, max_pixels)
        with _turn(picture.width * picture.height):
            yield picture


def pixels(picture: Image.Image, *, at_least: tuple[int, int] | None = None) -> Image.Image:
    """All of an opened picture as L, RGB, RGBA or CMYK, eight bits a channel.

    A JPEG comes up to eight times smaller, if so much of it is enough; all its
    bytes are read even then, so a truncated file is found out.
    """
    with _refusing(picture.format or ""):
        picture.draft(None, at_least)
        picture.load()
        simple = colour.simple(picture)
    simple.info.clear()  # or whoever turns by EXIF would turn an AVIF a second time
    return simple


def orientation(container: Container, picture: Image.Image) -> int:
    """Which way up the picture lies."""
    if container.kind != AVIF:
        return container.orientation
    # Pillow turns AVIF's own properties into EXIF of its making.
    return exif.orientation(picture.info.get("exif", b""))


def profile(container: Container, picture: Image.Image) -> bytes | None:
    """The ICC profile, where it matters."""
    if container.kind != AVIF:
        return container.profile
    found: bytes | None = picture.info.get("icc_profile")
    return found if found and colour.matters(found) else None


def _turn(pixels: int) -> AbstractContextManager[object]:
    return _big_turn if pixels > _BIG else nullcontext()


def _refuse_if_too_many(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels or max(width, height) > MAX_SIDE:
        raise TooManyPixels(width=width, height=height, limit=max_pixels, side=MAX_SIDE)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Whatever a decoder raises over untrusted bytes is a refusal of these bytes."""
    try:
        yield
    except GlimpseError:
        raise
    except UnidentifiedImageError as error:
        raise DamagedPicture(format=name, reason="its header makes no sense") from error
    except Exception as error:  # decoders raise nearly every class there is
        if "truncated" in str(error).lower():
            raise TruncatedPicture(format=name) from error
        raise DamagedPicture(format=name, reason=str(error) or type(error).__name__) from error
