"""Chooses the pair that teaches most: few or disputed judgements, near and far pictures alike."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from service.at_work import AtWork
from service.db import annotation_queue, vectors
from service.db.annotation_queue import OpenPair, StoredText
from service.domain import AllowedQuery
from service.errors import Unavailable
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.policy.gate import Refused

TEXTS = 8
PICTURES = 50
DISPUTED = 8
DISPUTE = 0.5


class Why(StrEnum):
    """Why a pair was chosen."""

    NEW = "new"
    DISPUTED = "disputed"
    FEW = "few"
    CHECK = "check"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair and why it is asked about."""

    pair: OpenPair
    why: Why


@dataclass(frozen=True, slots=True)
class Choice:
    """What choosing needs; `draw` is where chance comes from."""

    gate: LiveGate
    law: PictureLaw
    at_work: AtWork
    draw: random.Random

    def check(
        self, conn: Connection, *, judge_id: int, mode: str, askers: Sequence[str]
    ) -> Chosen | None:
        """A pair that the judge has answered before."""
        found = annotation_queue.to_check(
            conn, judge_id=judge_id, mode=mode, askers=askers, limit=DISPUTED
        )
        pair = self._first(conn, found, askers)
        return None if pair is None else Chosen(pair, Why.CHECK)

    def fresh(
        self, conn: Connection, *, judge_id: int | None, askers: Sequence[str]
    ) -> Chosen | None:
        """A pair that this judge has not judged: as often one others judged as one nobody did."""
        ways = [self._judged, self._new]
        self.draw.shuffle(ways)
        # From a drawn place first, then from the beginning: a small collection is seen whole.
        for start in (self.draw.random(), 0.0):
            for way in ways:
                if found := way(conn, start, judge_id, askers):
                    return found
        return None

    def _judged(
        self, conn: Connection, start: float, judge_id: int | None, askers: Sequence[str]
    ) -> Chosen | None:
        found = annotation_queue.disputed(
            conn, draw=start, judge_id=judge_id, askers=askers, limit=DISPUTED
        )
        pair = self._first(conn, found, askers)
        if pair is None:
            return None
        return Chosen(pair, Why.DISPUTED if pair.dispute >= DISPUTE else Why.FEW)

    def _first(
        self, conn: Connection, found: list[OpenPair], askers: Sequence[str]
    ) -> OpenPair | None:
        """Any of them that the law lets be shown."""
        self.draw.shuffle(found)
        for pair in found:
            if self.allowed(conn, pair.text, askers) and not self.law.hidden(
                conn, [pair.image_key], askers
            ):
                return pair
        return None

    def _new(
        self, conn: Connection, start: float, judge_id: int | None, askers: Sequence[str]
    ) -> Chosen | None:
        texts = annotation_queue.some_texts(conn, draw=start, limit=TEXTS, askers=askers)
        self.draw.shuffle(texts)
        for text in texts:
            if allowed := self.allowed(conn, text, askers):
                image_key = self._picture(conn, text, allowed, judge_id, askers)
                if image_key is not None:
                    return Chosen(OpenPair(image_key, text), Why.NEW)
        return None

    def _picture(
        self,
        conn: Connection,
        text: StoredText,
        allowed: AllowedQuery,
        judge_id: int | None,
        askers: Sequence[str],
    ) -> int | None:
        """A picture nobody judged by the text, as near or far as chance says."""
        found = self._similar(conn, allowed, askers)
        found.pop(text.own_image or 0, None)
        if text.query_key is not None:
            for key in annotation_queue.judged_pictures(
                conn, query_key=text.query_key, image_keys=list(found), judge_id=judge_id
            ):
                del found[key]
        if not found:
            return None
        wanted = self.draw.uniform(min(found.values()), max(found.values()))
        # The law looks at one after another: to look at all of them takes most of a tenth second.
        by_closeness = sorted(found, key=lambda key: abs(found[key] - wanted))
        return next((key for key in by_closeness if not self.law.hidden(conn, [key], askers)), None)

    def _similar(
        self, conn: Connection, allowed: AllowedQuery, askers: Sequence[str]
    ) -> dict[int, float]:
        """The nearest pictures and some others, with how near each is to the text.

        Without an encoder that answers all count as equally near, in an order of chance.
        """
        keys = annotation_queue.some_pictures(
            conn, draw=self.draw.random(), limit=PICTURES, askers=askers
        )
        found = {key: self.draw.random() for key in keys}
        with suppress(Unavailable):
            chosen = self.at_work.choose(conn)
            vector = chosen.encode_text(allowed)
            near = vectors.neighbours(
                conn, encoder=chosen.stored, vector=vector, limit=PICTURES, countries=askers
            )
            found = vectors.similarities(
                conn, encoder=chosen.stored, vector=vector, image_keys=keys
            )
            found |= {one.key: one.similarity for one in near}
        return found

    def allowed(
        self, conn: Connection, text: StoredText, askers: Sequence[str]
    ) -> AllowedQuery | None:
        """The text, if no country's law refuses it: a judgement counts everywhere.

        A text that a hidden picture was judged by may tell what is to be seen there.
        """
        if text.query_key is not None and annotation_queue.tells_of_hidden(
            conn, query_key=text.query_key, askers=askers
        ):
            return None
        try:
            return self.gate.allow(text.text)
        except Refused:
            return None
