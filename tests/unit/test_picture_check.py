"""What is accepted as a picture, what is refused, and what is known about it afterwards."""

import hashlib
import threading
from collections.abc import Callable
from io import BytesIO

import pytest

from service.errors import Invalid
from service.picture import (
    CheckedPicture,
    DamagedPicture,
    EmptyFile,
    NotAPicture,
    PictureTooLarge,
    TooManyPixels,
    TruncatedPicture,
    UnsupportedFormat,
    check,
    decode,
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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
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


def test_a_file_over_the_limit_is_refused_without_being_read_on() -> None:
    """Of a file of any size no more than one byte beyond the limit is read."""
    file = CountingFile(pictures.jpeg() + bytes(5 * 2**20))
    with pytest.raises(PictureTooLarge, match="larger than 2 MB"):
        check(file, max_bytes=2 * 2**20, max_pixels=MEGA)
    assert file.bytes_read == 2 * 2**20 + 1


class CountingFile(BytesIO):
    """A file that knows how much of it was read."""

    bytes_read = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read and count."""
        chunk = super().read(size)
        self.bytes_read += len(chunk)
        return chunk


def test_a_file_of_exactly_the_limit_is_accepted() -> None:
    """The limit itself is still allowed."""
    data = pictures.jpeg()
    assert checked(data, max_bytes=len(data)).size_bytes == len(data)
    with pytest.raises(PictureTooLarge):
        checked(data, max_bytes=len(data) - 1)


@pytest.mark.parametrize("bomb", [bombs.png_bomb, bombs.webp_bomb, bombs.gif_bomb])
def test_too_many_pixels_are_refused_with_their_number(bomb: Callable[[], bytes]) -> None:
    """A small file that asks for a huge picture is refused before it gets one."""
    with pytest.raises(TooManyPixels, match="scale it down"):
        checked(bomb())


def test_the_pixel_limit_is_exact() -> None:
    """The limit itself is allowed, one pixel more is not."""
    data = pictures.jpeg(48, 32)
    assert checked(data, max_pixels=48 * 32).width == 48
    with pytest.raises(TooManyPixels) as refusal:
        checked(data, max_pixels=48 * 32 - 1)
    assert refusal.value.facts["width"] == 48


def test_an_endless_stripe_is_refused() -> None:
    """A picture may not be one pixel high and a hundred thousand wide."""
    with pytest.raises(TooManyPixels):
        checked(bombs.large_png(100_000, 1))


def test_the_setting_alone_decides_about_large_pictures() -> None:
    """Beyond 89 megapixels, where Pillow would warn of a bomb, only our own limit counts."""
    assert checked(bombs.large_png(10_000, 9_500), max_pixels=100 * MEGA).width == 10_000


def test_a_jpeg_that_names_two_sizes_is_refused() -> None:
    """No second header can bring a size that was not looked at."""
    with pytest.raises(DamagedPicture, match="size is not clear"):
        checked(bombs.two_sized_jpeg())


def test_a_jpeg_drawn_a_thousand_times_is_refused() -> None:
    """A small file cannot cost minutes by drawing itself over and over."""
    with pytest.raises(DamagedPicture, match="64 scans"):
        checked(bombs.many_scans_jpeg())


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


def test_big_pictures_are_decoded_one_at_a_time() -> None:
    """While one picture of over 16 megapixels is open, the next one waits and small ones do not."""
    big = bombs.large_png(5_000, 4_000)
    other = threading.Thread(target=checked, args=(big,))
    with decode.opened(decode.take_apart(big), max_pixels=80 * MEGA):
        other.start()
        assert checked(pictures.jpeg()).width == 48
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=60)
    assert not other.is_alive()
