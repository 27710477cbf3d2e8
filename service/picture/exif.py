"""The one fact that is read from EXIF: which way up the picture is."""

import struct

from PIL.Image import Image, Transpose

_ORIENTATION = 0x0112
_UPRIGHT = 1
_SIDEWAYS = 5
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def orientation(exif: bytes) -> int:
    """1 to 8 as EXIF counts them; 1 for anything broken.

    Pillow's own reader parses every tag and warns through the process-wide
    warnings filters, which threads cannot set apart; this reads twelve bytes.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return _UPRIGHT
    try:
        (offset,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, offset)
        for entry in range(entries):
            at = offset + 2 + 12 * entry
            tag, value = struct.unpack_from(f"{order}H6xH", tiff, at)
            if tag == _ORIENTATION:
                return value if value in _TURNS else _UPRIGHT
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def is_sideways(orientation: int) -> bool:
    """Whether turning the picture upright swaps its width and height."""
    return orientation >= _SIDEWAYS


def turned(picture: Image, orientation: int) -> Image:
    """The picture with its upper edge on top."""
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)
