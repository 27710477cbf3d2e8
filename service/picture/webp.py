"""WebP files taken apart chunk by chunk, and put together again without metadata."""

from collections.abc import Iterator

from service.picture import exif
from service.picture.container import MAX_PARTS, Container, KeepProfile
from service.picture.kinds import WEBP
from service.picture.refusals import DamagedPicture, TruncatedPicture

_HAS_PROFILE, _HAS_ALPHA, _IS_ANIMATED = 0x20, 0x10, 0x02
_STILL = {b"ALPH", b"VP8 ", b"VP8L"}
_EXTENDED_BYTES = 10


def take_apart(data: bytes, keep_profile: KeepProfile) -> Container:
    """A WebP file as a container; of an animation only the first frame is left."""
    found: dict[bytes, bytes] = {}
    for name, body in _chunks(data):
        found.setdefault(name, body)
    exif_bytes, profile = found.get(b"EXIF", b""), found.get(b"ICCP")
    wanted = profile if profile and keep_profile(profile) else None
    canvas = _canvas(found)
    animated = b"VP8X" in found and bool(found[b"VP8X"][0] & _IS_ANIMATED)
    return Container(
        kind=WEBP,
        clean=_put_together(found, wanted, animated=animated),
        width=canvas[0],
        height=canvas[1],
        profile=wanted,
        orientation=exif.orientation(exif_bytes),
        plain=not animated,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedPicture(format="WebP")
    at = 12
    for _ in range(MAX_PARTS):
        if at >= end:
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            raise TruncatedPicture(format="WebP")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise DamagedPicture(format="WebP", reason="it has too many parts")


def _canvas(found: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height by the header: libwebp makes room for them before Pillow can be asked."""
    extended, lossy, lossless = found.get(b"VP8X"), found.get(b"VP8 "), found.get(b"VP8L")
    if extended is not None and len(extended) >= _EXTENDED_BYTES:
        width, height = extended[4:7], extended[7:10]
        return 1 + int.from_bytes(width, "little"), 1 + int.from_bytes(height, "little")
    if extended is None and lossy is not None and lossy[3:6] == b"\x9d\x01\x2a":
        width, height = lossy[6:8], lossy[8:10]
        return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
    if extended is None and lossless is not None and lossless[:1] == b"\x2f":
        bits = int.from_bytes(lossless[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise DamagedPicture(format="WebP", reason="it does not start with its size")


def _put_together(found: dict[bytes, bytes], profile: bytes | None, *, animated: bool) -> bytes:
    wanted = {b"ANIM", b"ANMF"} if animated else _STILL
    chunks = [_chunk(name, body) for name, body in found.items() if name in wanted]
    if b"VP8X" in found:
        extended = found[b"VP8X"]
        flags = extended[0] & (_HAS_ALPHA | _IS_ANIMATED) | (_HAS_PROFILE if profile else 0)
        head = [_chunk(b"VP8X", bytes((flags,)) + extended[1:_EXTENDED_BYTES])]
        chunks = [*head, *([_chunk(b"ICCP", profile)] if profile else []), *chunks]
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
