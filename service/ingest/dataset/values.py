"""One value of a row at a time: what it must look like, and why it is refused."""

import hashlib
import re
import unicodedata

from service.errors import Invalid

MAX_TEXT = 5_000
MAX_NAME = 255
MAX_COUNT = 1_000_000
GRADES = {"1": 1, "2": 2, "3": 3, "4": 4}

_QUERY_ID = re.compile(r"[^#/\\\x00-\x1f][^/\\\x00-\x1f]*#[0-9]{1,4}")
_SHARE = re.compile(r"\+?(?:[0-9]+(?:[.,]([0-9]*))?|[.,]([0-9]+))(?:[eE][-+]?[0-9]+)?")
# Integers that went through a table with gaps come back as 3.0.
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?")


class BadValue(Invalid):
    """This value cannot be used."""


class NothingHere(BadValue):
    """Nothing is written here."""


class NameTooLong(BadValue):
    """A file name has at most 255 bytes."""


class MalformedQueryId(BadValue):
    """A query id is written <image file>#<number>."""


class TextTooLong(BadValue):
    """A text has at most 5,000 characters."""


class NotAGrade(BadValue):
    """A grade is 1, 2, 3 or 4."""


class NotAShare(BadValue):
    """The share of yes is a number from 0 to 1."""


class NotACount(BadValue):
    """A count of votes is a whole number from 0 to 1,000,000."""


class NoVotes(BadValue):
    """Nobody voted: both counts are 0."""


class ShareContradictsCounts(BadValue):
    """The share contradicts its counts: {yes} of {votes} is {share}."""


def image_name(value: str) -> str:
    """A picture's file name, written the one way in which names are compared."""
    name = value.strip()
    if not name:
        raise NothingHere
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    if len(name.encode()) > MAX_NAME:
        raise NameTooLong
    return name


def query_id(value: str) -> str:
    """<image file>#<number>."""
    name = value.strip()
    if not _QUERY_ID.fullmatch(name) or len(name) > MAX_NAME:
        raise MalformedQueryId
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def query_id_of(text: str) -> str:
    """The id of a text whose file gives it none: the same text always gets the same one."""
    return f"text-{hashlib.sha256(text.encode()).hexdigest()[:16]}#0"


def query_text(value: str) -> str | None:
    """A text, or None where it is not known."""
    text = value.strip()
    if len(text) > MAX_TEXT:
        raise TextTooLong
    return text or None


def required_text(value: str) -> str:
    """A text that must be there."""
    text = query_text(value)
    if text is None:
        raise NothingHere
    return text


def grade(value: str) -> int:
    """1, 2, 3 or 4."""
    found = GRADES.get(value) or GRADES.get(str(whole(value)))
    if found is None:
        raise NotAGrade
    return found


def whole(value: str) -> int | None:
    """A whole number, or None."""
    found = _WHOLE.fullmatch(value.strip())
    return int(found.group(1)) if found else None


def count(value: str) -> int:
    """A number of votes."""
    found = whole(value)
    if found is None or found > MAX_COUNT:
        raise NotACount
    return found


def share(value: str) -> float:
    """A number from 0 to 1; a decimal comma is read too."""
    written = value.strip()
    found = float(written.replace(",", ".")) if _SHARE.fullmatch(written) else -1.0
    if not 0 <= found <= 1:
        raise NotAShare
    return found


def votes(written_share: str, yes: int, no: int) -> tuple[int, int]:
    """Counts that fit the share beside them, as exactly as the share is written."""
    told = share(written_share)
    if yes + no == 0:
        raise NoVotes
    counted = yes / (yes + no)
    if abs(told - counted) > rounding(written_share.strip()):
        raise ShareContradictsCounts(yes=yes, votes=yes + no, share=f"{counted:.3g}")
    return yes, no


def rounding(written: str) -> float:
    """How far a rounded share may be from the exact one: half a unit of its last place."""
    found = _SHARE.fullmatch(written)
    digits = len((found.group(1) or found.group(2) or "") if found else "")
    scientific = "e" in written.lower()
    return 1e-6 if scientific or digits == 0 or digits > 6 else 0.5001 * 10.0**-digits  # noqa: PLR2004
