"""Draws picture files, plain ones and those that cameras, printers and programs make.

Everything is made here, byte by byte where no encoder would do it.
"""

import random
import zlib
from io import BytesIO

from PIL import Image, ImageCms
from PIL.Image import Transpose

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 170, 60), (40, 70, 220), (240, 210, 40)
"""The quarters of every drawing: top left, top right, bottom left, bottom right."""

# A picture stored like this comes upright by its orientation.
_STORED = {
    1: None,
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}
_ORIENTATION, _GPS, _ARTIST = 0x0112, 0x8825, 0x013B


def drawing(width: int = 48, height: int = 32) -> Image.Image:
    """Four quarters of four colours, so that any turn or colour fault shows."""
    small = Image.new("RGB", (2, 2))
    for at, colour in zip(
        ((0, 0), (1, 0), (0, 1), (1, 1)), (RED, GREEN, BLUE, YELLOW), strict=True
    ):
        small.putpixel(at, colour)
    return small.resize((width, height), Image.Resampling.NEAREST)


def noise(width: int, height: int, *, seed: int = 1) -> Image.Image:
    """A picture that no encoder can make small."""
    return Image.frombytes(
        "RGB", (width, height), random.Random(seed).randbytes(width * height * 3)
    )


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def jpeg(width: int = 48, height: int = 32, **how: object) -> bytes:
    """A plain photo-like JPEG."""
    return saved(drawing(width, height), "JPEG", **{"quality": 95, **how})


def exif(orientation: int = 1, *, gps: bool = False) -> bytes:
    """EXIF as a camera writes it."""
    facts = Image.Exif()
    facts[_ORIENTATION] = orientation
    if gps:
        facts[_ARTIST] = "SECRET ARTIST"
        facts[_GPS] = {
            1: "N",
            2: (59.0, 56.0, 19.0),
            3: "E",
            4: (30.0, 18.0, 50.0),
            29: "SECRET PLACE",
        }
    return facts.tobytes()


def turned(orientation: int, kind: str = "JPEG", **how: object) -> bytes:
    """A file whose pixels lie as a camera held this way stores them."""
    stored = drawing()
    turn = _STORED[orientation]
    if turn is not None:
        stored = stored.transpose(turn)
    return saved(stored, kind, exif=exif(orientation), **how)


def chatty_jpeg() -> bytes:
    """A JPEG with every kind of metadata, each saying SECRET, and more behind its end."""
    plain = jpeg(
        exif=exif(gps=True), comment=b"SECRET COMMENT", xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>"
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0aSECRET IPT"
    extra = b"".join(
        b"\xff%c" % marker + (len(body) + 2).to_bytes(2) + body
        for marker, body in (
            (0xED, iptc),
            (0xE2, b"MPF\0SECRET"),
            (0xE5, b"SECRET MAKER"),
            (0xE0, b"JFXX\0\x10SECRET PREVIEW"),
            (0xEE, b"Adobe\0\x64\0\0\0\0\1SECRET"),
        )
    )
    return plain[:2] + extra + plain[2:] + b"SECRET VIDEO" + jpeg(8, 8)


def chatty_png() -> bytes:
    """A PNG with text in every way PNG knows."""
    plain = saved(drawing(), "PNG", exif=exif(gps=True))
    chunks = (
        png_chunk(b"tEXt", b"Comment\0SECRET"),
        png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"SECRET")),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
        png_chunk(b"tIME", b"\x07\xea\1\1\0\0\0"),
        png_chunk(b"prVt", b"SECRET"),
    )
    return plain[:33] + b"".join(chunks) + plain[33:] + b"SECRET TAIL"


def chatty_webp() -> bytes:
    """A WebP with EXIF and XMP."""
    return saved(drawing(), "WEBP", exif=exif(gps=True), xmp=b"<x>SECRET</x>") + b"SECRET"


def chatty_gif() -> bytes:
    """An animated GIF with a comment."""
    return saved(drawing(), "GIF", save_all=True, append_images=_next_frames(), comment=b"SECRET")


def chatty_avif() -> bytes:
    """An AVIF with EXIF and XMP."""
    return saved(drawing(), "AVIF", exif=exif(gps=True), xmp=b"<x>SECRET</x>")


def with_second_exif(data: bytes) -> bytes:
    """A JPEG whose EXIF goes on in a second segment, as large ones do."""
    end = 4 + int.from_bytes(data[4:6]) if data[2:4] == b"\xff\xe0" else 2
    end += 2 + int.from_bytes(data[end + 2 : end + 4])
    return data[:end] + b"\xff\xe1\0\x0eExif\0\0more.." + data[end:]


def renamed_jpeg(names: bytes, *, keep_rgb: bool = False) -> bytes:
    """A JPEG whose channels have other names, so that only its first segment explains them."""
    data = bytearray(jpeg(subsampling=0, keep_rgb=keep_rgb))
    frame, scan = data.index(b"\xff\xc0") + 10, data.index(b"\xff\xda") + 5
    for number, name in enumerate(names):
        data[frame + 3 * number] = data[scan + 2 * number] = name
    return bytes(data)


def rewritten_exif_avif() -> bytes:
    """An AVIF whose EXIF promises more entries than it has."""
    data = bytearray(chatty_avif())
    start = max(data.find(b"MM\0*\0\0\0\x08"), data.find(b"II*\0\x08\0\0\0"))
    data[start + 8 : start + 10] = b"\xff\xff"
    return bytes(data)


def cmyk_jpeg() -> bytes:
    """A JPEG for print: four inks, inverted as Adobe's programs do."""
    return saved(drawing().convert("CMYK"), "JPEG", quality=95)


def srgb_profile() -> bytes:
    """The ICC profile that says what is true without it."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def wide_gamut_profile(size: int = 0) -> bytes:
    """An ICC profile that swaps red and blue: nobody can overlook that it was obeyed."""
    profile = bytearray(srgb_profile())
    tags = int.from_bytes(profile[128:132])
    for at in range(132, 132 + 12 * tags, 12):
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
    profile += bytes(max(0, size - len(profile)))
    profile[:4] = len(profile).to_bytes(4)
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def sixteen_bit_png(colour_type: int) -> bytes:
    """A PNG with 16 bits a channel: grey 0, RGB 2, grey with alpha 4, RGBA 6."""
    pixels = drawing().convert({0: "L", 2: "RGB", 4: "LA", 6: "RGBA"}[colour_type])
    row = len(pixels.tobytes()) // pixels.height
    raw = bytes(byte for value in pixels.tobytes() for byte in (value, 0x7F))
    lines = (b"\0" + raw[at : at + 2 * row] for at in range(0, len(raw), 2 * row))
    return png(
        *pixels.size, depth=16, colour_type=colour_type, packed=zlib.compress(b"".join(lines))
    )


def palette_png() -> bytes:
    """A PNG with a palette whose first colour, red, cannot be seen."""
    picture = drawing().quantize(4)
    red = picture.getpixel((0, 0))
    return saved(picture, "PNG", transparency=red)


def transparent(kind: str, **how: object) -> bytes:
    """A picture whose left half cannot be seen."""
    picture = drawing().convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, picture.width // 2, picture.height))
    return saved(picture, kind, **how)


def animated(kind: str) -> bytes:
    """A film whose first frame is the drawing."""
    return saved(drawing(), kind, save_all=True, append_images=_next_frames(), lossless=True)


def _next_frames() -> list[Image.Image]:
    return [Image.new("RGB", drawing().size, shade) for shade in ((1, 1, 1), (9, 9, 9))]


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with a true checksum."""
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def png(width: int, height: int, *, packed: bytes, depth: int = 8, colour_type: int = 0) -> bytes:
    """A PNG written by hand."""
    header = width.to_bytes(4) + height.to_bytes(4) + bytes((depth, colour_type, 0, 0, 0))
    chunks = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", packed), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
