"""PNG files taken apart chunk by chunk, and put together again without metadata."""

import zlib
from collections.abc import Iterator

from service.picture import exif
from service.picture.container import MAX_PARTS, Container, KeepProfile
from service.picture.kinds import PNG
from service.picture.refusals import DamagedPicture, TruncatedPicture

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT"}
# Colour facts of a fixed length; a chunk of another length says nothing.
_COLOURS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_HEADER_BYTES = 13
_COLOUR_TYPE, _PALETTE = 9, 3
# What Pillow itself unpacks at most; a compressed profile may be a bomb.
_MAX_PROFILE = 2**20


def take_apart(data: bytes, keep_profile: KeepProfile) -> Container:
    """A PNG file as a container; text, times and the frames of an animation are dropped."""
    kept: list[bytes] = []
    header, packed, orientation = b"", b"", 1
    for name, body, whole in _chunks(data):
        if name == b"IHDR":
            header = body
        if name in _PIXELS or _COLOURS.get(name) == len(body):
            kept.append(whole)
        elif name == b"iCCP":
            packed = body
        elif name == b"eXIf":
            orientation = exif.orientation(body)
    if len(header) != _HEADER_BYTES or not kept[0].startswith(b"\0\0\0\rIHDR"):
        raise DamagedPicture(format="PNG", reason="it does not start with its size")
    if header[_COLOUR_TYPE] == _PALETTE and not any(whole[4:8] == b"PLTE" for whole in kept):
        raise DamagedPicture(format="PNG", reason="its colours are not named")
    profile = _unpacked(packed)
    wanted = profile if profile and keep_profile(profile) else None
    if wanted:
        kept.insert(1, _chunk(b"iCCP", b"icc\0\0" + zlib.compress(wanted)))
    return Container(
        kind=PNG,
        clean=b"".join((_SIGNATURE, *kept, _chunk(b"IEND", b""))),
        width=int.from_bytes(header[:4]),
        height=int.from_bytes(header[4:8]),
        profile=wanted,
        orientation=orientation,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body and all bytes of each chunk before the end chunk."""
    at = len(_SIGNATURE)
    for _ in range(MAX_PARTS):
        name, start = data[at + 4 : at + 8], at + 8
        end = start + int.from_bytes(data[at : at + 4])
        if end + 4 > len(data):
            raise TruncatedPicture(format="PNG")
        if name == b"IEND":
            return
        body = data[start:end]
        if name in _PIXELS and zlib.crc32(body, zlib.crc32(name)) != int.from_bytes(
            data[end : end + 4]
        ):
            raise DamagedPicture(format="PNG", reason=f"the checksum of {name.decode()} is wrong")
        yield name, body, data[at : end + 4]
        at = end + 4
    raise DamagedPicture(format="PNG", reason="it has too many parts")


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(body, zlib.crc32(name)).to_bytes(4)


def _unpacked(body: bytes) -> bytes:
    """The ICC profile in an iCCP chunk; nothing when it is broken or grows too large."""
    _, _, packed = body.partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[1:], _MAX_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacker.eof else b""
