"""Files by what is odd about them: accepted ones, and those that only pretend to be pictures."""

from collections.abc import Callable

from tests import bombs, pictures

ODD: dict[str, Callable[[], bytes]] = {
    "plain jpeg": pictures.jpeg,
    "grey jpeg": lambda: pictures.saved(pictures.drawing().convert("L"), "JPEG"),
    "progressive jpeg": lambda: pictures.jpeg(progressive=True),
    "cmyk jpeg": pictures.cmyk_jpeg,
    "chatty jpeg": pictures.chatty_jpeg,
    "jpeg with a broken exif": lambda: pictures.jpeg(
        exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01" * 40
    ),
    "jpeg with a broken profile": lambda: pictures.jpeg(icc_profile=b"no profile at all" * 99),
    "jpeg with a profile of 8 MB": lambda: pictures.jpeg(icc_profile=bytes(8_000_000)),
    "jpeg with a strange profile": lambda: pictures.jpeg(icc_profile=pictures.wide_gamut_profile()),
    "jpeg with two exifs": lambda: pictures.with_second_exif(pictures.turned(6)),
    "jpeg explained by jfif": lambda: pictures.renamed_jpeg(b"RGB"),
    "jpeg explained by adobe": lambda: pictures.renamed_jpeg(b"\1\2\3", keep_rgb=True),
    "jpeg of one pixel": lambda: pictures.jpeg(1, 1),
    "plain png": lambda: pictures.saved(pictures.drawing(), "PNG"),
    "one bit png": lambda: pictures.saved(pictures.drawing().convert("1"), "PNG"),
    "palette png": pictures.palette_png,
    "transparent png": lambda: pictures.transparent("PNG"),
    "grey transparent png": lambda: pictures.saved(pictures.drawing().convert("LA"), "PNG"),
    "16 bit grey png": lambda: pictures.sixteen_bit_png(0),
    "16 bit rgb png": lambda: pictures.sixteen_bit_png(2),
    "16 bit grey alpha png": lambda: pictures.sixteen_bit_png(4),
    "16 bit rgba png": lambda: pictures.sixteen_bit_png(6),
    "chatty png": pictures.chatty_png,
    "animated png": lambda: pictures.animated("PNG"),
    "png with a profile bomb": bombs.profile_bomb_png,
    "png with a text bomb": bombs.text_bomb_png,
    "plain webp": lambda: pictures.saved(pictures.drawing(), "WEBP"),
    "lossless webp": lambda: pictures.saved(pictures.drawing(), "WEBP", lossless=True),
    "transparent webp": lambda: pictures.transparent("WEBP"),
    "animated webp": lambda: pictures.animated("WEBP"),
    "chatty webp": pictures.chatty_webp,
    "plain gif": lambda: pictures.saved(pictures.drawing(), "GIF"),
    "transparent gif": lambda: pictures.transparent("GIF"),
    "animated gif": lambda: pictures.animated("GIF"),
    "chatty gif": pictures.chatty_gif,
    "plain avif": lambda: pictures.saved(pictures.drawing(), "AVIF"),
    "transparent avif": lambda: pictures.transparent("AVIF"),
    "chatty avif": pictures.chatty_avif,
    "avif with a broken exif": pictures.rewritten_exif_avif,
    "avif with a strange profile": lambda: pictures.saved(
        pictures.drawing(), "AVIF", icc_profile=pictures.wide_gamut_profile()
    ),
}
"""Files that are accepted, by what is odd about them; all but the single pixel show the drawing."""

NOT_PICTURES: dict[str, Callable[[], bytes]] = {
    "a text file": lambda: "Это не картинка.\n".encode() * 99,
    "an HTML page": lambda: b"<!DOCTYPE html><img src=x onerror=alert(1)>",
    "a PDF document": lambda: b"%PDF-1.7\n",
    "a ZIP archive": lambda: b"PK\3\4" + bytes(99),
    "a program": lambda: b"\x7fELF" + bytes(99),
    "a video": lambda: b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + bytes(99),
    "a file of an unknown kind": lambda: bytes(range(256)) * 4,
}
"""Files that are no pictures, by what they seem to be."""

UNSUPPORTED: dict[str, Callable[[], bytes]] = {
    "a TIFF picture": lambda: pictures.saved(pictures.drawing(), "TIFF"),
    "a BMP picture": lambda: pictures.saved(pictures.drawing(), "BMP"),
    "an ICO icon": lambda: pictures.saved(pictures.drawing(), "ICO"),
    "a JPEG 2000 picture": lambda: pictures.saved(pictures.drawing(), "JPEG2000"),
    "a Photoshop document": lambda: b"8BPS\0\1" + bytes(99),
    "an SVG drawing": lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "an HEIC picture": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"avif" * 9,
}
"""Pictures in formats outside the closed list."""
