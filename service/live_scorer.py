"""The published scorer of one process, which follows what is published within half a second."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.db import caption_vectors, scorers, vectors
from service.db.encoders import StoredEncoder
from service.domain import AllowedQuery, Candidate
from service.likeness import likeness
from service.scoring.captions import columns_of
from service.scoring.features import text_facts
from service.scoring.files import ArtefactBroken, TrainedScorer, unpacked
from service.scoring.port import Numbers

log = structlog.get_logger()

LOOKED_UP_SECONDS = 0.5
ROUNDING = 1e-3
# Its threads start when they are first needed, and so after a fork.
BESIDE = ThreadPoolExecutor(max_workers=8, thread_name_prefix="features")


@dataclass(frozen=True, slots=True)
class Serving:
    """The scorer that serves now, under the name that searches tell."""

    scorer_id: int
    name: str
    trained: TrainedScorer

    @property
    def cutoff(self) -> float:
        """Below it nothing is shown unless asked for."""
        return self.trained.manifest.cutoff


class Published(Protocol):
    """Whoever says which scorer an answer is made with."""

    def serving(self, conn: Connection, encoder: StoredEncoder, /) -> Serving | None:
        """The scorer for this encoder's answers; None where nothing scores."""


class LiveScorer:
    """Knows the published scorer; loading its file is done once for each that is published."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[int | None, str] = (None, "")
        self._serving: Serving | None = None
        self._good_until = float("-inf")

    def serving(self, conn: Connection, encoder: StoredEncoder) -> Serving | None:
        """The published scorer if it belongs to this encoder; a damaged one does not serve."""
        wanted = encoder.fingerprint
        if self._clock() < self._good_until and self._known[1] == wanted:
            return self._serving
        with self._lock:
            found = scorers.published_id(conn), wanted
            if found != self._known:
                self._serving = loaded(conn, found[0], encoder)
                self._known = found
            self._good_until = self._clock() + LOOKED_UP_SECONDS
            return self._serving

    def look_again(self) -> None:
        """Trust nothing that was looked up before now."""
        self._good_until = float("-inf")


@dataclass(frozen=True, slots=True)
class OneScorer:
    """Always the same one, whatever is published: for looking ahead, and for pages of before."""

    one: Serving | None

    def serving(self, _: Connection, __: StoredEncoder) -> Serving | None:
        """That one."""
        return self.one


def loaded(conn: Connection, scorer_id: int | None, encoder: StoredEncoder) -> Serving | None:
    """The scorer with that key, ready to serve; none where it belongs to another encoder."""
    stored = None if scorer_id is None else scorers.one(conn, scorer_id)
    if stored is None or stored.encoder_id != encoder.encoder_id:
        return None
    try:
        return opened(conn, stored.scorer_id, encoder.fingerprint)
    except ArtefactBroken as error:
        log.error("the published scorer does not serve", scorer=scorer_id, reason=error.message)  # noqa: TRY400 - said in its docstring
        return None


def opened(conn: Connection, scorer_id: int, encoder: str) -> Serving:
    """A stored scorer, checked against its SHA-256 and the encoder."""
    stored, data = scorers.one(conn, scorer_id), scorers.artefact(conn, scorer_id)
    if stored is None or data is None:
        raise ArtefactBroken(reason="it is gone")
    return Serving(scorer_id, stored.name, unpacked(data, sha256=stored.sha256, encoder=encoder))


@dataclass(frozen=True, slots=True)
class Example:
    """A picture that was asked with, and how alike any two pictures are.

    Candidates were found by both the picture and the text together.
    """

    vector: NDArray[np.float32]
    usual: float
    together: NDArray[np.float32]


def rescored(
    conn: Connection,
    found: Sequence[Candidate],
    query: AllowedQuery,
    vector: NDArray[np.float32],
    stored: StoredEncoder,
    scorer: Serving,
    *,
    example: Example | None = None,
    least: float = 0.0,
) -> list[Candidate]:
    """The candidates with their scores: how probably the text fits each, in one call for all.

    What was set back for an unwanted term has lost similarity, and loses as much probability.
    People judged texts, so beside an example the text alone is what the scorer judges: a picture
    to which it gives less than the least is gone, and the score lies midway (geometrically)
    between the probability and the likeness.
    """
    keys, seen = vectors.matrix(
        conn, encoder=stored, image_keys=[candidate.key for candidate in found]
    )
    (facts,) = text_facts([query.text])
    # While the database looks up what captions say, another thread works out everything else.
    features = BESIDE.submit(scorer.trained.features.candidates, seen, keys, vector, facts)
    heard = heard_by(conn, scorer, stored, query.text, vector, keys)
    told = scorer.trained.judged(features.result(), heard)
    near = seen @ (vector if example is None else example.together)
    place = {key: row for row, key in enumerate(keys)}
    # Whose vector went away between the two statements is gone.
    there = [one for one in found if one.key in place]
    rows = np.array([place[one.key] for one in there], np.intp)
    fits = told[rows] * left(np.array([one.similarity for one in there]), near[rows])
    score = fits if example is None else midway(fits, seen[rows] @ example.vector, example.usual)
    return [
        Candidate(one.key, one.similarity, one.order, round(scored, 4))
        for one, fit, scored in zip(there, fits.tolist(), score.tolist(), strict=True)
        if round(fit, 4) >= least
    ]


def midway(fits: Numbers, alike: NDArray[np.float32], usual: float) -> Numbers:
    """The geometric middle of probabilities and of how alike two pictures are."""
    near = [likeness(one, usual) for one in alike.tolist()]
    return np.sqrt(fits * near)


def heard_by(
    conn: Connection,
    scorer: Serving | None,
    stored: StoredEncoder,
    text: str,
    vector: NDArray[np.float32],
    keys: Sequence[int],
) -> NDArray[np.float32] | None:
    """What the pictures' captions say of a text, for a scorer that hears them; else None."""
    if scorer is None or not scorer.trained.hears_captions:
        return None
    found = caption_vectors.said(
        conn, encoder=stored, vector=vector, asked=text, image_keys=list(keys)
    )
    return columns_of(found, keys)


def left(similarity: Numbers, before: NDArray[np.float32]) -> Numbers:
    """The share of each similarity that is left; rounding in the database takes nothing away."""
    whole = (before <= 0) | (similarity >= before - ROUNDING)
    return np.where(whole, 1.0, np.maximum(0.0, similarity / np.where(whole, 1.0, before)))


def mapped(similarity: float) -> float:
    """A similarity as a number from 0 to 1."""
    return round(min(1.0, max(0.0, (1 + similarity) / 2)), 4)
