"""Short queries made from captions: some that still say something, and some that say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SHORTEST = 4
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Fragment:
    """A few words of one text, by the text's place."""

    source: int
    text: str


def fragments(texts: Sequence[str], count: int, *, seed: int) -> list[Fragment]:
    """So many handfuls of words that stand together in a text, as a person's query may be.

    Each holds at least one longer word. Equal texts and seeds give equal fragments.
    """
    if not texts:
        return []
    rng = np.random.default_rng(seed)
    made = [cut(number, texts[number], rng) for number in rng.integers(len(texts), size=count)]
    return [one for one in made if any(len(word) >= SHORTEST for word in one.text.split())]


def cut(source: int, text: str, rng: np.random.Generator) -> Fragment:
    """One handful."""
    words = text.rstrip(" .!?").split() or [text]
    length = min(len(words), int(rng.integers(1, MOST_WORDS + 1)))
    start = int(rng.integers(len(words) - length + 1))
    return Fragment(int(source), " ".join(words[start : start + length]))


def nonsense(found: Sequence[Fragment], *, seed: int) -> list[str]:
    """Each fragment with its longer words spoiled: letters shuffled, or halves of two words.

    Short words stay, so that what is left looks like a query of the same language and length.
    """
    rng = np.random.default_rng(seed)
    return [
        " ".join(
            word if len(word) < SHORTEST else spoiled(word, found, rng) for word in one.text.split()
        )
        for one in found
    ]


def spoiled(word: str, found: Sequence[Fragment], rng: np.random.Generator) -> str:
    """The word with its letters in another order, or the halves of two words crossed."""
    if rng.random() < 0.5:  # noqa: PLR2004 - half of them
        return "".join(word[place] for place in rng.permutation(len(word)))
    other = found[int(rng.integers(len(found)))].text.split()[0]
    return word[len(word) // 2 :] + other[: (len(other) + 1) // 2]
