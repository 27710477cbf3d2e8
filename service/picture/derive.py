"""What is made of a picture: the served version, thumbnails, a placeholder, pixels to encode."""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from service.picture import colour, decode, exif
from service.picture.check import CheckedPicture, described, read
from service.picture.container import Container
from service.picture.kinds import JPEG, PNG, WEBP, Kind
from service.picture.likeness import Likeness, likeness

# A grid asks for its columns' width or twice that on dense screens; srcset names both.
THUMBNAIL_WIDTHS = (320, 640)
THUMBNAIL_MEDIA_TYPE = WEBP.media_type
_LARGEST = max(THUMBNAIL_WIDTHS)
# A tall picture is at most this many times as high as wide in its thumbnail.
_TALLEST = 2

# libjpeg and reduce() average whole pixels; LANCZOS does the last steps from at least this
# many times the wanted size, which leaves nothing to see of the first ones.
_GAP = 2
_THUMBNAIL_QUALITY = 80
# WebP's effort from 0 to 6: 2 makes files 3 % larger than 4 in half the time.
_THUMBNAIL_EFFORT = 2
_SERVED_QUALITY = 92
_FIELDS = (4, 3)
_WEBP_MAX_SIDE = 16_383


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivatives:
    """What is shown of a picture: no metadata, upright; thumbnails are WebP by their widths.

    A thumbnail fits into its width and twice that height, and is never larger
    than the picture: every width is there, maybe with the same bytes.
    placeholder is a dozen colours, four across and three down, of a hexadecimal digit a channel:
    blurred they stand where the picture will be, and tell next to nothing of it. likeness finds
    what looks the same.
    """

    served: bytes
    served_media_type: str
    served_suffix: str
    thumbnails: dict[int, bytes]
    placeholder: str
    likeness: Likeness | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPicture:
    """Everything about an uploaded file, out of one decoding."""

    checked: CheckedPicture
    derivatives: Derivatives


def prepare(file: BinaryIO, *, max_bytes: int, max_pixels: int) -> PreparedPicture:
    """Check a file as check() does, and make what is shown of it out of the same decoding."""
    data, sha256 = read(file, max_bytes=max_bytes)
    container = decode.take_apart(data)
    with decode.opened(container, max_pixels=max_pixels) as picture:
        checked = described(container, picture, sha256=sha256, size_bytes=len(data))
        return PreparedPicture(checked=checked, derivatives=_derive(container, picture))


def open_upright(file: BinaryIO, *, max_pixels: int, side: int | None = None) -> Image.Image:
    """The picture as an encoder wants it: RGB, sRGB, upright, on white.

    With side, it may come smaller, by a whole factor, and decodes several times
    faster; its shorter side keeps at least that many pixels, or all it has.
    """
    file.seek(0)
    container = decode.take_apart(file.read())
    with decode.opened(container, max_pixels=max_pixels) as picture:
        turn, profile = decode.orientation(container, picture), decode.profile(container, picture)
        plain = decode.pixels(picture, at_least=(side, side) if side else None)
        if side and (factor := min(plain.size) // side) > 1:
            plain = plain.reduce(factor)
        plain = colour.on_white(colour.srgb(plain, profile))
        return exif.turned(plain, turn)


def likeness_of(file: BinaryIO, *, max_pixels: int) -> Likeness | None:
    """What a stored picture or its thumbnail is like."""
    return likeness(open_upright(file, max_pixels=max_pixels))


def _derive(container: Container, picture: Image.Image) -> Derivatives:
    turn, profile = decode.orientation(container, picture), decode.profile(container, picture)
    kind = container.kind
    if container.plain and turn == 1:
        served = container.clean
        wanted = _fitting(picture.size, _LARGEST)
        small = decode.pixels(picture, at_least=(wanted[0] * _GAP, wanted[1] * _GAP))
    else:
        small = exif.turned(colour.srgb(decode.pixels(picture), profile), turn)
        kind, served = _encoded_anew(small, container.kind)
        profile = None
    small = colour.on_white(colour.srgb(_fitted(small, _LARGEST), profile))
    return Derivatives(
        served=served,
        served_media_type=kind.media_type,
        served_suffix=kind.suffix,
        thumbnails=_thumbnails(small),
        placeholder=_colours(small),
        likeness=likeness(small),
    )


def _fitting(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The size of a thumbnail of this width."""
    scale = min(1.0, width / size[0], width * _TALLEST / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    size = _fitting(picture.size, width)
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=_GAP)


def _thumbnails(largest: Image.Image) -> dict[int, bytes]:
    made: dict[tuple[int, int], bytes] = {}
    found: dict[int, bytes] = {}
    for width in THUMBNAIL_WIDTHS:
        thumbnail = _fitted(largest, width)
        if thumbnail.size not in made:
            made[thumbnail.size] = _saved(
                thumbnail, WEBP, quality=_THUMBNAIL_QUALITY, method=_THUMBNAIL_EFFORT
            )
        found[width] = made[thumbnail.size]
    return found


def _colours(picture: Image.Image) -> str:
    few = picture.resize(_FIELDS, Image.Resampling.BOX).tobytes()
    return "#" + "".join(f"{round(channel / 17):x}" for channel in few)


def _encoded_anew(picture: Image.Image, kind: Kind) -> tuple[Kind, bytes]:
    """The upright picture in a format that browsers show; lossless stays lossless."""
    alpha = picture.mode == "RGBA"
    if kind == PNG or (alpha and max(picture.size) > _WEBP_MAX_SIDE):
        return PNG, _saved(picture, PNG)
    if alpha:
        return WEBP, _saved(picture, WEBP, quality=_SERVED_QUALITY)
    return JPEG, _saved(picture, JPEG, quality=_SERVED_QUALITY)


def _saved(picture: Image.Image, kind: Kind, **how: int) -> bytes:
    picture.info.clear()  # what Pillow would write of itself: comments, dpi, profiles
    out = BytesIO()
    picture.save(out, kind.pillow, **how)
    return out.getvalue()
