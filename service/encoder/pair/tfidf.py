"""A text tower that counts: words and parts of words, by how rare they are, in few directions.

It has no network to download and knows only what the captions taught it; parts of words let it
see that a Russian word's forms belong together.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

from service.domain import AllowedQuery
from service.encoder.pair.spec import TfIdfSpec, written
from service.encoder.port import Vectors
from service.errors import Invalid

RECIPE = 1
TERMS, NUMBERS = "text.json", "text.safetensors"
WORD = re.compile(r"[^\W_]+")
PARTS = (3, 4, 5)
LONGEST_WORD, MOST_WORDS = 40, 300
FEWEST_TEXTS = 2
# So many texts or terms are taken apart as a whole; of squares, this share is nothing but rounding.
FEW, NOTHING = 600, 1e-10


class TooFewTexts(Invalid):
    """There are too few texts to learn words from ({texts}). Import captions first."""


class TfIdfBroken(Invalid):
    """The words in {path} cannot be used: {reason}. Make the pair again."""


class TfIdf:
    """The tower: its terms, how rare each is, and the directions they are brought down to."""

    def __init__(
        self, spec: str, terms: Sequence[str], rarity: Vectors, directions: Vectors
    ) -> None:
        self.spec = spec
        self.terms = tuple(terms)
        self.rarity = rarity
        self.directions = directions
        self._places = {term: at for at, term in enumerate(self.terms)}

    @property
    def width(self) -> int:
        """How many directions it has."""
        return int(self.directions.shape[1])

    @property
    def fingerprint(self) -> str:
        """The recipe, the terms and all numbers."""
        facts = json.dumps([RECIPE, self.spec, self.terms], ensure_ascii=False)
        numbers = self.rarity.tobytes() + self.directions.tobytes()
        return hashlib.sha256(facts.encode() + numbers).hexdigest()

    def encode(self, texts: Sequence[AllowedQuery]) -> Vectors:
        """One vector of length one for each text; of zeros where it knows no word."""
        counted = rows((terms_of(each.text) for each in texts), self._places, self.rarity)
        found = np.asarray(counted @ self.directions, np.float32).reshape(len(texts), self.width)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        scaled: Vectors = np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0)
        return scaled

    def save(self, folder: Path) -> None:
        """Write its two files."""
        facts = {"recipe": RECIPE, "spec": self.spec, "terms": self.terms}
        (folder / TERMS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        numbers = {"rarity": self.rarity, "directions": np.ascontiguousarray(self.directions)}
        save_file(numbers, folder / NUMBERS)


def load_tfidf(folder: Path) -> TfIdf:
    """The tower that save() wrote."""
    try:
        facts = json.loads((folder / TERMS).read_text(encoding="utf-8"))
        numbers = load_file(folder / NUMBERS)
        found = TfIdf(facts["spec"], facts["terms"], numbers["rarity"], numbers["directions"])
    except (OSError, ValueError, LookupError, TypeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:160]
        raise TfIdfBroken(path=folder, reason=reason) from error
    if not len(found.terms) == len(found.rarity) == len(found.directions):
        raise TfIdfBroken(path=folder, reason="terms and numbers are not equally many")
    return found


def fit_tfidf(texts: Sequence[AllowedQuery], spec: TfIdfSpec) -> TfIdf:
    """Learn the terms, their rarity and the directions in which these texts differ most."""
    told = [terms_of(each.text) for each in texts]
    holding = Counter(term for terms in told for term in terms)
    common = [term for term, count in holding.most_common() if count >= FEWEST_TEXTS]
    terms = sorted(common[: spec.words])
    width = min(spec.width, len(terms) - 1, len(texts) - 1)
    if width < 1:
        raise TooFewTexts(texts=len(texts))
    rarity = np.array([1 + np.log((1 + len(texts)) / (1 + holding[term])) for term in terms])
    places = {term: at for at, term in enumerate(terms)}
    counted = rows(told, places, rarity)
    directions = leading(counted, width)
    # Of two opposite directions either would do; one is chosen, so that it is always the same. Its
    # largest number would not tell: where two are equal the last bit decided, which is chance.
    signs = np.sign(np.random.default_rng(0).standard_normal(len(terms)) @ directions)
    settled = np.ascontiguousarray(directions * signs, np.float32)
    return TfIdf(written(spec), terms, rarity.astype(np.float32), settled)


def leading(counted: csr_matrix, width: int) -> NDArray[np.float64]:
    """The directions in which rows vary most, in columns.

    Few texts often span fewer directions than are asked for; those that nothing lies in are zeros.
    There the quick way would go on from numbers that it draws anew in each call, and not give the
    same bits twice.
    """
    fewest = min(counted.shape)
    if fewest > FEW:
        start = np.ones(fewest) / np.sqrt(fewest)
        found: NDArray[np.float64] = svds(counted, k=width, v0=start, rng=0)[2].T
        return found
    across = counted.shape[0] == fewest
    products = counted @ counted.T if across else counted.T @ counted
    squares, turned = np.linalg.eigh(products.toarray())
    squares, turned = squares[-width:], turned[:, -width:]
    there = squares > NOTHING * squares[-1]
    scale = there / np.sqrt(np.where(there, squares, 1)) if across else there
    directions: NDArray[np.float64] = (counted.T @ turned if across else turned) * scale
    return directions


def terms_of(text: str) -> Counter[str]:
    """The words of a text, and the parts of each with its ends marked."""
    words = WORD.findall(text.lower().replace("ё", "е"))[:MOST_WORDS]
    return Counter(term for word in words for term in parts(word[:LONGEST_WORD]))


def parts(word: str) -> Iterator[str]:
    """A word, and its runs of three to five letters."""
    yield word
    marked = f"<{word}>"
    for length in PARTS:
        for at in range(len(marked) - length + 1):
            yield marked[at : at + length]


def rows(
    told: Iterable[Counter[str]], places: dict[str, int], rarity: NDArray[np.floating]
) -> csr_matrix:
    """One sparse row of length one for each text: how often, tamed by a logarithm, by rarity."""
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for terms in told:
        known = [(places[term], count) for term, count in terms.items() if term in places]
        row = np.array([(1 + np.log(count)) * rarity[at] for at, count in known])
        values.extend(row / (np.linalg.norm(row) or 1))
        columns.extend(at for at, _ in known)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(places)))
