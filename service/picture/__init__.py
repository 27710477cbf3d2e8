"""Untrusted bytes → checked, upright pictures; nothing else opens what people send.

A file is recognised by its content, taken apart into the bytes that make its
pixels and the metadata that does not, measured, and only then decoded.
"""

from service.picture.check import CheckedPicture, check
from service.picture.decode import MAX_SIDE
from service.picture.derive import (
    THUMBNAIL_MEDIA_TYPE,
    THUMBNAIL_WIDTHS,
    Derivatives,
    PreparedPicture,
    likeness_of,
    open_upright,
    prepare,
)
from service.picture.kinds import ACCEPTED
from service.picture.likeness import Likeness
from service.picture.refusals import (
    DamagedPicture,
    EmptyFile,
    NotAPicture,
    PictureTooLarge,
    TooManyPixels,
    TruncatedPicture,
    UnsupportedFormat,
)

__all__ = [
    "ACCEPTED",
    "MAX_SIDE",
    "THUMBNAIL_MEDIA_TYPE",
    "THUMBNAIL_WIDTHS",
    "CheckedPicture",
    "DamagedPicture",
    "Derivatives",
    "EmptyFile",
    "Likeness",
    "NotAPicture",
    "PictureTooLarge",
    "PreparedPicture",
    "TooManyPixels",
    "TruncatedPicture",
    "UnsupportedFormat",
    "check",
    "likeness_of",
    "open_upright",
    "prepare",
]
