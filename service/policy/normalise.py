"""Undoes what hides letters from a reader of code points, and remembers where each came from.

Folding is per character, so it is linear and every folded character knows its
place in the original. Compatibility forms (full-width, mathematical, circled)
become plain letters, marks and invisible characters go, case goes, and й and ё
become и and е: on both sides, in the rules as in the text, so nothing is lost.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

# Plain English and Russian keep their length when folded, so offsets stay as they are.
_PLAIN = re.compile(r"[\x09\x0a\x20-\x7eА-Яа-яЁё«»„“”‘’—–…]*")
_PLAIN_TABLE = str.maketrans({"ё": "е", "й": "и", "’": "'", "‘": "'", "“": '"', "”": '"'})
_ESCAPED = re.compile(r"&#?\w{1,8};|(?:%[0-9A-Fa-f]{2})+")
_BIDI_OVERRIDE = re.compile("[\u202d\u202e]")
_RLO, _LRO, _PDF = "\u202e", "\u202d", "\u202c"
_DIRECTIONS = {_RLO, _LRO, "\u202a", "\u202b", "\u2066", "\u2067", "\u2068"}
_RETURNS = {_PDF, "\u2069"}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u180e")
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc"})
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REPLACED = (
    {"\n": "\n", "№": "#", "½": ".5", "¼": ".25", "¾": ".75", "⅓": ".3", "⅔": ".6"}
    | dict.fromkeys("'’‘ʼ`´′＇ʹ‛ʻ՚", "'")
    | dict.fromkeys("™℠®©", "")
)
# Letters in boxes and circles that have no compatibility form: first code point, first letter.
_BOXED = (
    (range(0x1F130, 0x1F14A), "a"),  # squared
    (range(0x1F150, 0x1F16A), "a"),  # negative circled
    (range(0x1F170, 0x1F18A), "a"),  # negative squared
    (range(0x1F1E6, 0x1F200), "a"),  # regional indicators
    (range(0x1F110, 0x1F12A), "a"),  # parenthesised capitals
    (range(0x249C, 0x24B6), "a"),  # parenthesised
    (range(0xE0041, 0xE005B), ""),  # tags are invisible
)
_DEPTH = 60  # the bidirectional algorithm itself counts no deeper


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; starts[i] is where its i-th character began in the original."""

    text: str
    starts: Sequence[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the original, marks and joiners included."""
        places = self.starts[start:end]
        low, high = min(places), max(places) + 1
        while high < len(self.original) and _is_attached(self.original[high]):
            high += 1
        return low, high


def views(text: str) -> list[Folded]:
    """The text as stored and, where overrides or escapes change it, as it is seen in the end."""
    found = [fold(text)]
    if _BIDI_OVERRIDE.search(text):
        found.append(_fold_in_order(text, _visual_order(text)))
    if _ESCAPED.search(text):
        found.append(_fold_decoded(text))
    return found


def fold(text: str) -> Folded:
    """One text, folded in its stored order."""
    if _PLAIN.fullmatch(text):
        return Folded(text.lower().translate(_PLAIN_TABLE), range(len(text)), text)
    return _fold_in_order(text, range(len(text)))


def fold_word(word: str) -> str:
    """A rule's word, folded as the texts are that it will be compared with."""
    return fold(word).text


def _fold_in_order(text: str, order: Sequence[int]) -> Folded:
    letters: list[str] = []
    starts: list[int] = []
    for place in order:
        folded = _fold_character(text[place])
        letters.append(folded)
        starts.extend([place] * len(folded))
    return Folded("".join(letters), starts, text)


def _fold_decoded(text: str) -> Folded:
    """The text with b&#111;y and b%6Fy read as boy."""
    letters: list[str] = []
    starts: list[int] = []
    place = 0
    for escape in (*_ESCAPED.finditer(text), None):
        end = escape.start() if escape else len(text)
        decoded = _decoded(escape.group()) if escape else ""
        pieces = [*((text[at], at) for at in range(place, end)), *((c, end) for c in decoded)]
        for character, at in pieces:
            folded = _fold_character(character)
            letters.append(folded)
            starts.extend([at] * len(folded))
        place = escape.end() if escape else end
    return Folded("".join(letters), starts, text)


def _decoded(escape: str) -> str:
    return html.unescape(escape) if escape.startswith("&") else unquote(escape)


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if character in _REPLACED:
        return _REPLACED[character]
    if character.isspace():
        return " "
    if _is_invisible(character):
        return ""
    boxed = _unboxed(ord(character))
    if boxed is not None:
        return boxed
    if unicodedata.numeric(character, None) is not None and not character.isalpha():
        return _number(character)
    lowered = unicodedata.normalize("NFKC", character.lower()).lower()
    parts = unicodedata.normalize("NFKD", lowered)
    return "".join(p for p in parts if unicodedata.category(p) not in _INVISIBLE)


def _number(character: str) -> str:
    """Digits of every script and circled numbers; other numeric signs stay what they are."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    value = unicodedata.numeric(character)
    return f" {int(value)} " if value >= 0 and value == int(value) else character


def _unboxed(point: int) -> str | None:
    for block, first in _BOXED:
        if point in block:
            return chr(ord(first) + point - block.start) if first else ""
    return None


def _is_invisible(character: str) -> bool:
    return (
        character in _FILLERS
        or ord(character) in _SKIN_TONES
        or unicodedata.category(character) in _INVISIBLE
    )


def _is_attached(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"} or ord(character) in _SKIN_TONES


def _visual_order(text: str) -> list[int]:
    """Places in the order in which they are seen: runs under a right-to-left override reversed."""
    order: list[int] = []
    reversed_run: list[int] = []
    stack: list[str] = []
    for place, character in enumerate(text):
        if character in _DIRECTIONS and len(stack) < _DEPTH:
            stack.append(character)
        elif character in _RETURNS and stack:
            stack.pop()
        elif character == "\n":
            stack.clear()
        elif stack and stack[-1] == _RLO:
            reversed_run.append(place)
            continue
        order.extend(reversed(reversed_run))
        reversed_run = []
        order.append(place)
    order.extend(reversed(reversed_run))
    return order
