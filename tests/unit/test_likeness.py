"""A picture's likeness: kept through resizing and saving anew, apart for other pictures."""

from io import BytesIO
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from service.db.likeness import MOST_GRADIENTS, MOST_WAVES
from service.picture import Likeness, likeness_of
from service.picture.likeness import likeness
from tests.scenes import SIZE, as_file, scene


def trimmed(picture: Image.Image, share: float) -> Image.Image:
    """The picture without a rim."""
    dx, dy = round(picture.width * share), round(picture.height * share)
    return picture.crop((dx, dy, picture.width - dx, picture.height - dy))


def alike(one: Likeness | None, other: Likeness | None) -> bool:
    """Whether the two are told to be near duplicates."""
    assert one is not None
    assert other is not None
    return (one.waves ^ other.waves).bit_count() <= MOST_WAVES and (
        one.gradients ^ other.gradients
    ).bit_count() <= MOST_GRADIENTS


@given(
    seed=st.integers(0, 10_000),
    scale=st.floats(0.3, 2),
    quality=st.integers(25, 95),
    brightness=st.floats(0.8, 1.15),
    rim=st.floats(0, 0.015),
)
@settings(max_examples=25, deadline=None)
def test_what_people_do_to_a_copy_keeps_its_likeness(
    seed: int, scale: float, quality: int, brightness: float, rim: float
) -> None:
    """Another size, quality and brightness and a trimmed rim leave a picture alike."""
    picture = scene(seed)
    copy = trimmed(picture, rim).resize((round(480 * scale), round(360 * scale)))
    copy = Image.open(as_file(ImageEnhance.Brightness(copy).enhance(brightness), quality))
    assert alike(likeness(picture), likeness(copy))


def test_other_pictures_are_not_alike() -> None:
    """Of forty pictures no two are taken for the same."""
    found = [likeness(scene(seed)) for seed in range(40)]
    assert not [pair for pair in combinations(found, 2) if alike(*pair)]


@pytest.mark.parametrize("tone", ["white", "#808080", "#102030"])
def test_one_tone_is_like_nothing(tone: str) -> None:
    """Blank pages would all be duplicates of each other."""
    assert likeness(Image.new("RGB", SIZE, tone)) is None


def test_a_thumbnail_is_as_good_as_its_picture() -> None:
    """Pictures from before are looked at by their thumbnails."""
    picture = scene(7)
    small = BytesIO()
    picture.resize((320, 240)).save(small, "WEBP", quality=80)
    assert alike(likeness(picture), likeness_of(small, max_pixels=10**6))
