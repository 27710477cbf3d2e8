"""AVIF files made ready for decoding; the container is left to libavif."""

from service.picture.container import Container
from service.picture.kinds import AVIF


def take_apart(data: bytes) -> Container:
    """An AVIF file as a container.

    Which way up it is, AVIF says by properties of its own, which Pillow tells
    after opening; the EXIF item must not count. It is hidden by renaming it in
    the item list, since Pillow would parse all of it while opening. Pictures
    are never served as AVIF but encoded anew, so metadata goes with them.
    """
    start = data.find(b"meta")
    size = int.from_bytes(data[start - 4 : start])
    meta = data[start : start + size]
    clean = data[:start] + meta.replace(b"Exif", b"free") + data[start + size :]
    return Container(kind=AVIF, clean=clean if start > 0 else data, plain=False)
