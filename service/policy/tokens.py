"""Cuts folded text into words with their meanings, and joins what was taken apart to hide it.

Four passes, each linear: words; runs without spaces that only together make
sense (c-h-i-l-d, b@by, ht,tyjr); letters and scraps set apart by spaces
(g i r l, bo y); numbers of several words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.policy import disguise, morphology
from service.policy.lexicon import Lexicon, Part
from service.policy.normalise import Folded

_EMOJI = "\u2600-\u27bf\U0001f300-\U0001faff"
_WORD = re.compile(rf"[^\W_]+(?:'[^\W_]+)*'?|[{_EMOJI}]")
_CHUNK = re.compile(r"\S+")
_PIECES = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*'?")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|ыи|ои|и|я|е|го|му|ю)")
_CARDINAL = re.compile(r"(\d+)(?:ти|ми|х|м)")
_AMOUNT = re.compile(r"\d{2,}[^\W\d_]+|\d[^\W\d_]")
_GLUE = re.compile(r"[\s'\"«»_:/&+‐-―-]{0,12}|\.-?")
_OUTER = " \t\n\"'()[]{}<>.,:;!?…*#/\\|-–—_~«»„+=&"
_INNER = re.compile(r"[^\w\s]|_")
_SYMBOLS = re.compile(r"[@$!|+(<{#*€¢§¡×†¥£ß]")
_HYPHENS = {"-", "‐", "‑", "–"}
_LONGEST_NUMBER = 6
_FAR = 1e9
_FEWEST_APART = 3
_LONGEST_SCRAP = 12
_MOST_SCRAPS = 4
_SPELLED = {"a", "i", "o", "и", "а", "в", "с", "к", "у", "о", "я"}
_LONG_ENOUGH = 6
_HUNDRED = 100
_SMALL_WORDS = frozenset(
    "a an the and or of on in at to by my our his her is with for и а в с на по у к из от за мои".split()
)
_LONGEST_WORD = 16


@dataclass(slots=True)
class Token:
    """A word with its meaning; start and end count in the folded text.

    glued tells that only blanks and hyphens part it from the word before, hyphen that one does.
    """

    start: int
    end: int
    text: str
    part: Part
    glued: bool = False
    hyphen: bool = False


_NO_PART = Part()


def tokenise(folded: Folded, lexicon: Lexicon) -> list[Token]:
    """The words of a text as the rules see them."""
    text = folded.text
    tokens = [t for match in _WORD.finditer(text) for t in _read_match(match, lexicon)]
    tokens = _join_chunks(text, tokens, lexicon)
    tokens = _join_letters(tokens, lexicon)
    tokens = _join_scraps(text, tokens, lexicon)
    tokens = _join_numbers(text, tokens)
    end = 0
    for token in tokens:
        token.glued = token.start < end or _GLUE.fullmatch(text, end, token.start) is not None
        token.hyphen = text[end : token.start] in _HYPHENS
        end = token.end
    return tokens


def _read_match(match: re.Match[str], lexicon: Lexicon) -> Iterator[Token]:
    word, start = match.group(), match.start()
    if word.isdigit():
        yield Token(start, match.end(), word, _digits(word, lexicon))
        return
    if word.isalpha() or not any(c.isdigit() for c in word):
        yield from _meanings(word, start, lexicon)
        return
    counted = _ORDINAL.fullmatch(word) or _CARDINAL.fullmatch(word)
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
    for part in lexicon.read(word) or (_NO_PART,):
        yield Token(start, start + len(word), word, part)


def _digits(text: str, lexicon: Lexicon) -> Part:
    part = Part(number=float(text) if len(text) <= _LONGEST_NUMBER else _FAR)
    return part | next(iter(lexicon.exact(text)), _NO_PART)


def _join_chunks(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Replace the words of a run without spaces where the run as a whole says something."""
    found: list[Token] = []
    position = 0
    for chunk in _CHUNK.finditer(text):
        inside: list[Token] = []
        while position < len(tokens) and tokens[position].start < chunk.end():
            inside.append(tokens[position])
            position += 1
        joined = _read_chunk(chunk, inside, lexicon) if _INNER.search(chunk.group()) else None
        found.extend([joined] if joined else inside)
    return found


def _read_chunk(chunk: re.Match[str], inside: list[Token], lexicon: Lexicon) -> Token | None:
    if any(lexicon.is_blocked_form(t.text) for t in inside):
        return None
    whole = chunk.group()
    core = whole.strip(_OUTER)
    start = chunk.start() + whole.find(core)
    part = _read_core(core, len(inside), lexicon) or _read_typed(whole, core, lexicon)
    return Token(start, start + len(core), core, part) if part else None


def _read_core(core: str, words: int, lexicon: Lexicon) -> Part | None:
    """b@by and ch!ld by their looks, d*ti by its gaps, m.a.l.y.s.h by its letters."""
    candidates = disguise.starred(core)
    if _SYMBOLS.search(core):
        candidates.append(core)
    found = [lexicon.read(candidate) for candidate in candidates]
    letters = _INNER.sub("", core)
    if words > 1 and not any(c.isdigit() for c in letters):
        found.append(lexicon.exact(letters) or lexicon.read_disguised(letters))
    for reading in found:
        if len(reading) == 1 and reading[0].labels != {"<ing>"}:
            return reading[0]
    return None


def _read_typed(whole: str, core: str, lexicon: Lexicon) -> Part | None:
    """What the keys give in the other layout, where commas and brackets are letters too."""
    for typed in dict.fromkeys((whole, whole.rstrip(".,!?;:"), core)):
        other = disguise.other_layout(typed)
        if disguise.is_cyrillic(other) and lexicon.is_blocked_form(other):
            return lexicon.exact(other)[0]
    return None


def _join_letters(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read runs of three and more single letters as words: whole, by wide gaps, by small words."""
    found: list[Token] = []
    run: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and len(token.text) == 1:
            run.append(token)
            continue
        if len(run) >= _FEWEST_APART and sum(t.text.isalpha() for t in run) > 1:
            found.extend(_read_run(run, lexicon))
        else:
            found.extend(run)
        run = []
        if token is not None:
            found.append(token)
    return found


def _read_run(run: list[Token], lexicon: Lexicon) -> list[Token]:
    """The run as one word, as several, or word by word where some gaps are wider."""
    read = _read_letters(run, lexicon)
    if read:
        return read
    gaps = [b.start - a.end for a, b in zip(run, run[1:], strict=False)]
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
        return [whole]
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
        return _NO_PART
    if lexicon.is_blocked_form(word) or len(word) > _FEWEST_APART:
        return next(iter(lexicon.exact(word)), None)
    return None


def _joined(run: list[Token], lexicon: Lexicon) -> Token | None:
    if len(run) < _FEWEST_APART:
        return None
    word = "".join(t.text for t in run)
    reading = lexicon.read(word)
    if not reading or reading[0].labels == {"<ing>"}:
        return None
    return Token(run[0].start, run[-1].end, word, reading[0])


def _join_scraps(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Token]:
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
            part = Part(number=token.part.number and value, ordinal=value)
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
        return first + second / 10 ** len(token.text)
    if digits or not (gap.isspace() or gap == "-"):
        return None
    tens = 20 <= first < _HUNDRED and first % 10 == 0 and 1 <= second < 10  # noqa: PLR2004
    if tens or (first >= _HUNDRED and second < first):
        return first + second
    return first * second if second >= _HUNDRED else None
