"""What is accepted as a picture, what is refused, and what is known about it afterwards."""

import hashlib
import threading
from io import BytesIO

import pytest

from service.errors import Invalid
from service.picture import (
    CheckedPicture,
    DamagedPicture,
    EmptyFile,
    NotAPicture,
    TruncatedPicture,
    UnsupportedFormat,
    check,
)
from tests import bombs, odd, pictures

MEGA = 1_000_000
MAX_BYTES = 32 * 2**20


def checked(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = 80 * MEGA
) -> CheckedPicture:
    """What check says about these bytes."""
    return check(BytesIO(data), max_bytes=max_bytes, max_pixels=max_pixels)


@pytest.mark.parametrize("name", odd.ODD)
def test_every_odd_kind_of_picture_is_accepted_with_its_true_size(name: str) -> None:
    """However a picture is stored, it is accepted as what it is by its content."""
    facts = checked(odd.ODD[name]())
    assert (facts.width, facts.height) == ((1, 1) if "one pixel" in name else (48, 32))
    assert facts.format == next(kind for kind in FORMATS if kind in name)
    assert (facts.media_type, facts.suffix) == FORMATS[facts.format]


FORMATS = {
    "jpeg": ("image/jpeg", ".jpg"),
    "png": ("image/png", ".png"),
    "webp": ("image/webp", ".webp"),
    "gif": ("image/gif", ".gif"),
    "avif": ("image/avif", ".avif"),
}


def test_the_hash_and_size_are_those_of_the_original_bytes() -> None:
    """What identifies a picture is the file as it was sent, metadata and all."""
    data = pictures.chatty_jpeg()
    facts = checked(data)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert facts.size_bytes == len(data)


def test_a_file_is_read_from_its_beginning() -> None:
    """A file that somebody has read before is checked from its start."""
    file = BytesIO(pictures.jpeg())
    file.read()
    assert check(file, max_bytes=MAX_BYTES, max_pixels=MEGA).format == "jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_that_of_the_upright_picture(kind: str, orientation: int) -> None:
    """A picture taken with the camera on its side is as wide as it is seen, not as stored."""
    facts = checked(pictures.turned(orientation, kind))
    assert (facts.width, facts.height) == (48, 32)


@pytest.mark.parametrize("seems", odd.NOT_PICTURES)
def test_what_is_no_picture_is_refused_and_named(seems: str) -> None:
    """The refusal says what the file seems to be and what is accepted."""
    with pytest.raises(NotAPicture) as refusal:
        checked(odd.NOT_PICTURES[seems]())
    assert (
        refusal.value.message
        == f"This is {seems}, not a picture; send JPEG, PNG, WebP, GIF or AVIF."
    )


@pytest.mark.parametrize("seems", odd.UNSUPPORTED)
def test_other_formats_are_refused_and_named(seems: str) -> None:
    """A picture in a format outside the list is refused, and the sender learns how to mend it."""
    with pytest.raises(UnsupportedFormat) as refusal:
        checked(odd.UNSUPPORTED[seems]())
    assert seems in refusal.value.message
    assert "convert it to JPEG, PNG, WebP, GIF or AVIF" in refusal.value.message


def test_an_empty_file_is_refused() -> None:
    """Nothing is not a picture."""
    with pytest.raises(EmptyFile):
        checked(b"")


@pytest.mark.parametrize(
    "whole",
    [name for name in odd.ODD if name.startswith(("plain", "progressive", "16 bit", "animated"))],
)
def test_a_file_cut_anywhere_is_refused(whole: str) -> None:
    """However few bytes are missing, a truncated file is never taken for the whole."""
    data = odd.ODD[whole]()
    for end in [*range(16, len(data), 10), len(data) - 1]:
        # libavif calls a cut item list broken, not cut.
        with pytest.raises(
            (TruncatedPicture, DamagedPicture) if "avif" in whole else TruncatedPicture
        ):
            checked(data[:end])


def test_pixels_missing_inside_a_complete_file_are_found_out() -> None:
    """A file whose parts are all there but whose pixels run out is refused."""
    whole = pictures.saved(pictures.noise(64, 64), "PNG")
    start = whole.index(b"IDAT")
    length = int.from_bytes(whole[start - 4 : start])
    packed = whole[start + 4 : start + 4 + length]
    half = whole[: start - 4] + pictures.png_chunk(b"IDAT", packed[: length // 2])
    with pytest.raises(TruncatedPicture):
        checked(half + pictures.png_chunk(b"IEND", b""))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_bytes_behind_the_end_do_no_harm(kind: str) -> None:
    """Trailing garbage, as phones and copying programs leave it, is tolerated."""
    assert checked(pictures.saved(pictures.drawing(), kind) + b"garbage" * 99).width == 48


def test_a_jpeg_that_names_two_sizes_is_refused() -> None:
    """No second header can bring a size that was not looked at."""
    with pytest.raises(DamagedPicture, match="size is not clear"):
        checked(bombs.two_sized_jpeg())


def test_a_png_starts_with_its_size() -> None:
    """A PNG whose header comes late or is cut short is no PNG to anybody."""
    data = pictures.saved(pictures.drawing(), "PNG")
    late = data[:8] + pictures.png_chunk(b"gAMA", b"\0\0\xb1\x8f") + data[8:]
    short = data[:8] + pictures.png_chunk(b"IHDR", b"\0\0\0\1") + data[33:]
    for bad in (late, short):
        with pytest.raises(DamagedPicture, match="does not start with its size"):
            checked(bad)


def test_a_palette_picture_without_palette_is_refused() -> None:
    """A file that decodes to colours nobody has named is damaged."""
    data = pictures.palette_png()
    start = data.index(b"PLTE") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    with pytest.raises(DamagedPicture):
        checked(data[:start] + data[end:])


def test_a_wrong_checksum_is_refused() -> None:
    """One flipped bit in a PNG's pixels is noticed."""
    data = bytearray(pictures.saved(pictures.drawing(), "PNG"))
    data[data.index(b"IDAT") + 8] ^= 1
    with pytest.raises(DamagedPicture, match="checksum of IDAT"):
        checked(bytes(data))


def test_a_jpeg_with_twelve_bits_is_refused_by_name() -> None:
    """A JPEG that browsers cannot show is refused with the reason."""
    data = bytearray(pictures.jpeg())
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(UnsupportedFormat, match="12 bits a channel"):
        checked(bytes(data))


def test_every_refusal_is_one_sentence_that_says_what_to_do() -> None:
    """No refusal leaves its reader alone."""
    for data in (b"", b"?", bombs.png_bomb(), pictures.jpeg()[:-9], bombs.two_sized_jpeg()):
        with pytest.raises(Invalid, match=r"(?s)send|scale it down") as refusal:
            checked(data)
        assert "\n" not in refusal.value.message


def test_threads_do_not_disturb_each_other() -> None:
    """Good and bad files checked at the same time get the answers they get alone."""
    files = [
        *(make() for make in odd.ODD.values()),
        bombs.png_bomb(),
        pictures.jpeg()[:300],
    ]
    alone = [_answer(data) for data in files]
    answers: dict[int, list[str]] = {}

    def work(number: int) -> None:
        answers[number] = [_answer(data) for data in files]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(answers.values()) == [alone] * 4


def _answer(data: bytes) -> str:
    try:
        return repr(checked(data))
    except Invalid as refusal:
        return refusal.message
