"""The name a client sent with a file, made fit to be shown; nothing is ever stored under it."""

import re
import unicodedata

MAX_BYTES = 255
NAMELESS = "picture"

_SEPARATORS = re.compile(r"[/\\]")
_DRIVE = re.compile(r"^[A-Za-z]:")
_SPACES = re.compile(r"\s+")
# Longer endings are words behind a full stop, not the kind of a file.
_SUFFIX = re.compile(r"\.[^\s.]{1,15}$")

# Letters of scripts written right to left order themselves; these characters
# turn the order of others, so that gpj.exe can be read as exe.jpg.
_BIDI = {*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
# Invisible, but parts of emoji and of Persian and Indic words.
_JOINERS = {"\u200c", "\u200d"}
# Controls, surrogates, private letters and invisible formatting. What Unicode has not
# assigned stays, for it may be an emoji younger than this Python.
_REFUSED = {"Cc", "Cs", "Co", "Cf"}


def clean_name(sent: str) -> str:
    """The last part of the sent name, without anything that could deceive its reader.

    It is never empty, at most 255 bytes in UTF-8, and keeps its suffix when it
    must be cut; cleaning it again changes nothing.
    """
    last = next((part for part in reversed(_parts(sent)) if part), "")
    return _cut(last) or NAMELESS


def _parts(sent: str) -> list[str]:
    """The path's parts, cleaned; those that only lead elsewhere come out empty."""
    return [_visible(part) for part in _SEPARATORS.split(sent)]


def _visible(part: str) -> str:
    kept = _SPACES.sub(" ", "".join(filter(_is_shown, _SPACES.sub(" ", part))))
    name = unicodedata.normalize("NFC", kept)
    while (shorter := _DRIVE.sub("", name.strip()).rstrip(". ")) != name:
        name = shorter
    return name if name.strip(". \u200c\u200d") else ""


def _is_shown(character: str) -> bool:
    if character in _JOINERS:
        return True
    if character in _BIDI or _is_noncharacter(ord(character)):
        return False
    return unicodedata.category(character) not in _REFUSED


def _is_noncharacter(code: int) -> bool:
    """Whether Unicode promises never to give this code a meaning."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - Unicode's own numbers


def _cut(name: str) -> str:
    """The name in at most 255 bytes, shortened before its suffix."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    found = _SUFFIX.search(name)
    suffix = found.group() if found else ""
    stem = name.removesuffix(suffix).encode()[: MAX_BYTES - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(". \u200c\u200d") + suffix
