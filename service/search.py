"""Search: text → gate → encoder → neighbours → hits, page by page."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from service.cache import Cache
from service.candidates import CandidateLists, Cursor
from service.db import collections, encoders, images, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import AllowedQuery, Candidate, Hit, Picture, SearchPage
from service.errors import Invalid, NotFound, Unavailable
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.live_scorer import LiveScorer, Serving, rescored

LONGEST_QUERY = 1_000
MOST_RESULTS = 500
VECTOR_SECONDS = 24 * 3600


class EmptyQuery(Invalid):
    """Describe what the picture shows: the query holds no letter and no digit."""

    field = "q"


class QueryTooLong(Invalid):
    """The query has {length} characters; at most {most} are read. Shorten it."""

    field = "q"


class BadLimit(Invalid):
    """The limit must be a whole number from 1 to {most}, not {limit}."""

    field = "limit"


class BadMinScore(Invalid):
    """The minimum score must lie between 0 and 1, not {min_score}."""

    field = "min_score"


class NoSuchCollection(NotFound):
    """There is no collection named {name}."""


class NoEncoderYet(Unavailable):
    """No encoder is registered yet: a worker does so when it starts. Try again in a moment."""


class EncoderChanged(Unavailable):
    """The encoder {loaded} differs from the one whose vectors are stored ({stored}).

    Restore its files, or set GLIMPSE_ENCODER back.
    """


class TextEncoder(Protocol):
    """The text half of an encoder, as the search needs it."""

    @property
    def name(self) -> str:
        """The encoder's spec."""

    @property
    def fingerprint(self) -> str:
        """What its vectors depend on."""

    def encode_text(self, text: AllowedQuery) -> NDArray[np.float32]:
        """The unit vector of one text."""


@dataclass(frozen=True, slots=True)
class Question:
    """A search as it was asked, checked."""

    text: str
    countries: tuple[str, ...]
    limit: int
    collection: str | None
    cursor: str | None
    min_score: float | None


@dataclass(frozen=True, slots=True)
class Searching:
    """What a search needs, all of it given."""

    engine: Engine
    gate: LiveGate
    law: PictureLaw
    encoder: TextEncoder
    cache: Cache
    lists: CandidateLists
    scorer: LiveScorer


def search(work: Searching, question: Question) -> SearchPage:
    """Answer one page of a search, best first."""
    started = perf_counter()
    check(question)
    query = work.gate.allow(question.text, question.countries)
    with connection(work.engine) as conn:
        stored = serving(conn, work.encoder)
        scorer = work.scorer.serving(conn, stored)
        scope = fingerprint(question, query, stored, scorer)
        cursor = work.lists.parse(question.cursor, scope=scope)
        candidates = remembered(work, cursor)
        if candidates is None:
            candidates = after(cursor, find(work, conn, question, query, stored, scorer))
            cursor = work.lists.keep(candidates, scope=scope)
        hits, taken = fill(work, conn, candidates[cursor.offset :], question)
    reached = cursor.offset + taken
    following = (
        work.lists.serialise(cursor.moved(reached, candidates[reached - 1]))
        if reached < len(candidates)
        else None
    )
    return SearchPage(
        query=question.text,
        hits=tuple(hits),
        next_cursor=following,
        scorer=None if scorer is None else scorer.name,
        encoder=stored.spec,
        took_ms=round((perf_counter() - started) * 1000, 1),
        cutoff=threshold(question, scorer),
    )


def check(question: Question) -> None:
    """Refuse what cannot be searched, saying why."""
    if len(question.text) > LONGEST_QUERY:
        raise QueryTooLong(length=len(question.text), most=LONGEST_QUERY)
    if not any(unicodedata.category(char)[0] in "LNS" for char in question.text):
        raise EmptyQuery
    if not 1 <= question.limit <= MOST_RESULTS:
        raise BadLimit(limit=question.limit, most=MOST_RESULTS)
    if question.min_score is not None and not 0 <= question.min_score <= 1:
        raise BadMinScore(min_score=question.min_score)


def serving(conn: Connection, encoder: TextEncoder) -> StoredEncoder:
    """The encoder whose vectors are searched, which must be the one that is loaded."""
    stored = encoders.serving(conn)
    if stored is None:
        raise NoEncoderYet
    if stored.fingerprint != encoder.fingerprint:
        raise EncoderChanged(loaded=encoder.name, stored=stored.spec)
    return stored


def fingerprint(
    question: Question, query: AllowedQuery, stored: StoredEncoder, scorer: Serving | None
) -> str:
    """What a cursor belongs to: another question, policy, encoder or scorer makes it void."""
    parts = (
        query.text,
        question.countries,
        query.policy_version,
        stored.encoder_id,
        scorer and scorer.scorer_id,
        question.collection,
        question.min_score,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def remembered(work: Searching, cursor: Cursor) -> list[Candidate] | None:
    """The candidates of an earlier page, if the cursor has any and they are still kept."""
    return work.lists.load(cursor) if cursor.list_id else None


def after(cursor: Cursor, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Found anew, what comes after the last candidate that was shown."""
    if cursor.last is None:
        return list(candidates)
    last = rank(cursor.last)
    return [candidate for candidate in candidates if rank(candidate) > last]


def rank(candidate: Candidate) -> tuple[float, float, int]:
    """The order of candidates: most probable first, then nearest, ties by age."""
    return (-candidate.score, -candidate.similarity, candidate.key)


def find(
    work: Searching,
    conn: Connection,
    question: Question,
    query: AllowedQuery,
    stored: StoredEncoder,
    scorer: Serving | None,
) -> list[Candidate]:
    """The neighbours of the query that score well enough, in an order that is always the same."""
    collection_id = None
    if question.collection:
        collection_id = collections.find(conn, question.collection)
        if collection_id is None:
            raise NoSuchCollection(name=question.collection)
    vector = query_vector(work, query, stored)
    found = vectors.neighbours(
        conn,
        encoder=stored,
        vector=vector,
        limit=MOST_RESULTS,
        collection_id=collection_id,
        countries=question.countries,
    )
    scored = rescored(conn, found, query, vector, stored, scorer)
    least = threshold(question, scorer)
    return sorted((one for one in scored if least is None or one.score >= least), key=rank)


def threshold(question: Question, scorer: Serving | None) -> float | None:
    """The least score that is shown: what was asked for, else the published scorer's cutoff."""
    if question.min_score is not None:
        return question.min_score
    return None if scorer is None else scorer.cutoff


def query_vector(
    work: Searching, query: AllowedQuery, stored: StoredEncoder
) -> NDArray[np.float32]:
    """The query's vector, from the cache where it was asked before."""
    digest = hashlib.sha256(query.text.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"vector:{stored.fingerprint[:16]}:{digest}"
    kept = work.cache.get(key)
    if kept is not None and len(kept) == 4 * stored.dimension:
        return np.frombuffer(kept, dtype=np.float32)
    vector = work.encoder.encode_text(query)
    work.cache.set(key, vector.tobytes(), seconds=VECTOR_SECONDS)
    return vector


def fill(
    work: Searching, conn: Connection, candidates: Sequence[Candidate], question: Question
) -> tuple[list[Hit], int]:
    """One page of what may still be shown, and how many candidates were looked at for it."""
    hits: list[Hit] = []
    taken = 0
    while len(hits) < question.limit and taken < len(candidates):
        chunk = candidates[taken : taken + question.limit - len(hits)]
        keys = [candidate.key for candidate in chunk]
        hidden = work.law.hidden(conn, keys, question.countries)
        shown = images.pictures_by_key(conn, [key for key in keys if key not in hidden])
        taken += len(chunk)
        for candidate in chunk:
            picture = shown.get(candidate.key)
            if picture is not None:
                hits.append(hit(picture, candidate))
    return hits, taken


def hit(picture: Picture, candidate: Candidate) -> Hit:
    """A result as it is shown."""
    return Hit(
        image_id=picture.image_id,
        name=picture.name,
        collections=picture.collections,
        score=candidate.score,
        similarity=round(candidate.similarity, 4),
        width=picture.width,
        height=picture.height,
        placeholder=picture.placeholder,
        captions=picture.captions,
    )
