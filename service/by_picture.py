"""Search by a picture that somebody sends: checked like any file, and by the picture check."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.at_work import AtWork, Chosen
from service.candidates import BadCursor, Cursor
from service.db import collections, scorers, searches, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import AllowedQuery, Candidate, SearchPage
from service.errors import LegallyUnavailable
from service.finding import rank, together
from service.law.picture_check import PictureCheck
from service.law.refusals import Refusals
from service.live_scorer import Serving
from service.picture import check as check_file
from service.picture import open_upright
from service.policy.gate import Refused
from service.policy.rules import DISCLAIMER
from service.rating import Rating, rated
from service.search import (
    FORMER_SCORERS,
    MOST_RESULTS,
    NoSuchCollection,
    Question,
    Searching,
    after,
    check,
    fill,
    former,
    query_vector,
    remembered,
    threshold,
)
from service.transaction import Transactions

Vector = NDArray[np.float32]

RULE = "picture check"


class PictureRefused(LegallyUnavailable):
    """{disclaimer}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that was sent and may be searched with."""

    sha256: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class SearchByPicture:
    """Finds pictures like the one that is sent, with a text or without."""

    searching: Searching
    transactions: Transactions
    seeing: AtWork
    check: PictureCheck
    refusals: Refusals
    limits: tuple[int, int]

    def search(self, *, file: BinaryIO, question: Question) -> SearchPage:
        """One page of pictures near this one and, if there is a text, near the text."""
        started = perf_counter()
        text = self._allowed(question)
        with connection(self.searching.engine) as conn:
            chosen = self.seeing.choose(conn).checked()
        self.seeing.tidy()
        stored = chosen.stored
        shown = self._seen(file, question, chosen)
        with connection(self.searching.engine) as conn:
            scorer, cursor = self._begin(conn, question, text, shown, stored)
            found = remembered(self.searching, cursor)
            if found is None:
                asked = self._asked(question, text, shown, stored)
                found = after(cursor, self._found(conn, question, asked, stored, scorer))
                cursor = self.searching.lists.keep(found, scope=cursor.scope)
            hits, taken = fill(self.searching, conn, found[cursor.offset :], question)
        page = SearchPage(
            query=question.text,
            hits=tuple(hits),
            next_cursor=self._following(cursor, found, taken),
            scorer=None if scorer is None else scorer.name,
            encoder=stored.spec,
            took_ms=round((perf_counter() - started) * 1000, 1),
            cutoff=threshold(question, scorer),
        )
        if question.cursor is None:
            self._record(question, page)
        return page

    def _begin(
        self,
        conn: Connection,
        question: Question,
        text: AllowedQuery | None,
        shown: Shown,
        stored: StoredEncoder,
    ) -> tuple[Serving | None, Cursor]:
        """What scores the text that came along, and from where on: as the page before had it."""
        scorer = None if text is None else self.searching.scorer.serving(conn, stored)
        version = self.searching.gate.policy_version

        def scope(scorer_id: int | None) -> str:
            return fingerprint(question, text, shown, stored, (version, scorer_id))

        now = None if scorer is None else scorer.scorer_id
        try:
            return scorer, self.searching.lists.parse(question.cursor, scope=scope(now))
        except BadCursor:
            known = scorers.lately_published(conn, stored.encoder_id, most=FORMER_SCORERS)
            for scorer_id in (*(one.scorer_id for one in known), None):
                with suppress(BadCursor):
                    cursor = self.searching.lists.parse(question.cursor, scope=scope(scorer_id))
                    return former(conn, stored, scorer_id), cursor
            raise

    def _asked(
        self, question: Question, text: AllowedQuery | None, shown: Shown, stored: StoredEncoder
    ) -> Rating:
        """What is shown and said, and one direction for both."""
        said = None
        if text is not None:
            speaking = Chosen(stored, self.searching.at_work.shelf.holder(stored.spec))
            said = query_vector(self.searching, text, speaking)
        both = together(said, shown.vector)
        return Rating(text, said, shown.vector, both, question.min_score)

    def _found(
        self,
        conn: Connection,
        question: Question,
        asked: Rating,
        stored: StoredEncoder,
        scorer: Serving | None,
    ) -> list[Candidate]:
        near = neighbours(conn, question, stored, asked.together)
        return sorted(rated(conn, self.searching.cache, near, asked, stored, scorer), key=rank)

    def _record(self, question: Question, page: SearchPage) -> None:
        """Count the search as any other; of the picture nothing is kept."""
        with self.transactions() as transaction:
            searches.record(transaction.conn, took_ms=page.took_ms, results=len(page.hits))
        if question.text.strip():
            self.refusals.keep_answered(question.text, question.countries)

    def _allowed(self, question: Question) -> AllowedQuery | None:
        """The text that came with the picture, through the gate."""
        if not question.text.strip():
            check(replace(question, text="a picture"))
            return None
        check(question)
        try:
            return self.searching.gate.allow(question.text, question.countries)
        except Refused as refused:
            self.refusals.note(question.text, question.countries, refused)
            raise

    def _seen(self, file: BinaryIO, question: Question, chosen: Chosen) -> Shown:
        """The picture's vector; refused where it looks like a child's."""
        max_bytes, max_pixels = self.limits
        facts = check_file(file, max_bytes=max_bytes, max_pixels=max_pixels)
        file.seek(0, os.SEEK_SET)
        encoder = chosen.encoder.get()
        picture = open_upright(file, max_pixels=max_pixels, side=encoder.picture_side)
        vector: Vector = encoder.encode_pictures([picture])[0]
        if self.check.flags(vector, chosen.stored.fingerprint):
            refused = PictureRefused(
                disclaimer=DISCLAIMER,
                policy_version=self.searching.gate.policy_version,
                rule=RULE,
            )
            self.refusals.note_picture(facts.sha256, question.countries, refused)
            raise refused
        return Shown(facts.sha256, vector)

    def _following(self, cursor: Cursor, found: Sequence[Candidate], taken: int) -> str | None:
        reached = cursor.offset + taken
        if reached >= len(found):
            return None
        return self.searching.lists.serialise(cursor.moved(reached, found[reached - 1]))


def fingerprint(
    question: Question,
    text: AllowedQuery | None,
    shown: Shown,
    stored: StoredEncoder,
    versions: tuple[int, int | None],
) -> str:
    """What a cursor belongs to: another picture, question, encoder, policy or scorer voids it."""
    parts = (
        shown.sha256,
        text.text if text else "",
        question.countries,
        question.collection,
        question.min_score,
        versions,
        stored.encoder_id,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def neighbours(
    conn: Connection, question: Question, stored: StoredEncoder, vector: Vector
) -> list[Candidate]:
    """The pictures near a vector."""
    collection_id = None
    if question.collection:
        collection_id = collections.find(conn, question.collection)
        if collection_id is None:
            raise NoSuchCollection(name=question.collection)
    return vectors.neighbours(
        conn,
        encoder=stored,
        vector=vector,
        limit=MOST_RESULTS,
        collection_id=collection_id,
        countries=question.countries,
    )
