"""Judging pairs one after another: what is asked next, what was answered, and taking it back."""

import random
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine

from service.annotation_choice import Choice, Chosen, Why
from service.db import annotation_queue, annotations, images, judges
from service.db.annotation_queue import OpenPair, StoredText
from service.db.annotations import Progress, StoredAnswer
from service.db.engine import connection
from service.domain import Asker
from service.errors import Conflict, Invalid, NotFound
from service.transaction import Transactions

CHECKS_AFTER = 20
CHECKS_SHARE = 0.05
HIGHEST_GRADE = 4


class Mode(StrEnum):
    """How a pair is judged."""

    EXPERT = "expert"
    CROWD = "crowd"


class Skip(StrEnum):
    """Why a pair was not judged."""

    UNCLEAR = "unclear"
    LANGUAGE = "language"
    PICTURE = "picture"
    OTHER = "other"


class NoSuchPair(NotFound):
    """There is no such pair to judge; ask for the next one."""


class OneAnswer(Invalid):
    """Send exactly one of grade, fits and skip."""


class BadGrade(Invalid):
    """A grade is a whole number from 1 to 4, not {grade}."""

    field = "grade"


class AlreadyJudged(Conflict):
    """You have judged this pair already, otherwise; undo takes back your last judgement only."""


class NotJudgedBefore(Conflict):
    """A check is about a pair that you have judged before; you have not judged this one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A pair to judge, as a person sees it."""

    pair: str
    mode: Mode
    text: str
    image_id: str
    name: str
    width: int
    height: int
    placeholder: str
    why: Why

    @property
    def is_check(self) -> bool:
        """Whether the judge has answered it before."""
        return self.why is Why.CHECK


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judge says of a pair: a grade, whether it fits, or why he skips it."""

    grade: int | None = None
    fits: bool | None = None
    skip: Skip | None = None
    mode: Mode = Mode.EXPERT

    def checked(self) -> "Answer":
        """The same, if it is one answer and one that there is."""
        if [self.grade, self.fits, self.skip].count(None) != 2:  # noqa: PLR2004 - one of three
            raise OneAnswer
        if self.grade is not None and not 1 <= self.grade <= HIGHEST_GRADE:
            raise BadGrade(grade=self.grade)
        return self

    @property
    def kind(self) -> Mode:
        """The mode it belongs to; a skipped pair was shown in one."""
        if self.skip is not None:
            return self.mode
        return Mode.EXPERT if self.grade is not None else Mode.CROWD

    @property
    def number(self) -> int | None:
        """What is stored of it."""
        return self.grade if self.fits is None else int(self.fits)


@dataclass(frozen=True, slots=True)
class Judging:
    """The judging loop of one installation."""

    engine: Engine
    transactions: Transactions
    choice: Choice
    draw: random.Random

    def next(self, *, mode: Mode, user_id: int, asker: Asker) -> Offer | None:
        """The pair that this person should judge next; None when nothing is left to judge."""
        with connection(self.engine) as conn:
            judge_id = judges.judge_of(conn, user_id)
            askers = asker.countries
            chosen = None
            if judge_id is not None and self._check_is_due(conn, judge_id):
                chosen = self.choice.check(conn, judge_id=judge_id, mode=mode, askers=askers)
            chosen = chosen or self.choice.fresh(conn, judge_id=judge_id, askers=askers)
            return None if chosen is None else offered(conn, chosen, mode)

    def again(self, pair: str, *, mode: Mode, asker: Asker) -> Offer:
        """A pair whose judgement was taken back."""
        with connection(self.engine) as conn:
            image_key, text = self._pair(conn, pair, asker)
            found = offered(conn, Chosen(OpenPair(image_key, text), Why.AGAIN), mode)
        if found is None:
            raise NoSuchPair
        return found

    def answer(
        self, *, pair: str, answer: Answer, user_id: int, asker: Asker, is_check: bool = False
    ) -> bool:
        """Keep an answer; False where the same one was kept before, as from a second window."""
        answer.checked()
        with self.transactions() as transaction:
            conn = transaction.conn
            image_key, text = self._pair(conn, pair, asker)
            judge_id = judges.ensure_person(conn, user_id=user_id)
            annotations.lock(conn, judge_id=judge_id)
            query_key = annotation_queue.ensure_query(conn, text)
            on = {"judge_id": judge_id, "image_key": image_key, "query_key": query_key}
            if is_check and annotations.find(conn, **on, is_check=False) is None:
                raise NotJudgedBefore
            is_new = annotations.add(
                conn,
                **on,
                mode=answer.kind,
                is_check=is_check,
                answer=answer.number,
                skipped=answer.skip,
            )
            if not is_new:
                same(annotations.find(conn, **on, is_check=is_check), answer)
            elif not is_check and answer.grade is not None:
                judges.grade(conn, **on, grade=answer.grade)
            elif not is_check and answer.fits is not None:
                judges.vote(conn, **on, fits=answer.fits)
        return is_new

    def undo(self, *, user_id: int, only: int | None = None) -> StoredAnswer | None:
        """Take this person's last answer back, if it is still the one that was meant."""
        with self.transactions() as transaction:
            conn = transaction.conn
            judge_id = judges.judge_of(conn, user_id)
            if judge_id is None:
                return None
            annotations.lock(conn, judge_id=judge_id)
            found = annotations.last(conn, judge_id=judge_id)
            if found is None or only not in {None, found.annotation_id}:
                return None
            annotations.forget(conn, judge_id=judge_id, answer=found)
            if not found.is_check and found.answer is not None:
                annotations.forget_judgement(conn, judge_id=judge_id, answer=found)
        return found

    def name_of(self, answer: StoredAnswer) -> str | None:
        """The name of the pair that an answer is about, while its picture is there."""
        with connection(self.engine) as conn:
            shown = images.pictures_by_key(conn, [answer.image_key]).get(answer.image_key)
            return None if shown is None else f"{shown.image_id}.q{answer.query_key}"

    def progress(self, *, user_id: int) -> Progress:
        """How far this person is."""
        with connection(self.engine) as conn:
            return annotations.progress(conn, judge_id=judges.judge_of(conn, user_id))

    def _check_is_due(self, conn: Connection, judge_id: int) -> bool:
        return self.draw.random() < CHECKS_SHARE and annotations.has_judged(
            conn, judge_id=judge_id, least=CHECKS_AFTER
        )

    def _pair(self, conn: Connection, pair: str, asker: Asker) -> tuple[int, StoredText]:
        """The picture and the text of a pair that this person may be shown."""
        image_id, _dot, name = pair.partition(".")
        stored = images.stored(conn, image_id)
        text = annotation_queue.text_named(conn, name, askers=asker.countries)
        if (
            stored is None
            or text is None
            or self.choice.allowed(conn, text, asker.countries) is None
            or self.choice.law.hidden(conn, [stored.image_key], asker.countries)
        ):
            raise NoSuchPair
        return stored.image_key, text


def same(stored: StoredAnswer | None, answer: Answer) -> None:
    """Let an answer that is sent twice be; another one would count twice."""
    kept = stored and (stored.mode, stored.answer, stored.skipped)
    if kept != (answer.kind, answer.number, answer.skip):
        raise AlreadyJudged


def offered(conn: Connection, chosen: Chosen, mode: Mode) -> Offer | None:
    """A chosen pair with what a page shows of its picture, unless that was just deleted."""
    shown = images.pictures_by_key(conn, [chosen.pair.image_key]).get(chosen.pair.image_key)
    if shown is None:
        return None
    return Offer(
        pair=f"{shown.image_id}.{chosen.pair.text.name}",
        mode=mode,
        text=chosen.pair.text.text,
        image_id=shown.image_id,
        name=shown.name,
        width=shown.width,
        height=shown.height,
        placeholder=shown.placeholder,
        why=chosen.why,
    )
