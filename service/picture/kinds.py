"""The closed list of formats, and what a file is by its content; names are never believed."""

from dataclasses import dataclass

from PIL import features

from service.picture.refusals import EmptyFile, NotAPicture, UnsupportedFormat

HEAD = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One accepted format; pillow is the only decoder its bytes may reach."""

    format: str
    media_type: str
    suffix: str
    pillow: str
    name: str


JPEG = Kind(format="jpeg", media_type="image/jpeg", suffix=".jpg", pillow="JPEG", name="JPEG")
PNG = Kind(format="png", media_type="image/png", suffix=".png", pillow="PNG", name="PNG")
WEBP = Kind(format="webp", media_type="image/webp", suffix=".webp", pillow="WEBP", name="WebP")
GIF = Kind(format="gif", media_type="image/gif", suffix=".gif", pillow="GIF", name="GIF")
AVIF = Kind(format="avif", media_type="image/avif", suffix=".avif", pillow="AVIF", name="AVIF")

# Pillow's AVIF support is a matter of how it was built.
KINDS = (JPEG, PNG, WEBP, GIF, *((AVIF,) if features.check("avif") else ()))
ACCEPTED = ", ".join(kind.name for kind in KINDS[:-1]) + f" or {KINDS[-1].name}"

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

_OTHER_PICTURES = (
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"II+\0", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"\0\0\1\0", "an ICO icon"),
    (b"\0\0\2\0", "a CUR cursor"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"qoif", "a QOI picture"),
    (b"FUJIFILM", "a raw camera picture"),
)
_OTHER_FILES = (
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"PK\3\4", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


def recognise(data: bytes) -> Kind:
    """The accepted kind of these bytes, by their beginning."""
    if not data:
        raise EmptyFile
    head = data[:HEAD]
    if kind := _accepted(head):
        return kind
    if seems := _other_picture(head):
        raise UnsupportedFormat(seems=seems, accepted=ACCEPTED)
    raise NotAPicture(seems=_other_file(head), accepted=ACCEPTED)


def _accepted(head: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if _brands(head) & _AVIF_BRANDS and AVIF in KINDS:
        return AVIF
    return None


def _brands(head: bytes) -> set[bytes]:
    """The brands that an ISO media file says it follows; none for any other file."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4]), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}


def _other_picture(head: bytes) -> str | None:
    for magic, seems in _OTHER_PICTURES:
        if head.startswith(magic):
            return seems
    brands = _brands(head)
    if brands & _AVIF_BRANDS:
        return "an AVIF picture, which this installation cannot read"
    if brands & _HEIF_BRANDS:
        return "an HEIC picture"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return "an SVG drawing"
    return None


def _other_file(head: bytes) -> str:
    for magic, seems in _OTHER_FILES:
        if head.startswith(magic):
            return seems
    if _brands(head):
        return "a video"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    # The last character may be cut in two by the end of the head.
    text = head.decode("utf-8", "ignore")
    whole = len(text.encode()) > len(head) - 4
    return "a text file" if whole and "\0" not in text else "a file of an unknown kind"
