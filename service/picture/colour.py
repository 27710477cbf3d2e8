"""Whatever colours a picture has, as eight-bit sRGB."""

from io import BytesIO

from PIL import Image, ImageCms
from PIL.ImageCms import ImageCmsProfile, Intent

# The largest profiles in use, those of printing presses, have some 3 MB.
_MAX_PROFILE = 4 * 2**20
_SIMPLE = {"L", "RGB", "RGBA", "CMYK"}
_WHITE = (255, 255, 255, 255)


def matters(profile: bytes) -> bool:
    """Whether this ICC profile can be read and says something else than sRGB."""
    opened = _opened(profile)
    return opened is not None and "srgb" not in _name(opened).lower()


def simple(picture: Image.Image) -> Image.Image:
    """The picture as L, RGB, RGBA or CMYK with eight bits a channel."""
    if picture.mode.startswith("I"):  # 16-bit grey; Pillow would clip it at 255
        return picture.convert("I").point(lambda grey: grey / 256).convert("L")
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    if picture.mode in _SIMPLE:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A simple picture as RGB, or RGBA if it has alpha; a profile that does not fit is ignored."""
    wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
    opened = _opened(profile) if profile else None
    if opened is None:
        return picture if picture.mode == wanted else picture.convert(wanted)
    try:
        converted = ImageCms.profileToProfile(
            picture,
            opened,
            ImageCms.createProfile("sRGB"),
            renderingIntent=Intent.PERCEPTUAL,
            outputMode=wanted,
        )
    except ImageCms.PyCMSError:  # for other channels than these, for printing only, or broken
        return picture.convert(wanted)
    return picture.convert(wanted) if converted is None else converted


def on_white(picture: Image.Image) -> Image.Image:
    """An RGB or RGBA picture without alpha, as it looks on paper."""
    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGBA", picture.size, _WHITE)
    return Image.alpha_composite(paper, picture).convert("RGB")


def _opened(profile: bytes) -> ImageCmsProfile | None:
    if len(profile) > _MAX_PROFILE:
        return None
    try:
        return ImageCmsProfile(BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return None


def _name(opened: ImageCmsProfile) -> str:
    try:
        return ImageCms.getProfileDescription(opened)
    except ImageCms.PyCMSError:
        return ""
