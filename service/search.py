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
from service.db import encoders, images, scorers
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
from service.live_scorer import Published, Serving, opened
from service.rating import Rating, good_enough, rated, score
from service.scoring.files import ArtefactBroken
from service.search_question import MOST_RESULTS, Question, check
from service.shown import Shown, ShownPictures

# Pages are turned under these even when another one serves by now.
FORMER_SCORERS = 5
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
    scorer: Published
    shown: ShownPictures


@dataclass(frozen=True, slots=True)
class Means:
    """What one answer is made with, from its first line to its last: an encoder and a scorer."""

    chosen: Chosen
    scorer: Serving | None

    @property
    def stored(self) -> StoredEncoder:
        """The encoder's row."""
        return self.chosen.stored


@dataclass(frozen=True, slots=True)
class Looks:
    """Pictures that are asked with: the key of one of ours, and what one that was sent is like."""

    example: int | None = None
    sent: Shown | None = None


def search(work: Searching, question: Question, sent: Shown | None = None) -> SearchPage:
    """Answer one page of a search, best first; what a sent picture is like can be given."""
    started = perf_counter()
    check(question)
    asked = understand(work.gate, question.text, question.countries)
    with connection(work.engine) as conn:
        example = example_key(conn, work.law, question.like, question.countries)
        means, cursor = begin(work, conn, question, asked)
        found = remembered(work, cursor)
        if found is None:
            means, found = find_under(work, conn, question, asked, means, Looks(example, sent))
            found = after(cursor, found)
            cursor = work.lists.keep(found, scope=scope_of(question, asked, means))
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
        scorer=None if means.scorer is None else means.scorer.name,
        encoder=means.stored.spec,
        took_ms=round((perf_counter() - started) * 1000, 1),
        cutoff=threshold(question, means.scorer),
    )


def judge(work: Searching, conn: Connection, asked: Asked, stored: StoredEncoder) -> Serving | None:
    """What scores the answers: nothing where nothing was said, since people judged texts."""
    return None if asked.text is None else work.scorer.serving(conn, stored)


def threshold(question: Question, scorer: Serving | None) -> float | None:
    """The least score that is shown: what was asked for, else the published scorer's cutoff."""
    if question.min_score is not None:
        return question.min_score
    return None if scorer is None else scorer.cutoff


def scope_of(question: Question, asked: Asked, means: Means) -> str:
    """What a cursor of this answer belongs to."""
    key = None if means.scorer is None else means.scorer.scorer_id
    return fingerprint(question, asked, means.stored, key)


def fingerprint(
    question: Question, asked: Asked, stored: StoredEncoder, scorer_id: int | None
) -> str:
    """What a cursor belongs to: another question, policy, encoder or scorer makes it void."""
    same = replace(question, cursor=None, limit=0)
    parts = (same, asked.policy_version, stored.encoder_id, scorer_id)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def begin(
    work: Searching, conn: Connection, question: Question, asked: Asked
) -> tuple[Means, Cursor]:
    """What to answer with, and from where on.

    A cursor belongs to the encoder and the scorer that made it: its pages are turned under those,
    even when others serve by now.
    """
    chosen = work.at_work.choose(conn)
    means = Means(chosen, judge(work, conn, asked, chosen.stored))
    try:
        return means, work.lists.parse(question.cursor, scope=scope_of(question, asked, means))
    except BadCursor:
        for other, scorer_id in earlier(work, conn, chosen):
            scope = fingerprint(question, asked, other.stored, scorer_id)
            with suppress(BadCursor):
                cursor = work.lists.parse(question.cursor, scope=scope)
                return Means(other, former(conn, other.stored, scorer_id)), cursor
        raise


def earlier(
    work: Searching, conn: Connection, chosen: Chosen
) -> Iterator[tuple[Chosen, int | None]]:
    """What answers were made with lately: encoders, each with its last scorers and without any."""
    for other in (chosen, *work.at_work.others(conn, chosen)):
        known = scorers.lately_published(conn, other.stored.encoder_id, most=FORMER_SCORERS)
        yield from ((other, one.scorer_id) for one in known)
        yield other, None


def former(conn: Connection, stored: StoredEncoder, scorer_id: int | None) -> Serving | None:
    """A scorer that made an earlier page; where its file is damaged the pages end."""
    if scorer_id is None:
        return None
    try:
        return opened(conn, scorer_id, stored.fingerprint)
    except ArtefactBroken as error:
        raise BadCursor from error


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
    means: Means,
    looks: Looks,
) -> tuple[Means, list[Candidate]]:
    """The neighbours, and what they were found with.

    An encoder that was removed under our hands leaves nothing to find: the serving one is asked.
    """
    found = find(work, conn, question, asked, means, looks)
    if found or encoders.find(conn, means.stored.encoder_id) is not None:
        return means, found
    chosen = work.at_work.choose(conn)
    means = Means(chosen, judge(work, conn, asked, chosen.stored))
    return means, find(work, conn, question, asked, means, looks)


def find(
    work: Searching,
    conn: Connection,
    question: Question,
    asked: Asked,
    means: Means,
    looks: Looks,
) -> list[Candidate]:
    """What may match the question, in an order that is the same every time."""
    chosen, stored = means.chosen, means.stored
    said = None if asked.text is None else query_vector(work, asked.text, chosen)
    shown = looked_at(work, conn, question, asked, stored, looks)
    wanted = Wanted(
        vector=together(said, shown),
        phrases=asked.phrases,
        unwanted=tuple(term.text for term in asked.unwanted),
        words=None if shown is not None or asked.text is None else asked.text.text,
        without=looks.example,
    )
    where = Where(question.countries, question.collection, question.filters)
    found = neighbours(conn, encoder=stored, wanted=wanted, where=where, most=MOST_RESULTS)
    for term in asked.unwanted:
        found = set_back(conn, stored, found, query_vector(work, term, chosen))
    rating = Rating(asked.text, said, shown, wanted.vector, question.min_score)
    found = rated(conn, work.cache, found, rating, stored, means.scorer)
    return in_order(conn, found, question.sort)


def looked_at(
    work: Searching,
    conn: Connection,
    question: Question,
    asked: Asked,
    stored: StoredEncoder,
    looks: Looks,
) -> NDArray[np.float32] | None:
    """What is shown looks like: one of our pictures, one that was sent, or the middle of both."""
    seen = [] if looks.example is None else [example_vector(conn, stored, looks.example)]
    if question.picture is not None:
        sent = looks.sent
        version = asked.policy_version
        if sent is None or sent.fingerprint != stored.fingerprint:
            seen.append(work.shown.vector(question.picture, stored, policy_version=version))
        else:
            seen.append(sent.vector)
    return together(*seen) if seen else None


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
