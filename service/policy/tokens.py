"""Cuts folded text into words with their meanings, and joins what was taken apart to hide it.

Four passes, each linear: words; runs without spaces that only together make
sense; letters and scraps set apart by blanks; numbers of several words.
"""

import re
from collections.abc import Iterator

from service.policy.apart import join_letters, join_scraps
from service.policy.chunks import join_chunks
from service.policy.lexicon import Lexicon
from service.policy.meaning import NO_PART, Part, Token
from service.policy.normalise import Folded

_EMOJI = "\u2600-\u27bf\U0001f300-\U0001faff"
_SUFFIX = "st|nd|rd|th|ыи|ои|и|я|е|го|му|ю|ти|ми|х|м"
_WORD = re.compile(rf"\d+-(?:{_SUFFIX})\b|[^\W_]+(?:'[^\W_]+)*|[{_EMOJI}]")
_PIECES = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|ыи|ои|и|я|е|го|му|ю)")
_CARDINAL = re.compile(r"(\d+)(?:ти|ми|х|м)")
_AMOUNT = re.compile(r"\d{2,}[^\W\d_]+|\d(?:[^\W\d_]|ye?a?rs?(?:old)?s?)|u\d{1,2}s?")  # 14yo, u13s
_GLUE = re.compile(r"[\s'\"«»_:/&+‐-―-]{0,12}|\.-?")
_SHORT_GLUE = re.compile(_GLUE.pattern + r"|\. ")  # after an abbreviation: y. o.
_LONGEST_SHORT = 3
_HYPHENS = {"-", "‐", "‑", "–"}
_LONGEST_NUMBER = 6
_FAR = 1e9
_HUNDRED = 100


def tokenise(folded: Folded, lexicon: Lexicon) -> list[Token]:
    """The words of a text as the rules see them."""
    text = folded.text
    tokens = [t for match in _WORD.finditer(text) for t in _read_match(match, lexicon)]
    tokens = join_chunks(text, tokens, lexicon)
    tokens = join_letters(tokens, lexicon)
    tokens = join_scraps(text, tokens, lexicon)
    tokens = _join_numbers(text, tokens)
    end, before = 0, ""
    for token in tokens:
        gap = _GLUE if len(before) > _LONGEST_SHORT else _SHORT_GLUE
        token.glued = token.start < end or gap.fullmatch(text, end, token.start) is not None
        token.hyphen = text[end : token.start] in _HYPHENS
        end, before = token.end, token.text
    return tokens


def _read_match(match: re.Match[str], lexicon: Lexicon) -> Iterator[Token]:
    word, start = match.group(), match.start()
    if word.isdigit():
        yield Token(start, match.end(), word, _digits(word, lexicon))
        return
    if word.isalpha() or not any(c.isdigit() for c in word):
        yield from _meanings(word, start, lexicon)
        return
    bare = word.replace("-", "")
    counted = _ORDINAL.fullmatch(bare) or _CARDINAL.fullmatch(bare)
    if counted:
        part = _digits(counted[1], lexicon)
        if counted.re is _ORDINAL:
            part = Part(number=part.number, ordinal=part.number)
        yield Token(start, match.end(), word, part)
        return
    if not _AMOUNT.fullmatch(word) and lexicon.read(word):
        yield from _meanings(word, start, lexicon)
        return
    for piece in _PIECES.finditer(word):
        if piece.group().isdigit():
            part = _digits(piece[0], lexicon)
            yield Token(start + piece.start(), start + piece.end(), piece[0], part)
        else:
            yield from _meanings(piece.group(), start + piece.start(), lexicon)


def _meanings(word: str, start: int, lexicon: Lexicon) -> Iterator[Token]:
    for part in lexicon.read(word) or (NO_PART,):
        yield Token(start, start + len(word), word, part)


def _digits(text: str, lexicon: Lexicon) -> Part:
    part = Part(number=float(text) if len(text) <= _LONGEST_NUMBER else _FAR)
    return part | next(iter(lexicon.exact(text)), NO_PART)


def _join_numbers(text: str, tokens: list[Token]) -> list[Token]:
    """'twenty-five', «сорок два», '1 000' and '2.5' as one number each."""
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        value = _continued(before, token, text) if before else None
        if before is None or value is None:
            found.append(token)
            continue
        part = Part(number=value)
        if token.part.ordinal is not None:
            part = Part(number=value if token.part.number is not None else None, ordinal=value)
        found[-1] = Token(before.start, token.end, token.text, part)
    return found


def _continued(before: Token, token: Token, text: str) -> float | None:
    first = before.part.number
    second = token.part.ordinal if token.part.number is None else token.part.number
    gap = text[before.end : token.start]
    if first is None or second is None or len(gap) > 2:  # noqa: PLR2004
        return None
    digits = before.text.isdigit() and token.text.isdigit()
    if digits and gap in {",", ".", " ", "'"} and len(token.text) == 3 and first < 1000:  # noqa: PLR2004
        return first * 1000 + second
    if digits and gap in {",", "."} and len(token.text) <= 2:  # noqa: PLR2004
        return first + second / float(10 ** len(token.text))
    if digits or not (gap.isspace() or gap == "-"):
        return None
    tens = 20 <= first < _HUNDRED and first % 10 == 0 and 1 <= second < 10  # noqa: PLR2004
    if tens or (first >= _HUNDRED and second < first):
        return first + second
    return first * second if second >= _HUNDRED else None
