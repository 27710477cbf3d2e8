"""Reads runs without spaces as a whole: c-h-i-l-d, b@by, d*ti, ht,tyjr on another keyboard."""

import re

from service.policy import disguise
from service.policy.lexicon import Lexicon
from service.policy.meaning import GERUND, NOTHING, Reading, Token

_CHUNK = re.compile(r"\S+")
_OUTER = " \t\n\"'()[]{}<>.,:;!?…*#/\\|-–—_~«»„+=&"
_INNER = re.compile(r"[^\w\s]|_")
_SYMBOLS = re.compile(r"[@$!|+(<{#*€¢§¡×†¥£ß]")


def join_chunks(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Replace the words of a run without spaces where the run as a whole says something."""
    found: list[Token] = []
    position = 0
    for chunk in _CHUNK.finditer(text):
        inside: list[Token] = []
        while position < len(tokens) and tokens[position].start < chunk.end():
            inside.append(tokens[position])
            position += 1
        joined = _read_chunk(chunk, inside, lexicon) if _INNER.search(chunk.group()) else []
        found.extend(joined or inside)
    return found


def _read_chunk(chunk: re.Match[str], inside: list[Token], lexicon: Lexicon) -> list[Token]:
    if any(lexicon.is_blocked_form(t.text) for t in inside):
        return []
    whole = chunk.group()
    core = whole.strip(_OUTER)
    start = chunk.start() + whole.find(core)
    reading = _read_core(core, len(inside), lexicon) or _read_typed(whole, core, lexicon)
    return [Token(start, start + len(core), core, part) for part in reading]


def _read_core(core: str, words: int, lexicon: Lexicon) -> Reading:
    """b@by and ch!ld by their looks, d*ti by its gaps, m.a.l.y.s.h by its letters."""
    candidates = disguise.starred(core)
    if _SYMBOLS.search(core):
        candidates.append(core)
    found = [lexicon.read(candidate) for candidate in candidates]
    letters = _INNER.sub("", core)
    if words > 1 and not any(c.isdigit() for c in letters):
        found.append(lexicon.exact(letters) or lexicon.read_disguised(letters))
    return next((reading for reading in found if reading and reading != (GERUND,)), NOTHING)


def _read_typed(whole: str, core: str, lexicon: Lexicon) -> Reading:
    """What the keys give in the other layout, where commas and brackets are letters too."""
    for typed in dict.fromkeys((whole, whole.rstrip(".,!?;:"), core)):
        other = disguise.other_layout(typed)
        if disguise.is_cyrillic(other) and lexicon.is_blocked_form(other):
            return lexicon.exact(other)
    return NOTHING
