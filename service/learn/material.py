"""What is learnt from, as values: pairs, texts by themselves, and where all of it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.db.encoders import StoredEncoder
from service.domain import AllowedQuery
from service.learn.own_captions import Words
from service.learn.pairs import Judged, PairVectors
from service.scoring.features import Places
from service.scoring.rows import Matrix


@dataclass(frozen=True, slots=True)
class Excluded:
    """What was not learnt from, and why."""

    pictures: int
    pairs: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by themselves: vectors, facts, and the row of the picture each belongs to, if any."""

    vectors: Matrix
    facts: Matrix
    owner: Places
    words: Words | None = None
    said: tuple[AllowedQuery, ...] = ()

    def every_other(self, start: int) -> "Texts":
        """One half of them."""
        half = slice(start, None, 2)
        words = None if self.words is None else self.words.taken(half)
        return Texts(self.vectors[half], self.facts[half], self.owner[half], words, self.said[half])


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is learnt from, and where it came from.

    own holds the towers' own vectors where the encoder is of two that were aligned on captions.
    """

    vectors: PairVectors
    judged: Judged
    pairs: tuple[tuple[int, int], ...]
    fragments: Texts
    nonsense: Texts
    excluded: Excluded
    encoder: StoredEncoder
    policy_version: int
    fingerprint: str
    # The captions as they are written, in the order of the vectors' captions.
    written: tuple[str, ...] = ()
    own: "Own | None" = None

    @property
    def measured(self) -> PairVectors:
        """What folds are cut from: vectors that have not seen what a fold holds out."""
        return self.vectors if self.own is None else self.own.vectors

    def captions(self) -> dict[str, Matrix]:
        """The captions' vectors under the encoder that serves, by what they say."""
        rows = self.vectors.texts[self.vectors.captions]
        return dict(zip(self.written, rows, strict=True))

    def without_words(self) -> "Material":
        """The same, of which captions say nothing."""
        own = self.own
        return replace(
            self,
            vectors=replace(self.vectors, words=None),
            own=None if own is None else replace(own, vectors=replace(own.vectors, words=None)),
        )


@dataclass(frozen=True, slots=True)
class Own:
    """The towers' own vectors of the same pairs and texts, for folds to align anew."""

    vectors: PairVectors
    fragments: Texts
    nonsense: Texts
