"""Search: question → gate → encoder → candidates → hits, page by page."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from service.asking import Asked, understand
from service.at_work import AtWork, Chosen
from service.cache import Cache
from service.candidates import BadCursor, CandidateLists, Cursor
from service.db import encoders, images
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import AllowedQuery, Candidate, Hit, Picture, SearchPage
from service.finding import (
    NoSuchCollection as NoSuchCollection,  # noqa: PLC0414 - raised by what is asked here
)
from service.finding import (
    Wanted,
    Where,
    example_key,
    example_vector,
    in_order,
    neighbours,
    rank,
    set_back,
    together,
)
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.live_scorer import LiveScorer, Serving, mapped, rescored
from service.search_question import MOST_RESULTS, Question, check
from service.shown import Shown, ShownPictures

VECTOR_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Searching:
    """What a search needs, all of it given."""

    engine: Engine
    gate: LiveGate
    law: PictureLaw
    at_work: AtWork
    cache: Cache
    lists: CandidateLists
    scorer: LiveScorer
    shown: ShownPictures


def search(work: Searching, question: Question, sent: Shown | None = None) -> SearchPage:
    """Answer one page of a search, best first; what a sent picture looks like can be given."""
    started = perf_counter()
    check(question)
    asked = understand(work.gate, question.text, question.countries)
    with connection(work.engine) as conn:
        example = example_key(conn, work.law, question.like, question.countries)
        chosen, cursor = begin(work, conn, question, asked)
        scorer = judge(work, conn, question, chosen.stored)
        found = remembered(work, cursor)
        if found is None:
            looks = Looks(example, sent)
            chosen, found = find_under(work, conn, question, asked, chosen, looks)
            scorer = judge(work, conn, question, chosen.stored)
            found = after(cursor, found)
            scope = fingerprint(question, asked, chosen.stored, scorer)
            cursor = work.lists.keep(found, scope=scope)
        hits, taken = fill(work, conn, found[cursor.offset :], question)
    reached = cursor.offset + taken
    following = (
        work.lists.serialise(cursor.moved(reached, found[reached - 1]))
        if reached < len(found)
        else None
    )
    return SearchPage(
        query=question.text,
        hits=tuple(hits),
        next_cursor=following,
        scorer=None if scorer is None else scorer.name,
        encoder=chosen.stored.spec,
        took_ms=round((perf_counter() - started) * 1000, 1),
        cutoff=threshold(question, scorer),
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """Pictures that are asked with: the key of one of ours, and what one that was sent is like."""

    example: int | None = None
    sent: Shown | None = None


def judge(
    work: Searching, conn: Connection, question: Question, stored: StoredEncoder
) -> Serving | None:
    """What scores the answers: nothing where a picture is asked with, since people judged texts."""
    return None if question.has_example else work.scorer.serving(conn, stored)


def threshold(question: Question, scorer: Serving | None) -> float | None:
    """The least score that is shown: what was asked for, else the published scorer's cutoff."""
    if question.min_score is not None:
        return question.min_score
    return None if scorer is None else scorer.cutoff


def fingerprint(
    question: Question, asked: Asked, stored: StoredEncoder, scorer: Serving | None
) -> str:
    """What a cursor belongs to: another question, policy, encoder or scorer makes it void."""
    same = replace(question, cursor=None, limit=0)
    parts = (same, asked.policy_version, stored.encoder_id, scorer and scorer.scorer_id)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def begin(
    work: Searching, conn: Connection, question: Question, asked: Asked
) -> tuple[Chosen, Cursor]:
    """What to answer with, and from where on.

    A cursor belongs to the encoder that made it: its pages are turned under that one, even when
    another serves by now.
    """
    chosen = work.at_work.choose(conn)
    scorer = judge(work, conn, question, chosen.stored)
    scope = fingerprint(question, asked, chosen.stored, scorer)
    try:
        return chosen, work.lists.parse(question.cursor, scope=scope)
    except BadCursor:
        for other in work.at_work.others(conn, chosen):
            with suppress(BadCursor):
                scope = fingerprint(question, asked, other.stored, None)
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


def find_under(
    work: Searching,
    conn: Connection,
    question: Question,
    asked: Asked,
    chosen: Chosen,
    looks: Looks,
) -> tuple[Chosen, list[Candidate]]:
    """The neighbours, and the encoder they were found with.

    An encoder that was removed under our hands leaves nothing to find: the serving one is asked.
    """
    found = find(work, conn, question, asked, chosen, looks)
    if found or encoders.find(conn, chosen.stored.encoder_id) is not None:
        return chosen, found
    chosen = work.at_work.choose(conn)
    return chosen, find(work, conn, question, asked, chosen, looks)


def find(
    work: Searching,
    conn: Connection,
    question: Question,
    asked: Asked,
    chosen: Chosen,
    looks: Looks,
) -> list[Candidate]:
    """What may match the question, in an order that is the same every time."""
    said = None if asked.text is None else query_vector(work, asked.text, chosen)
    wanted = Wanted(
        vector=together(said, *looked_at(work, conn, question, asked, chosen, looks)),
        phrases=asked.phrases,
        unwanted=tuple(term.text for term in asked.unwanted),
        words=None if question.has_example or asked.text is None else asked.text.text,
        without=looks.example,
    )
    where = Where(question.countries, question.collection, question.filters)
    found = neighbours(conn, encoder=chosen.stored, wanted=wanted, where=where, most=MOST_RESULTS)
    for term in asked.unwanted:
        found = set_back(conn, chosen.stored, found, query_vector(work, term, chosen))
    scorer = judge(work, conn, question, chosen.stored)
    if scorer is not None and asked.text is not None:
        found = rescored(conn, found, asked.text, wanted.vector, chosen.stored, scorer)
    least = threshold(question, scorer)
    kept = [one for one in found if least is None or score(one) >= least]
    return in_order(conn, kept, question.sort)


def looked_at(
    work: Searching,
    conn: Connection,
    question: Question,
    asked: Asked,
    chosen: Chosen,
    looks: Looks,
) -> Iterator[NDArray[np.float32]]:
    """What the pictures look like that are asked with: one of ours, and one that was sent."""
    stored = chosen.stored
    if looks.example is not None:
        yield example_vector(conn, stored, looks.example)
    if question.picture is None:
        return
    if looks.sent is not None and looks.sent.fingerprint == stored.fingerprint:
        yield looks.sent.vector
    else:
        version = asked.policy_version
        yield work.shown.vector(question.picture, stored, policy_version=version)


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
    """The probability, or the similarity mapped to 0..1 where nothing scores."""
    return mapped(candidate.similarity) if candidate.score is None else candidate.score


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
