"""A file checked: what it is, how large, and that all of it is there."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from service.picture import decode, exif
from service.picture.container import Container
from service.picture.refusals import PictureTooLarge

_CHUNK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPicture:
    """The facts of an accepted file; width and height as the upright picture has them."""

    sha256: str
    format: str
    media_type: str
    suffix: str
    width: int
    height: int
    size_bytes: int


def check(file: BinaryIO, *, max_bytes: int, max_pixels: int) -> CheckedPicture:
    """What the file is, after all of it has been decoded; raises why it is refused."""
    data, sha256 = read(file, max_bytes=max_bytes)
    container = decode.take_apart(data)
    with decode.opened(container, max_pixels=max_pixels) as picture:
        facts = described(container, picture, sha256=sha256, size_bytes=len(data))
        decode.pixels(picture, at_least=(1, 1))
    return facts


def read(file: BinaryIO, *, max_bytes: int) -> tuple[bytes, str]:
    """The file's bytes and their SHA-256; never more than one chunk beyond the limit is read."""
    file.seek(0)
    digest, chunks, size = hashlib.sha256(), [], 0
    while chunk := file.read(min(_CHUNK, max_bytes + 1 - size)):
        size += len(chunk)
        if size > max_bytes:
            raise PictureTooLarge(limit=_readable(max_bytes))
        digest.update(chunk)
        chunks.append(chunk)
    return b"".join(chunks), digest.hexdigest()


def described(
    container: Container, picture: Image.Image, *, sha256: str, size_bytes: int
) -> CheckedPicture:
    """The facts of an opened picture, before it is decoded smaller."""
    width, height = picture.size
    if exif.is_sideways(decode.orientation(container, picture)):
        width, height = height, width
    return CheckedPicture(
        sha256=sha256,
        format=container.kind.format,
        media_type=container.kind.media_type,
        suffix=container.kind.suffix,
        width=width,
        height=height,
        size_bytes=size_bytes,
    )


def _readable(size: int) -> str:
    return f"{size // 2**20} MB" if size >= 2**20 else f"{size} bytes"
