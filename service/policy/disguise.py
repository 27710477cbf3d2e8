"""Other ways to read a folded word: look-alike letters, leet, stretching, keyboards, romanisation.

Each reading is one pass over the word, so a word of any length costs linear time.
"""

import itertools
import re
from functools import cache
from importlib import resources

_RUN = re.compile(r"(.)\1+")
_LATIN_WORD = re.compile(r"[a-z]+")
_CYRILLIC_WORD = re.compile(r"[а-я]+")
_TWO_FOR_ONE = re.compile("b[li1|!]|ь[li1|!ӏі]")
_ALL_TWINS = re.compile("[abcehkmoptxy]+")
_TWINS = str.maketrans("abcehkmoptxy", "авсенкмортху")
_VOWELS = "aeiouyаеиоуыэюя"

_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}:\"<>~"
_CYRILLIC_KEYS = "ицукенгшщзхъфывапролджэячсмитьбюехъжэбюе"
_TO_CYRILLIC_KEYS = str.maketrans(_LATIN_KEYS, _CYRILLIC_KEYS)
_TO_LATIN_KEYS = str.maketrans("цукенгшщзхъфывапролджэячсмитьбю", "wertyuiop[]asdfghjkl;'zxcvbnm,.")

# Russian letters as most people write them in Latin; romanised() then levels the schemes.
_PHONETIC_TABLE = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
    | {"х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ж": "zh"}
    | {"ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)
_SPELLINGS = (
    ("дж", ("dzh", "dg", "j")),
    ("ж", ("zh", "j")),
    ("ц", ("ts", "c")),
    ("ё", ("e", "yo", "o")),
)
_INNER_SPELLINGS = (("ю", ("yu", "u")), ("я", ("ya", "a")))
_MOST_SPELLINGS = 24
_SHORTEST_KEY = 5  # shorter keys would meet English words: 'ditto', «дитё»
# Levelled in this order: ш and щ become 6, ч becomes 4 (as in chats), y and j become i.
_SCHEMES = (
    ("'", ""),
    ("w", "v"),
    ("shch", "6"),
    ("schtsch", "6"),
    ("tsch", "4"),
    ("tch", "4"),
    ("sch", "6"),
    ("sh", "6"),
    ("ch", "4"),
    ("kh", "h"),
    ("tz", "ts"),
    ("cz", "ts"),
    ("x", "h"),
    ("ye", "e"),
    ("je", "e"),
    ("y", "i"),
    ("j", "i"),
    ("zh", "j"),
    ("ii", "i"),
    ("1", "i"),
    ("3", "e"),
    ("0", "o"),
    ("9", "ia"),
)


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """The Latin and the Cyrillic letters that a sign may stand for, likeliest first."""
    latin: dict[str, str] = {}
    cyrillic: dict[str, str] = {}
    source = resources.files("service.policy").joinpath("data/lookalikes.tsv")
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, letter, signs = line.split("\t")
        table = latin if name == "latin" else cyrillic
        for sign in signs:
            table[sign] = table.get(sign, "") + letter
    for sign, letters in latin.items():
        if not "а" <= sign <= "я" and letters[0] in cyrillic:
            cyrillic.setdefault(sign, cyrillic[letters[0]])
    return latin, cyrillic


def is_latin(word: str) -> bool:
    """Whether the word is plain English letters only."""
    return _LATIN_WORD.fullmatch(word) is not None


def is_cyrillic(word: str) -> bool:
    """Whether the word is plain Russian letters only."""
    return _CYRILLIC_WORD.fullmatch(word) is not None


def looks(word: str) -> list[str]:
    """What a word of mixed letters and signs looks and sounds like, in either alphabet."""
    latin, cyrillic = _tables()
    read = _spelled_out(word, latin)
    read += _spelled_out(word if word.isascii() else _TWO_FOR_ONE.sub("ы", word), cyrillic)
    read.append(word.translate(_PHONETIC_TABLE))
    meant = [r for r in dict.fromkeys(read) if is_latin(r) or is_cyrillic(r)]
    if sum("а" <= letter <= "я" for letter in word) > len(word) // 2:
        meant.sort(key=is_latin)  # a word of mostly Russian letters is a Russian word
    return meant


def _spelled_out(word: str, table: dict[str, str]) -> list[str]:
    """Every spelling while they are few; with many, the first and the last letters of each."""
    choices = [table.get(sign, sign) for sign in word]
    ways = 1
    for letters in choices:
        ways *= len(letters)
        if ways > _MOST_SPELLINGS:
            return ["".join(c[0] for c in choices), "".join(c[-1] for c in choices)]
    return ["".join(letters) for letters in itertools.product(*choices)]


def twin(word: str) -> str:
    """A Latin word whose every letter has a Cyrillic twin, in Cyrillic: 'bhyk', «внук»."""
    return word.translate(_TWINS) if _ALL_TWINS.fullmatch(word) else ""


def levelled(word: str) -> str:
    """The word with l and i as one letter, since 1, ! and | stand for both."""
    return word.replace("l", "i")


def collapsed(word: str) -> str:
    """The word with every run of one letter cut to one."""
    return _RUN.sub(r"\1", word)


def is_stretched(word: str) -> bool:
    """Whether any letter stands twice or more in a row."""
    return _RUN.search(word) is not None


def is_stretch_of(word: str, form: str) -> bool:
    """Whether word is form with letters held longer; both collapse to the same letters.

    Short words need three in a row: 'toot' is no 'tot' and 'soon' is no 'son'.
    """
    runs = [len(m.group()) for m in re.finditer(r"(.)\1*", word)]
    wanted = [len(m.group()) for m in re.finditer(r"(.)\1*", form)]
    if len(runs) != len(wanted) or any(r < w for r, w in zip(runs, wanted, strict=True)):
        return False
    longest = 3 if len(form) < 6 else 2  # noqa: PLR2004
    return any(r > w and r >= longest for r, w in zip(runs, wanted, strict=True))


def romanised(word: str) -> str:
    """A Latin word on the ground where all common romanisations of Russian meet."""
    key = word
    for written, levelled_to in _SCHEMES:
        key = key.replace(written, levelled_to)
    return key if len(key) >= _SHORTEST_KEY else word


def romanisations(form: str) -> set[str]:
    """The keys under which romanised() finds a Russian form; it is given unfolded.

    Short words count in their plainest spelling only.
    """
    plain = {form.translate(_PHONETIC_TABLE), form.replace("ё", "yo").translate(_PHONETIC_TABLE)}
    spelled = {form}
    for letter, ways in _SPELLINGS:
        spelled = {s.replace(letter, way) for s in spelled for way in ways}
    for letter, ways in _INNER_SPELLINGS:
        spelled = {s[0] + s[1:].replace(letter, way) for s in spelled for way in ways}
    written = {s.translate(_PHONETIC_TABLE) for s in spelled}
    written |= {collapsed(w) for w in written}
    keys = {romanised(w) for w in written}
    return {k for k in keys if len(k) >= _SHORTEST_KEY} | {p for p in plain if len(p) == 4}  # noqa: PLR2004


def other_layout(word: str) -> str:
    """What the same keys give with the keyboard switched to the other language."""
    if any("а" <= letter <= "я" for letter in word):
        return word.translate(_TO_LATIN_KEYS)
    return word.translate(_TO_CYRILLIC_KEYS)


def has_vowel(word: str) -> bool:
    """Whether the word could be spoken at all."""
    return any(letter in _VOWELS for letter in word)


def starred(word: str) -> list[str]:
    """The words meant by 'b*y' or 'д*ти': each star a vowel, two stars at most."""
    if not 1 <= word.count("*") <= 2:  # noqa: PLR2004
        return []
    vowels = "аеиоуыюя" if any("а" <= c <= "я" for c in word) else "aeiouy"
    filled = [word]
    while "*" in filled[0]:
        filled = [f.replace("*", v, 1) for f in filled for v in vowels]
    return filled
