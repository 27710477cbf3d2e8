"""How large a picture may be, in bytes, in pixels, on a side, and in work."""

import threading
from collections.abc import Callable
from io import BytesIO

import pytest

from service.picture import (
    CheckedPicture,
    DamagedPicture,
    PictureTooLarge,
    TooManyPixels,
    check,
    decode,
)
from tests import bombs, pictures

MEGA = 1_000_000
MAX_BYTES = 32 * 2**20


def checked(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = 80 * MEGA
) -> CheckedPicture:
    """What check says about these bytes."""
    return check(BytesIO(data), max_bytes=max_bytes, max_pixels=max_pixels)


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


def test_a_jpeg_drawn_a_thousand_times_is_refused() -> None:
    """A small file cannot cost minutes by drawing itself over and over."""
    with pytest.raises(DamagedPicture, match="64 scans"):
        checked(bombs.many_scans_jpeg())


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
