"""Why a file is refused; every sentence says what its sender can do."""

from service.errors import Invalid, TooLarge


class EmptyFile(Invalid):
    """The file is empty; send the picture itself."""


class NotAPicture(Invalid):
    """This is {seems}, not a picture; send {accepted}."""


class UnsupportedFormat(Invalid):
    """This is {seems}, which is not accepted; convert it to {accepted} and send that."""


class PictureTooLarge(TooLarge):
    """The file is larger than {limit}; save it smaller and send that."""


class TooManyPixels(TooLarge):
    """The picture has {width} × {height} pixels; at most {limit} pixels, and {side} on a side,
    are accepted: scale it down and send that."""  # noqa: D205, D209 - one sentence on two lines


class TruncatedPicture(Invalid):
    """The {format} file ends before its picture does; copy it anew and send it again."""


class DamagedPicture(Invalid):
    """The {format} file is damaged ({reason}); save it anew in a picture editor and send that."""
