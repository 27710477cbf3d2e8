"""How people hide a word; its tables are not the gate's, so that the gate can be caught out."""

import random
import unicodedata
from collections.abc import Callable

_TO_CYRILLIC = dict(zip("aceopxyikmth", "асеорхуікмтһ", strict=True))
_TO_LATIN = dict(zip("асеорхукмтвн", "aceopxykmtbh", strict=True))
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u2063"
_MARKS = "\u0300\u0301\u0323\u0336\u0332\u0308\u20dd"
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1", "b": "8"}
_LEET_RUSSIAN = {"а": "4@", "е": "3", "о": "0", "ч": "4", "б": "6", "з": "3"}
_SEPARATORS = (" ", ".", "-", "_", "*", " . ", "/")
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_ROMAN: dict[str, str | int | None] = dict(
    zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True),
    ё="yo",
    ж="zh",
    х="kh",
    ц="ts",
    ч="ch",
    ш="sh",
    щ="shch",
    ъ="",
    ь="",
    ю="yu",
    я="ya",
)

Disguise = Callable[[str, random.Random], str]


def homoglyph(word: str, rng: random.Random) -> str:
    """One letter or more from the other alphabet."""
    table = _TO_LATIN if is_russian(word) else _TO_CYRILLIC
    places = [i for i, c in enumerate(word.lower()) if c in table]
    chosen = rng.sample(places, rng.randint(1, len(places))) if places else []
    return "".join(table[c.lower()] if i in chosen else c for i, c in enumerate(word))


def invisible(word: str, rng: random.Random) -> str:
    """Characters between the letters that nobody sees."""
    place = rng.randint(1, len(word) - 1)
    return word[:place] + rng.choice(_INVISIBLE) + word[place:]


def marks(word: str, rng: random.Random) -> str:
    """A mark over, under or through each letter."""
    mark = rng.choice(_MARKS)
    return "".join(letter + mark for letter in word)


def leet(word: str, rng: random.Random) -> str:
    """Digits and signs for letters."""
    table = _LEET_RUSSIAN if is_russian(word) else _LEET
    places = [i for i, c in enumerate(word.lower()) if c in table and 0 < i < len(word) - 1]
    chosen = rng.sample(places, rng.randint(1, len(places))) if places else []
    return "".join(rng.choice(table[c.lower()]) if i in chosen else c for i, c in enumerate(word))


def spacing(word: str, rng: random.Random) -> str:
    """The letters set apart."""
    return rng.choice(_SEPARATORS).join(word)


def stretch(word: str, rng: random.Random) -> str:
    """One vowel held."""
    places = [i for i, c in enumerate(word.lower()) if c in "aeiouyаеёиоуыэюя"]
    place = rng.choice(places)
    return word[:place] + word[place] * rng.randint(3, 6) + word[place + 1 :]


def fullwidth(word: str, rng: random.Random) -> str:
    """Full-width, mathematical or circled letters, where the alphabet has them."""
    start = rng.choice([0xFF41, 0x1D41A, 0x1D5D4 + 26, 0x24D0])
    return "".join(chr(start + ord(c) - 97) if "a" <= c <= "z" else c for c in word.lower())


def case(word: str, rng: random.Random) -> str:
    """Capitals anywhere."""
    return "".join(c.upper() if rng.random() < 0.5 else c.lower() for c in word)


def layout(word: str, rng: random.Random) -> str:
    """Typed with the keyboard switched to the other language."""
    del rng
    pair = (_CYRILLIC_KEYS, _LATIN_KEYS) if is_russian(word) else (_LATIN_KEYS, _CYRILLIC_KEYS)
    return word.lower().translate(str.maketrans(*pair))


def romanised(word: str, rng: random.Random) -> str:
    """Russian in Latin letters."""
    del rng
    return word.lower().translate(str.maketrans(_ROMAN))


def override(word: str, rng: random.Random) -> str:
    """Stored backwards under a right-to-left override."""
    del rng
    return "\u202e" + word[::-1] + "\u202c"


def decomposed(word: str, rng: random.Random) -> str:
    """й and ё as letter and mark."""
    del rng
    return unicodedata.normalize("NFD", word)


def is_russian(word: str) -> bool:
    """Whether the word is written in Cyrillic."""
    return any("а" <= c <= "я" or c == "ё" for c in word.lower())


# Those that leave every word of four letters and more recognisable.
DECORATIONS: dict[str, Disguise] = {
    "homoglyph": homoglyph,
    "invisible": invisible,
    "marks": marks,
    "leet": leet,
    "spacing": spacing,
    "stretch": stretch,
    "fullwidth": fullwidth,
    "case": case,
    "bidi": override,
    "decomposed": decomposed,
}
