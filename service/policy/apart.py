"""Joins what blanks keep apart: single letters (g i r l) and scraps of words (bo y)."""

import itertools

from service.policy import disguise, morphology
from service.policy.lexicon import Lexicon
from service.policy.meaning import GERUND, NO_PART, Part, Token

_FEWEST_APART = 3
_FEWEST_LETTERS = 2  # the others may be digits: b 0 y
_LONGEST_SCRAP = 12
_MOST_SCRAPS = 4
_SPELLED = {"a", "i", "o", "и", "а", "в", "с", "к", "у", "о", "я"}
_LONG_ENOUGH = 6
_LONGEST_WORD = 16
_SMALL_ENGLISH = "a an the and or of on in at to by my our his her is with for"
_SMALL_RUSSIAN = "и а в с на по у к из от за мои"
_SMALL_WORDS = frozenset(f"{_SMALL_ENGLISH} {_SMALL_RUSSIAN}".split())


def join_letters(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read runs of three and more single letters as words: whole, by wide gaps, by small words."""
    found: list[Token] = []
    run: list[Token] = []
    for token in tokens:
        is_letter = len(token.text) == 1
        if run and not (is_letter and token.start > run[-1].end):
            found.extend(_read_run(run, lexicon))
            run = []
        if is_letter:
            run.append(token)
        else:
            found.append(token)
    return found + _read_run(run, lexicon)


def _read_run(run: list[Token], lexicon: Lexicon) -> list[Token]:
    """The run as one word, as several, or word by word where some gaps are wider."""
    if len(run) < _FEWEST_APART or sum(t.text.isalpha() for t in run) < _FEWEST_LETTERS:
        return run
    read = _read_letters(run, lexicon)
    if read:
        return read
    digits = next(i for i, token in enumerate(run) if token.text.isalpha())
    if digits:
        return [*run[:digits], *_read_run(run[digits:], lexicon)]  # «5 л е т»
    gaps = [b.start - a.end for a, b in itertools.pairwise(run)]
    narrow = min(gaps)
    words: list[list[Token]] = [[run[0]]]
    for gap, token in zip(gaps, run[1:], strict=True):
        if gap > narrow:
            words.append([])
        words[-1].append(token)
    if len(words) == 1:
        return run
    return [t for word in words for t in _read_letters(word, lexicon) or word]


def _read_letters(run: list[Token], lexicon: Lexicon) -> list[Token]:
    """One word, or a cut without rest into refused, longer and small words; else nothing."""
    whole = _joined(run, lexicon)
    if whole:
        return whole
    text = "".join(t.text for t in run)
    found: list[Token] = []
    position = 0
    while position < len(run):
        for length in range(min(_LONGEST_WORD, len(run) - position), 0, -1):
            word = text[position : position + length]
            part = _part_of(word, lexicon)
            if part is not None:
                end = run[position + length - 1].end
                found.append(Token(run[position].start, end, word, part))
                position += length
                break
        else:
            return []
    return found


def _part_of(word: str, lexicon: Lexicon) -> Part | None:
    if word in _SMALL_WORDS:
        return NO_PART
    if lexicon.is_blocked_form(word) or len(word) > _FEWEST_APART:
        return next(iter(lexicon.exact(word)), None)
    return None


def _joined(run: list[Token], lexicon: Lexicon) -> list[Token]:
    if len(run) < _FEWEST_APART:
        return []
    word = "".join(t.text for t in run)
    reading = lexicon.read(word)
    if reading == (GERUND,):
        return []
    return [Token(run[0].start, run[-1].end, word, part) for part in reading]


def join_scraps(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Join neighbours such as 'bo y' that make a refused word and no sense by themselves."""
    found: list[Token] = []
    position = 0
    while position < len(tokens):
        joined, used = _scraps_at(text, tokens, position, lexicon)
        found.append(joined)
        position += used
    return found


def _scraps_at(
    text: str, tokens: list[Token], position: int, lexicon: Lexicon
) -> tuple[Token, int]:
    first = tokens[position]
    word = first.text
    if position > 0 and len(tokens[position - 1].text) == 1:
        return first, 1
    if first.text.isalpha() and not lexicon.is_blocked_form(word):
        for used in range(2, _MOST_SCRAPS + 1):
            scraps = tokens[position : position + used]
            if len(scraps) < used or len(word) > _LONGEST_SCRAP:
                break
            last = scraps[-1]
            if not text[scraps[-2].end : last.start].isspace() or not last.text.isalpha():
                break
            word += last.text
            if lexicon.is_blocked_form(last.text):
                break
            after = tokens[position + used : position + used + 1]
            if all(len(s.text) == 1 for s in [*scraps, *after]):
                break
            if lexicon.is_blocked_form(word) and _are_scraps([s.text for s in scraps], word):
                return Token(first.start, last.end, word, lexicon.exact(word)[0]), used
    return first, 1


def _are_scraps(scraps: list[str], word: str) -> bool:
    """Whether the pieces are too odd to stand for themselves."""
    if any(
        (len(s) == 1 and s not in _SPELLED) or (len(s) > 1 and not disguise.has_vowel(s))
        for s in scraps
    ):
        return True
    if disguise.is_cyrillic(word):
        return not all(morphology.is_known_russian(s) for s in scraps)
    return len(word) >= _LONG_ENOUGH
