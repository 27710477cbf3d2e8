"""The served version of a picture: upright, without metadata, and as good as what was sent."""

from io import BytesIO

import pytest
from PIL import Image

from service.picture import Derivatives, open_upright, prepare
from tests import odd, pictures
from tests.looks import assert_near, darkest_alpha, differ, quarters, shown
from tests.pictures import BLUE, GREEN, RED, YELLOW

MEGA = 1_000_000
MAX_BYTES = 32 * 2**20
TURNED = [(kind, turn) for kind in ("JPEG", "PNG", "WEBP", "AVIF") for turn in range(1, 9)]


def derived(data: bytes) -> Derivatives:
    """What is made of a file that is accepted."""
    return prepare(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=80 * MEGA).derivatives


@pytest.mark.parametrize(("kind", "orientation"), TURNED)
def test_everything_is_upright(kind: str, orientation: int) -> None:
    """However the camera was held, what is served, thumbnails and encoder input stand upright."""
    data = pictures.turned(orientation, kind)
    made = derived(data)
    for picture in (
        shown(made.served),
        *map(shown, made.thumbnails.values()),
        open_upright(BytesIO(data), max_pixels=MEGA),
    ):
        assert picture.size == (48, 32)
        assert_near(quarters(picture), [RED, GREEN, BLUE, YELLOW])
        assert not picture.getexif()


@pytest.mark.parametrize("chatty", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_nothing_told_about_a_picture_is_served(chatty: str) -> None:
    """EXIF and its place, XMP, IPTC, comments, previews, trailing bytes: none is served."""
    data = odd.ODD[f"chatty {chatty.lower()}"]()
    made = derived(data)
    assert b"SECRET" in data
    for served in (made.served, *made.thumbnails.values()):
        assert b"SECRET" not in served
        assert b"Exif" not in served
        assert b"eXIf" not in served


UPRIGHT = [
    name
    for name in odd.ODD
    if name.split()[-1] in {"jpeg", "png", "gif"} and name not in {"cmyk jpeg", "chatty jpeg"}
]


@pytest.mark.parametrize("name", UPRIGHT)
def test_a_picture_that_lies_upright_is_served_without_loss(name: str) -> None:
    """Served pixels are those that were sent, to the last bit."""
    data = odd.ODD[name]()
    served = shown(derived(data).served)
    sent = shown(data)
    assert served.mode == sent.mode
    assert served.convert("RGB").tobytes() == sent.convert("RGB").tobytes()


def test_a_turned_jpeg_loses_next_to_nothing() -> None:
    """A picture that must be encoded anew to stand upright keeps its details."""
    stored = pictures.noise(16, 16).resize((256, 256), Image.Resampling.BICUBIC)
    data = pictures.saved(stored, "JPEG", quality=90, exif=pictures.exif(3))
    served = shown(derived(data).served)
    sent = shown(data).transpose(Image.Transpose.ROTATE_180)
    assert differ(served, sent) < 3


def test_a_turned_png_loses_nothing() -> None:
    """What was stored without loss is served without loss."""
    made = derived(pictures.turned(6, "PNG", icc_profile=pictures.srgb_profile()))
    assert made.served_media_type == "image/png"
    assert shown(made.served).convert("RGB").tobytes() == pictures.drawing().tobytes()


def test_a_turned_picture_brings_its_colours_into_srgb() -> None:
    """A profile is obeyed once, in the served version as in the thumbnails, and then gone."""
    for kind in ("JPEG", "PNG"):
        made = derived(pictures.turned(3, kind, icc_profile=pictures.wide_gamut_profile()))
        for data in (made.served, *made.thumbnails.values()):
            assert_near(quarters(shown(data)), [c[::-1] for c in (RED, GREEN, BLUE, YELLOW)])
            assert "icc_profile" not in shown(data).info


def test_a_transparent_picture_too_wide_for_webp_is_served_as_png() -> None:
    """No format's own limit gets in the way."""
    picture = Image.new("RGBA", (16_400, 8), (255, 0, 0, 99))
    made = derived(pictures.saved(picture, "AVIF", icc_profile=pictures.wide_gamut_profile()))
    assert made.served_media_type == "image/png"
    assert shown(made.served).size == (16_400, 8)
    assert "icc_profile" not in shown(made.served).info


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("plain jpeg", "image/jpeg"),
        ("cmyk jpeg", "image/jpeg"),
        ("transparent png", "image/png"),
        ("16 bit rgb png", "image/png"),
        ("animated gif", "image/gif"),
        ("transparent webp", "image/webp"),
        ("animated webp", "image/jpeg"),
        ("plain avif", "image/jpeg"),
        ("transparent avif", "image/webp"),
    ],
)
def test_what_is_served_is_what_every_browser_shows(name: str, media_type: str) -> None:
    """The media type of the served version is true, and known to browsers since long ago."""
    made = derived(odd.ODD[name]())
    assert made.served_media_type == media_type
    assert shown(made.served).get_format_mimetype() == media_type
    assert shown(made.served).mode != "CMYK"
    assert made.served_suffix == {"image/jpeg": ".jpg"}.get(media_type, "." + media_type[6:])


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_transparency_is_served_as_transparency(kind: str) -> None:
    """White is only put behind a picture where there is no other way."""
    served = shown(derived(pictures.transparent(kind)).served)
    assert darkest_alpha(served) < 5


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_of_a_film_only_the_first_frame_is_served(kind: str) -> None:
    """A served picture stands still."""
    served = shown(derived(pictures.animated(kind)).served)
    assert getattr(served, "n_frames", 1) == 1
    assert_near(quarters(served), [RED, GREEN, BLUE, YELLOW])


def test_a_profile_that_matters_is_served() -> None:
    """A browser needs the profile of a picture with colours beyond sRGB, even a long one."""
    profile = pictures.wide_gamut_profile(size=200_000)
    for kind in ("JPEG", "PNG", "WEBP"):
        data = pictures.saved(pictures.drawing(), kind, icc_profile=profile)
        assert shown(derived(data).served).info["icc_profile"] == profile


def test_a_profile_larger_than_any_in_use_is_not_served() -> None:
    """Nobody's browser has to load megabytes of colour tables for a small picture."""
    data = pictures.jpeg(icc_profile=pictures.wide_gamut_profile(size=5_000_000))
    assert len(derived(data).served) < 2_000


def test_a_profile_that_says_srgb_is_not_served() -> None:
    """What is true without saying is not said."""
    data = pictures.jpeg(icc_profile=pictures.srgb_profile())
    assert "icc_profile" not in shown(derived(data).served).info
