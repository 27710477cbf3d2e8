"""GIF files cut down to their first frame, without comments."""

from service.picture.container import Container
from service.picture.kinds import GIF
from service.picture.refusals import DamagedPicture, TruncatedPicture

_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_CONTROL = 0xF9
_SCREEN_END = 13
_HAS_COLOURS = 0x80


def take_apart(data: bytes) -> Container:
    """A GIF file as a container; the whole file is walked, so that its end is known to be there."""
    at = _after_colours(_SCREEN_END, data[10:11])
    screen, control, frame = data[:at], b"", b""
    while (name := _byte(data, at)) != _END:
        start = at
        if name == _EXTENSION:
            at = _after_blocks(data, at + 2)
            if _byte(data, start + 1) == _CONTROL and not frame:
                control = data[start:at]
        elif name == _FRAME:
            at = _after_blocks(data, _after_colours(at + 10, data[at + 9 : at + 10]) + 1)
            frame = frame or data[start:at]
        else:
            raise DamagedPicture(format="GIF", reason="it has a part of no known kind")
    if not frame:
        raise DamagedPicture(format="GIF", reason="it has no picture in it")
    return Container(
        kind=GIF,
        clean=b"".join((screen, control, frame, bytes((_END,)))),
        width=int.from_bytes(data[6:8], "little"),
        height=int.from_bytes(data[8:10], "little"),
    )


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise TruncatedPicture(format="GIF")
    return data[at]


def _after_colours(at: int, flags: bytes) -> int:
    """Where the colour table ends that the flags promise."""
    if not flags:
        raise TruncatedPicture(format="GIF")
    return at + (3 << (flags[0] & 7) + 1 if flags[0] & _HAS_COLOURS else 0)


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks ends, each led by its length and the last one empty."""
    while size := _byte(data, at):
        at += size + 1
    return at + 1
