"""Thumbnails, the placeholder and pixels for an encoder, made of every kind of picture."""

from io import BytesIO

import pytest
from PIL import Image

from service.errors import Invalid
from service.picture import Derivatives, check, open_upright, prepare
from tests import odd, pictures
from tests.looks import assert_near, quarters, shown
from tests.pictures import BLUE, GREEN, RED, YELLOW

MEGA = 1_000_000
MAX_BYTES = 32 * 2**20
WHITE = (255, 255, 255)
GREY = "grey", "one bit"


def derived(data: bytes) -> Derivatives:
    """What is made of a file that is accepted."""
    return prepare(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=80 * MEGA).derivatives


def upright(data: bytes, side: int | None = None) -> Image.Image:
    """What an encoder gets of a file."""
    return open_upright(BytesIO(data), max_pixels=80 * MEGA, side=side)


def colours_of(name: str) -> list[tuple[int, ...]] | None:
    """What the drawing looks like when stored this way; None for grey ones."""
    if any(word in name for word in GREY):
        return None
    if "strange profile" in name:
        return [colour[::-1] for colour in (RED, GREEN, BLUE, YELLOW)]
    if name == "palette png":
        return [WHITE, GREEN, BLUE, YELLOW]
    return [WHITE, GREEN, WHITE, YELLOW] if "transparent" in name else [RED, GREEN, BLUE, YELLOW]


COLOURED = [name for name in odd.ODD if colours_of(name) and "one pixel" not in name]


@pytest.mark.parametrize("name", COLOURED)
def test_an_encoder_sees_the_true_colours(name: str) -> None:
    """Inks, palettes, profiles, 16 bits or transparency: an encoder gets plain RGB on white."""
    wanted = colours_of(name)
    assert wanted
    picture = upright(odd.ODD[name]())
    assert picture.mode == "RGB"
    assert_near(quarters(picture), wanted)


@pytest.mark.parametrize("name", COLOURED)
def test_thumbnails_show_the_true_colours(name: str) -> None:
    """A thumbnail looks like its picture, on white."""
    wanted = colours_of(name)
    assert wanted
    for thumbnail in derived(odd.ODD[name]()).thumbnails.values():
        assert_near(quarters(shown(thumbnail)), wanted)


@pytest.mark.parametrize("name", [name for name in odd.ODD if any(word in name for word in GREY)])
def test_grey_stays_grey_and_keeps_its_shades(name: str) -> None:
    """A grey picture, 16 bits included, becomes neither black nor white."""
    shades = [colour[0] for colour in quarters(upright(odd.ODD[name]()))]
    if "one bit" not in name:
        assert shades == pytest.approx([87, 116, 78, 200], abs=6)
    assert len(set(shades)) > 1


@pytest.mark.parametrize(
    ("size", "small", "large"),
    [
        ((2000, 1000), (320, 160), (640, 320)),
        ((1000, 2000), (320, 640), (640, 1280)),
        ((500, 375), (320, 240), (500, 375)),
        ((100, 80), (100, 80), (100, 80)),
        ((100, 4000), (16, 640), (32, 1280)),
        ((4000, 3), (320, 1), (640, 1)),
    ],
)
@pytest.mark.parametrize("turn", [1, 6])
def test_thumbnails_fit_their_width_and_twice_that_height(
    size: tuple[int, int], small: tuple[int, int], large: tuple[int, int], turn: int
) -> None:
    """Thumbnails keep the shape of the picture and never make it larger."""
    picture = pictures.drawing(*size)
    if turn != 1:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    made = derived(pictures.saved(picture, "JPEG", exif=pictures.exif(turn)))
    assert list(made.thumbnails) == [320, 640]
    assert shown(made.thumbnails[320]).size == small
    assert shown(made.thumbnails[640]).size == large
    assert all(shown(thumbnail).format == "WEBP" for thumbnail in made.thumbnails.values())


def test_the_placeholder_is_a_few_of_its_colours() -> None:
    """While a picture loads, its place has its colours, four across and three down."""
    picture = Image.new("RGB", (40, 20), (255, 0, 0))
    picture.paste((0, 0, 255), (20, 0, 40, 20))
    placeholder = derived(pictures.saved(picture, "PNG")).placeholder
    assert placeholder == "#" + 3 * ("f00f0000f00f")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_encoder_gets_no_less_than_it_asks_for(kind: str) -> None:
    """With a wanted side the picture comes smaller by a whole factor, but never too small."""
    data = pictures.saved(pictures.drawing(1000, 700), kind)
    assert upright(data).size == (1000, 700)
    assert upright(data, side=224).size == (334, 234) if kind == "PNG" else (500, 350)
    assert min(upright(data, side=224).size) >= 224
    assert upright(data, side=5000).size == (1000, 700)
    assert_near(quarters(upright(data, side=100)), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("name", odd.ODD)
def test_preparing_tells_the_same_as_checking(name: str) -> None:
    """Whoever prepares a picture need not check it, too."""
    data = odd.ODD[name]()
    checked = check(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=MEGA)
    assert prepare(BytesIO(data), max_bytes=MAX_BYTES, max_pixels=MEGA).checked == checked


@pytest.mark.parametrize("whole", ["plain jpeg", "progressive jpeg", "plain png", "plain gif"])
def test_preparing_refuses_what_checking_refuses(whole: str) -> None:
    """A truncated file is found out by the one decoding that makes the thumbnails, too."""
    data = odd.ODD[whole]()
    for end in range(16, len(data), 10):
        with pytest.raises(Invalid):
            prepare(BytesIO(data[:end]), max_bytes=MAX_BYTES, max_pixels=MEGA)
