"""Captions as evidence in training: what a picture's others say, with the judged text taken out."""

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from service.scoring.captions import Heard
from service.scoring.features import Places
from service.scoring.port import Numbers
from service.scoring.rows import Matrix

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

WORD = re.compile(r"\w+")
# Words are told apart by this many places; two that share one are hardly ever met together.
PLACES_OF_WORDS = 1 << 22
TOGETHER = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Of each text: which words it holds, and a number that texts which say the same share."""

    holding: "csr_matrix"
    saying: NDArray[np.int64]

    def taken(self, rows: "Places | slice | list[int]") -> "Words":
        """Those of some texts."""
        return Words(self.holding[rows], self.saying[rows])

    def joined(self, more: "Words") -> "Words":
        """Those of these texts, and of more after them."""
        from scipy.sparse import csr_matrix, vstack

        held = csr_matrix(vstack([self.holding, more.holding]))
        return Words(held, np.concatenate([self.saying, more.saying]))

    def shares(self, rows: Places, other: "Words", others: Places) -> NDArray[np.float64]:
        """Of each of these texts, the share of its words that the other one holds."""
        sizes = np.diff(self.holding.indptr)
        found = np.zeros(len(rows))
        for at in range(0, len(rows), TOGETHER):
            here = slice(at, at + TOGETHER)
            both = self.holding[rows[here]].multiply(other.holding[others[here]])
            found[here] = np.asarray(both.sum(axis=1)).ravel()
        shares: Numbers = found / np.maximum(sizes[rows], 1)
        return shares


def words_of(lexemes: Sequence[Sequence[str]], saying: Sequence[str]) -> Words:
    """The words of texts, and of each the text that it says again (often itself)."""
    from scipy.sparse import csr_matrix

    starts = np.cumsum([0, *(len(one) for one in lexemes)])
    places = [place_of(word) for one in lexemes for word in one]
    held = csr_matrix(
        (np.ones(len(places), np.float32), np.array(places, np.int64), starts),
        shape=(len(lexemes), PLACES_OF_WORDS),
    )
    # Rows in order are multiplied word by word; others, by way of a row of every possible place.
    held.sum_duplicates()
    held.data[:] = 1
    return Words(held, np.array([number_of(text) for text in saying], np.int64))


def place_of(word: str) -> int:
    """Where a word is kept."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) % PLACES_OF_WORDS


def number_of(text: str) -> int:
    """Texts that differ in capitals and stops only have the same."""
    folded = " ".join(WORD.findall(text.casefold()))
    return int.from_bytes(hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()[:7])


@dataclass(frozen=True, slots=True, eq=False)
class Captioned:
    """The captions of pictures, picture by picture: vectors, words, and where each one's begin."""

    vectors: Matrix
    words: Words
    starts: Places

    def heard(self, said: Matrix, words: Words, picture: Places, text: Places) -> Heard:
        """What they say of texts, with those taken out that say the same as the text."""
        pair, caption = self.beside(picture)
        foreign = self.words.saying[caption] != words.saying[text[pair]]
        pair, caption = pair[foreign], caption[foreign]
        near = np.einsum("ij,ij->i", said[text[pair]], self.vectors[caption]).astype(np.float64)
        count = np.bincount(pair, minlength=len(picture))
        return Heard(
            best=highest(near, pair, len(picture)),
            mean=np.bincount(pair, near, minlength=len(picture)) / np.maximum(count, 1),
            words=highest(
                words.shares(text[pair], self.words, caption), pair, len(picture)
            ),
            captions=count,
        )  # fmt: skip

    def beside(self, picture: Places) -> tuple[Places, Places]:
        """Each pair with each caption of its picture: the pair's number and the caption's row."""
        counts = self.starts[picture + 1] - self.starts[picture]
        pair = np.repeat(np.arange(len(picture)), counts)
        first = np.repeat(self.starts[picture] - np.cumsum(counts) + counts, counts)
        return pair, first + np.arange(len(pair))


def captioned(
    vectors: Matrix, words: Words, captions: Places, owner: Places, pictures: int
) -> Captioned:
    """The captions brought into the order of their pictures."""
    order = captions[np.argsort(owner, kind="stable")]
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=pictures))])
    return Captioned(vectors[order], words.taken(order), starts.astype(np.intp))


def highest(values: NDArray[np.float64], pair: Places, pairs: int) -> NDArray[np.float64]:
    """The highest value of each pair; zero where there is none."""
    found = np.full(pairs, -np.inf)
    np.maximum.at(found, pair, values)
    return np.where(np.isfinite(found), found, 0.0)
