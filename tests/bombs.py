"""Small files that are meant to hurt: by memory, by time, by saying two things at once."""

import zlib

from tests import pictures


def large_png(width: int, height: int) -> bytes:
    """A whole, black PNG with one bit a pixel: millions of pixels in a few kB."""
    rows = bytes(((width + 7) // 8 + 1) * height)
    return pictures.png(width, height, depth=1, packed=zlib.compress(rows))


def png_bomb(width: int = 100_000, height: int = 100_000) -> bytes:
    """A few kB that ask for ten thousand million pixels."""
    return pictures.png(width, height, packed=zlib.compress(bytes(4_000_000), 9))


def webp_bomb() -> bytes:
    """A WebP whose canvas alone would take 17 GB."""
    plain = pictures.saved(pictures.drawing(), "WEBP", lossless=True)
    side = (65_535).to_bytes(3, "little")
    chunks = b"VP8X\x0a\0\0\0\0\0\0\0" + side + side + plain[12:]
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def gif_bomb() -> bytes:
    """A small GIF whose only frame claims the largest size there is."""
    plain = bytearray(pictures.saved(pictures.drawing(), "GIF"))
    frame = plain.index(b"\x2c\0\0\0\0")
    plain[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    return bytes(plain)


def two_sized_jpeg() -> bytes:
    """A JPEG that names a small size and then, in a second header, a huge one."""
    plain = pictures.jpeg()
    at = plain.index(b"\xff\xc0")
    end = at + 2 + int.from_bytes(plain[at + 2 : at + 4])
    huge = bytearray(plain[at:end])
    huge[5:9] = b"\xff\xdc\xff\xdc"
    return plain[:end] + bytes(huge) + plain[end:]


def many_scans_jpeg() -> bytes:
    """A progressive JPEG that draws its last scan a thousand times."""
    plain = pictures.jpeg(progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * 1000 + plain[-2:]


def profile_bomb_png() -> bytes:
    """A PNG whose colour profile unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(200)) + packer.flush()
    return _with_chunks(pictures.png_chunk(b"iCCP", b"icc\0\0" + packed))


def text_bomb_png() -> bytes:
    """A PNG with a hundred text chunks that each unpack to a megabyte."""
    return _with_chunks(
        pictures.png_chunk(b"zTXt", b"t\0\0" + zlib.compress(bytes(2**20), 9)) * 100
    )


def _with_chunks(chunks: bytes) -> bytes:
    plain = pictures.saved(pictures.drawing(), "PNG")
    return plain[:33] + chunks + plain[33:]
