"""One picture file taken apart: the bytes a decoder needs, and what lay beside them."""

from collections.abc import Callable
from dataclasses import dataclass

from service.picture.kinds import Kind

# More parts than any honest file has; a file of nothing but tiny parts costs only time.
MAX_PARTS = 100_000

KeepProfile = Callable[[bytes], bool]
"""Says whether an ICC profile changes how the picture looks, so that it must stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A file without its metadata; width and height are 0 where only the decoder knows them.

    clean is what Pillow decodes and, where plain says that browsers show it as
    it is, also what is served: so no EXIF, XMP, text chunk, comment, preview,
    further frame or trailing byte ever reaches either.
    """

    kind: Kind
    clean: bytes
    width: int = 0
    height: int = 0
    profile: bytes | None = None
    orientation: int = 1
    plain: bool = True
