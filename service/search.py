"""Search: text → gate → encoder → neighbours → hits, page by page."""

import hashlib
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from service.at_work import AtWork, Chosen
from service.cache import Cache
from service.candidates import BadCursor, CandidateLists, Cursor
from service.db import collections, encoders, images, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import AllowedQuery, Candidate, Hit, Picture, SearchPage
from service.errors import Invalid, NotFound
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate

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
    at_work: AtWork
    cache: Cache
    lists: CandidateLists


def search(work: Searching, question: Question) -> SearchPage:
    """Answer one page of a search, best first."""
    started = perf_counter()
    check(question)
    query = work.gate.allow(question.text, question.countries)
    with connection(work.engine) as conn:
        chosen, cursor = begin(work, conn, question, query)
        candidates = remembered(work, cursor)
        if candidates is None:
            chosen, found = find_under(work, conn, question, query, chosen)
            candidates = after(cursor, found)
            scope = fingerprint(question, query, chosen.stored)
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
        scorer=None,
        encoder=chosen.stored.spec,
        took_ms=round((perf_counter() - started) * 1000, 1),
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


def fingerprint(question: Question, query: AllowedQuery, stored: StoredEncoder) -> str:
    """What a cursor belongs to: another question, policy or encoder makes it void."""
    parts = (
        query.text,
        question.countries,
        query.policy_version,
        stored.encoder_id,
        question.collection,
        question.min_score,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def begin(
    work: Searching, conn: Connection, question: Question, query: AllowedQuery
) -> tuple[Chosen, Cursor]:
    """What to answer with, and from where on.

    A cursor belongs to the encoder that made it: its pages are turned under that one, even when
    another serves by now.
    """
    chosen = work.at_work.choose(conn)
    scope = fingerprint(question, query, chosen.stored)
    try:
        return chosen, work.lists.parse(question.cursor, scope=scope)
    except BadCursor:
        for other in work.at_work.others(conn, chosen):
            with suppress(BadCursor):
                scope = fingerprint(question, query, other.stored)
                return other, work.lists.parse(question.cursor, scope=scope)
        raise


def remembered(work: Searching, cursor: Cursor) -> list[Candidate] | None:
    """The candidates of an earlier page, if the cursor has any and they are still kept."""
    return work.lists.load(cursor) if cursor.list_id else None


def after(cursor: Cursor, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Found anew, what comes after the last candidate that was shown."""
    if cursor.last is None:
        return list(candidates)
    last = rank(cursor.last)
    return [candidate for candidate in candidates if rank(candidate) > last]


def rank(candidate: Candidate) -> tuple[float, int]:
    """The order of candidates: nearest first, ties by age."""
    return (-candidate.similarity, candidate.key)


def find_under(
    work: Searching, conn: Connection, question: Question, query: AllowedQuery, chosen: Chosen
) -> tuple[Chosen, list[Candidate]]:
    """The neighbours, and the encoder they were found with.

    An encoder that was removed under our hands leaves nothing to find: the serving one is asked.
    """
    found = find(work, conn, question, query, chosen)
    if found or encoders.find(conn, chosen.stored.encoder_id) is not None:
        return chosen, found
    chosen = work.at_work.choose(conn)
    return chosen, find(work, conn, question, query, chosen)


def find(
    work: Searching,
    conn: Connection,
    question: Question,
    query: AllowedQuery,
    chosen: Chosen,
) -> list[Candidate]:
    """The neighbours of the query, in an order that is the same every time."""
    collection_id = None
    if question.collection:
        collection_id = collections.find(conn, question.collection)
        if collection_id is None:
            raise NoSuchCollection(name=question.collection)
    found = vectors.neighbours(
        conn,
        encoder=chosen.stored,
        vector=query_vector(work, query, chosen),
        limit=MOST_RESULTS,
        collection_id=collection_id,
        countries=question.countries,
    )
    return sorted(found, key=rank)


def query_vector(work: Searching, query: AllowedQuery, chosen: Chosen) -> NDArray[np.float32]:
    """The query's vector, from the cache where it was asked before."""
    stored = chosen.stored
    digest = hashlib.sha256(query.text.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"vector:{stored.fingerprint[:16]}:{digest}"
    kept = work.cache.get(key)
    if kept is not None and len(kept) == 4 * stored.dimension:
        return np.frombuffer(kept, dtype=np.float32)
    vector = chosen.encode_text(query)
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
            if picture is not None and good_enough(candidate, question.min_score):
                hits.append(hit(picture, candidate))
    return hits, taken


def good_enough(candidate: Candidate, min_score: float | None) -> bool:
    """Whether a candidate reaches the score that was asked for."""
    return min_score is None or score(candidate) >= min_score


def score(candidate: Candidate) -> float:
    """The similarity mapped to 0..1."""
    return round(min(1.0, max(0.0, (1 + candidate.similarity) / 2)), 4)


def hit(picture: Picture, candidate: Candidate) -> Hit:
    """A result as it is shown."""
    return Hit(
        image_id=picture.image_id,
        name=picture.name,
        collections=picture.collections,
        score=score(candidate),
        similarity=round(candidate.similarity, 4),
        width=picture.width,
        height=picture.height,
        placeholder=picture.placeholder,
        captions=picture.captions,
    )
