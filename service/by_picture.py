"""Search by a picture that somebody sends: checked like any file, and by the picture check."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.at_work import AtWork, Chosen
from service.candidates import Cursor
from service.db import collections, searches, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import AllowedQuery, Candidate, SearchPage
from service.errors import LegallyUnavailable
from service.finding import rank
from service.law.picture_check import PictureCheck
from service.law.refusals import Refusals
from service.picture import check as check_file
from service.picture import open_upright
from service.policy.gate import Refused
from service.policy.rules import DISCLAIMER
from service.search import (
    MOST_RESULTS,
    NoSuchCollection,
    Question,
    Searching,
    after,
    check,
    fill,
    query_vector,
    remembered,
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
            scope = fingerprint(question, text, shown, stored, self.searching.gate.policy_version)
            cursor = self.searching.lists.parse(question.cursor, scope=scope)
            found = remembered(self.searching, cursor)
            if found is None:
                vector = self._together(shown, text, stored)
                found = after(cursor, neighbours(conn, question, stored, vector))
                cursor = self.searching.lists.keep(found, scope=scope)
            hits, taken = fill(self.searching, conn, found[cursor.offset :], question)
        page = SearchPage(
            query=question.text,
            hits=tuple(hits),
            next_cursor=self._following(cursor, found, taken),
            scorer=None,
            encoder=stored.spec,
            took_ms=round((perf_counter() - started) * 1000, 1),
        )
        if question.cursor is None:
            self._record(question, page)
        return page

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

    def _together(self, shown: Shown, text: AllowedQuery | None, stored: StoredEncoder) -> Vector:
        """One direction for what is shown and what is said."""
        if text is None:
            return shown.vector
        speaking = Chosen(stored, self.searching.at_work.shelf.holder(stored.spec))
        total = shown.vector + query_vector(self.searching, text, speaking)
        length = np.linalg.norm(total)
        unit: Vector = total / length if length > 0 else shown.vector
        return unit

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
    policy_version: int,
) -> str:
    """What a cursor belongs to: another picture, question, policy or encoder makes it void."""
    parts = (
        shown.sha256,
        text.text if text else "",
        question.countries,
        question.collection,
        question.min_score,
        policy_version,
        stored.encoder_id,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def neighbours(
    conn: Connection, question: Question, stored: StoredEncoder, vector: Vector
) -> list[Candidate]:
    """The pictures near a vector, in an order that is the same every time."""
    collection_id = None
    if question.collection:
        collection_id = collections.find(conn, question.collection)
        if collection_id is None:
            raise NoSuchCollection(name=question.collection)
    found = vectors.neighbours(
        conn,
        encoder=stored,
        vector=vector,
        limit=MOST_RESULTS,
        collection_id=collection_id,
        countries=question.countries,
    )
    return sorted(found, key=rank)
