"""Why rows and pictures of a data set are refused, beyond what a single value tells (values.py)."""

from service.ingest.dataset.values import BadValue


class WrongWidth(BadValue):
    """The row has {found} columns instead of {width}."""


class NotUtf8(BadValue):
    """The row is no valid UTF-8."""


class HoldsNul(BadValue):
    """The row holds a NUL byte."""


class UnknownPicture(BadValue):
    """There is no picture of this name in the data set."""


class ForeignQuery(BadValue):
    """Another data set uses this query id for another picture; rename one picture's file."""


class ContradictsEarlier(BadValue):
    """It contradicts line {line} of {file}, which was kept."""


class IsQuestion(BadValue):
    """This is an evaluation question: no caption, and not used for training."""


class OfAnotherPicture(BadValue):
    """The query id names another picture than the row."""


class NameTaken(BadValue):
    """The other folder has a picture of this name; rename one of them."""


class FolderInside(BadValue):
    """This is a folder; move the pictures in it up beside it."""


class NothingToOpen(BadValue):
    """This is no file, or a link to a file that is not there."""


class NameNotUtf8(BadValue):
    """The file's name is no valid UTF-8; rename it."""
