"""JPEG files taken apart segment by segment, and put together again without metadata."""

import re
from dataclasses import dataclass, field

from service.picture import exif
from service.picture.container import MAX_PARTS, Container, KeepProfile
from service.picture.kinds import JPEG
from service.picture.refusals import DamagedPicture, TruncatedPicture, UnsupportedFormat

_MARKER = re.compile(rb"\xff[^\x00\xff]")
# Inside a scan, FF 00 is a stuffed byte and FF D0 to FF D7 are restarts.
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_NAKED = {0x01, _SOI, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# Baseline, extended and progressive Huffman coding are what every browser shows.
_SHOWN_FRAMES = {0xC0, 0xC1, 0xC2}
_SHOWN_CHANNELS = {1, 3}

# A progressive picture is drawn anew for every scan, so scans are where a small
# file can cost minutes; encoders write about ten.
_MAX_SCANS = 64
_JFIF = b"JFIF\0\1\1\0\0\1\0\1\0\0"
_ADOBE_BYTES = 12
_PROFILE_PART = 65_519


@dataclass(slots=True)
class _Parts:
    """What has been found so far."""

    kept: list[bytes] = field(default_factory=list)
    profile: dict[int, bytes] = field(default_factory=dict)
    orientation: int = 1
    jfif: bool = False
    adobe: bytes = b""
    frame: tuple[int, bytes] | None = None
    scans: int = 0


def take_apart(data: bytes, keep_profile: KeepProfile) -> Container:
    """A JPEG file as a container; the bytes behind its end are dropped."""
    parts = _Parts()
    at = 2
    for _ in range(MAX_PARTS):
        found = _MARKER.search(data, at)
        if found is None:
            raise TruncatedPicture(format="JPEG")
        marker, at = data[found.start() + 1], found.end()
        if marker == _EOI:
            return _put_together(parts, keep_profile)
        if marker not in _NAKED:
            at = _segment(data, at, marker, parts)
    raise _damaged("it has too many parts")


def _segment(data: bytes, at: int, marker: int, parts: _Parts) -> int:
    """Note the segment that starts at its length; answers where it ends."""
    length = int.from_bytes(data[at : at + 2])
    end = at + max(length, 2)
    if end > len(data):
        raise TruncatedPicture(format="JPEG")
    body = data[at + 2 : end]
    if marker == _SOS:
        end = _scan_end(data, end, parts)
    if marker == _COM or _APP0 <= marker <= _APP15:
        _note_beside(marker, body, parts)
        return end
    if marker in _FRAMES:
        _note_frame(marker, body, parts)
    parts.kept.append(b"\xff%c" % marker + data[at:end])
    return end


def _scan_end(data: bytes, at: int, parts: _Parts) -> int:
    parts.scans += 1
    if parts.scans > _MAX_SCANS:
        raise _damaged(f"it has more than {_MAX_SCANS} scans")
    if parts.frame is None:
        raise _damaged("its pixels come before its size")
    found = _SCAN_END.search(data, at)
    if found is None:
        raise TruncatedPicture(format="JPEG")
    return found.start()


def _note_frame(marker: int, body: bytes, parts: _Parts) -> None:
    # Pillow would believe the last of several sizes, libjpeg the first.
    if parts.frame is not None or len(body) < 6:  # noqa: PLR2004 - precision, height, width, channels
        raise _damaged("its size is not clear")
    if body[0] != 8:  # noqa: PLR2004 - bits a channel
        raise UnsupportedFormat(seems=f"a JPEG with {body[0]} bits a channel", accepted="8 bits")
    parts.frame = (marker, body)


def _note_beside(marker: int, body: bytes, parts: _Parts) -> None:
    """Take what matters for the picture's look; everything else is left behind."""
    if marker == _APP0 and body.startswith(b"JFIF\0"):
        parts.jfif = True
    elif marker == _APP1 and body.startswith(b"Exif\0\0") and parts.orientation == 1:
        parts.orientation = exif.orientation(body)
    elif marker == _APP2 and body.startswith(b"ICC_PROFILE\0"):
        parts.profile[int.from_bytes(body[12:13])] = body[14:]
    elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= _ADOBE_BYTES:
        parts.adobe = body[:_ADOBE_BYTES]


def _put_together(parts: _Parts, keep_profile: KeepProfile) -> Container:
    if parts.frame is None or not parts.scans:
        raise _damaged("it has no pixels")
    marker, frame = parts.frame
    profile = b"".join(part for _, part in sorted(parts.profile.items()))
    kept = profile if profile and keep_profile(profile) else None
    clean = [b"\xff\xd8"]
    if parts.jfif:  # without it, the meaning of the channels may change
        clean.append(_app(_APP0, _JFIF))
    if parts.adobe:
        clean.append(_app(_APP14, parts.adobe))
    clean += [*_profile_segments(kept or b""), *parts.kept, b"\xff\xd9"]
    return Container(
        kind=JPEG,
        clean=b"".join(clean),
        width=int.from_bytes(frame[3:5]),
        height=int.from_bytes(frame[1:3]),
        profile=kept,
        orientation=parts.orientation,
        plain=marker in _SHOWN_FRAMES and frame[5] in _SHOWN_CHANNELS,
    )


def _profile_segments(profile: bytes) -> list[bytes]:
    pieces = [profile[at : at + _PROFILE_PART] for at in range(0, len(profile), _PROFILE_PART)]
    return [
        _app(_APP2, b"ICC_PROFILE\0" + bytes((number, len(pieces))) + piece)
        for number, piece in enumerate(pieces, start=1)
    ]


def _app(marker: int, body: bytes) -> bytes:
    return b"\xff%c" % marker + (len(body) + 2).to_bytes(2) + body


def _damaged(reason: str) -> DamagedPicture:
    return DamagedPicture(format="JPEG", reason=reason)
