"""What a publish would change: frequent searches answered by what serves and by what might."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection, Engine

from service.asking import understand
from service.db import images, judged, kept_queries, scorers
from service.db.engine import connection
from service.db.scorers import StoredScorer
from service.domain import Asker, Candidate, Picture
from service.errors import GlimpseError
from service.learn.publishing import NoSuchScorer, WorseThanPublished, refuse_if_worse
from service.live_scorer import OneScorer, Serving, opened
from service.policy.gate import Refused
from service.query import speaks
from service.rating import score
from service.search import Looks, Means, Searching, find
from service.search_question import Question

MOST = 10
SHOWN = 6
EVERYTHING = 500
# Behind every place there is.
NOT_SHOWN = EVERYTHING + 1
Source = Literal["searches", "questions", "own"]


@dataclass(frozen=True, slots=True)
class Tried:
    """A text to look ahead with: how often it was searched, or which picture answers it."""

    text: str
    source: Source
    searches: int = 0
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on one side: its place there and on the other side, where it is shown at all."""

    picture: Picture
    score: float
    place: int
    other: int | None
    is_answer: bool

    @property
    def move(self) -> int:
        """So many places up from the other side's place."""
        return 0 if self.other is None else self.other - self.place


@dataclass(frozen=True, slots=True)
class Side:
    """One scorer's side: how many pictures it shows, the first ones, the known answer's place."""

    total: int
    first: tuple[Placed, ...]
    answer: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One text with both answers, and what is shown by one of them only."""

    tried: Tried
    before: Side
    after: Side
    gone: int
    new: int
    fallen: tuple[Placed, ...]

    @property
    def is_none(self) -> bool:
        """Whether the first pictures stay as they are and none comes or goes."""
        same = [one.picture.image_id for one in self.before.first] == [
            one.picture.image_id for one in self.after.first
        ]
        return same and not self.gone and not self.new


@dataclass(frozen=True, slots=True)
class Sums:
    """All changes together: how many texts change, pictures that come and go, known answers."""

    changed: int
    new: int
    gone: int
    better: int
    worse: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change, and what stands against it: worse beyond chance, or unusable."""

    scorer: StoredScorer
    serving: StoredScorer | None
    changes: tuple[Change, ...]
    refused: int
    worse: WorseThanPublished | None
    unusable: GlimpseError | None

    @property
    def sums(self) -> Sums:
        """What happens over all texts."""
        moves = [
            (one.before.answer or NOT_SHOWN, one.after.answer or NOT_SHOWN)
            for one in self.changes
            if one.tried.answer is not None
        ]
        return Sums(
            changed=sum(not one.is_none for one in self.changes),
            new=sum(one.new for one in self.changes),
            gone=sum(one.gone for one in self.changes),
            better=sum(after < before for before, after in moves),
            worse=sum(after > before for before, after in moves),
        )


@dataclass(frozen=True, slots=True)
class Previewing:
    """Looks ahead for the admins of one installation."""

    engine: Engine
    searching: Searching

    def of(self, scorer_id: int, *, asker: Asker, own: str = "") -> Preview:
        """How the ten most frequent searches would be answered; texts of one's own come first."""
        with connection(self.engine) as conn:
            scorer = scorers.one(conn, scorer_id)
            if scorer is None:
                raise NoSuchScorer(scorer_id=scorer_id)
            serving = scorers.published(conn)
            try:
                stored = self.searching.at_work.choose(conn).stored
                candidate = opened(conn, scorer_id, stored.fingerprint)
            except GlimpseError as error:
                return Preview(scorer, serving, (), 0, worse(scorer, serving), error)
            now = self.searching.scorer.serving(conn, stored)
            sides = now, candidate
            changes, refused = [], 0
            for tried in [*given(own), *frequent(conn)]:
                try:
                    changes.append(self._change(conn, tried, sides, asker))
                except Refused:
                    refused += 1
        return Preview(scorer, serving, tuple(changes), refused, worse(scorer, serving), None)

    def _change(
        self, conn: Connection, tried: Tried, sides: tuple[Serving | None, Serving], asker: Asker
    ) -> Change:
        asked = understand(self.searching.gate, tried.text, asker.countries)
        question = Question(tried.text, asker.countries, EVERYTHING, None, None, 0.0)
        chosen = self.searching.at_work.choose(conn)
        shown: list[list[Candidate]] = []
        for one in sides:
            work = replace(self.searching, scorer=OneScorer(one))
            found = find(work, conn, question, asked, Means(chosen, one), Looks())
            least = 0.0 if one is None else one.cutoff
            shown.append([each for each in found if score(each) >= least])
        return self._told(conn, tried, shown[0], shown[1], asker)

    def _told(
        self,
        conn: Connection,
        tried: Tried,
        was: Sequence[Candidate],
        now: Sequence[Candidate],
        asker: Asker,
    ) -> Change:
        places = tuple({one.key: at for at, one in enumerate(side, start=1)} for side in (was, now))
        fallen = [one for one in was if one.key not in places[1]]
        wanted = {one.key for side in (was[:SHOWN], now[:SHOWN], fallen[:SHOWN]) for one in side}
        hidden = self.searching.law.hidden(conn, sorted(wanted), asker.countries)
        known = images.pictures_by_key(conn, sorted(wanted - set(hidden)))

        def placed(side: int, found: Sequence[Candidate]) -> tuple[Placed, ...]:
            return tuple(
                Placed(
                    picture=known[one.key],
                    score=score(one),
                    place=places[side][one.key],
                    other=places[1 - side].get(one.key),
                    is_answer=one.key == tried.answer,
                )
                for one in found[:SHOWN]
                if one.key in known
            )

        return Change(
            tried=tried,
            before=Side(len(was), placed(0, was), place_of(places[0], tried)),
            after=Side(len(now), placed(1, now), place_of(places[1], tried)),
            gone=len(fallen),
            new=sum(one.key not in places[0] for one in now),
            fallen=placed(0, fallen),
        )


def place_of(places: Mapping[int, int], tried: Tried) -> int | None:
    """Where the known answer stands, if there is one and it is shown."""
    return None if tried.answer is None else places.get(tried.answer)


def worse(scorer: StoredScorer, serving: StoredScorer | None) -> WorseThanPublished | None:
    """The refusal that a publish without a reason would meet."""
    try:
        refuse_if_worse(scorer, serving)
    except WorseThanPublished as error:
        return error
    return None


def given(own: str) -> list[Tried]:
    """A text of one's own."""
    return [Tried(own.strip(), "own")] if speaks(own) else []


def frequent(conn: Connection) -> list[Tried]:
    """The most frequent kept searches; where none are kept, test questions from all over."""
    found = kept_queries.most_frequent(conn, most=MOST)
    if found:
        return [Tried(one.text, "searches", searches=one.searches) for one in found]
    asked: dict[int, list[str]] = {}
    for one in judged.questions(conn):
        asked.setdefault(one.image_key, []).append(one.text)
    spread = list(asked.items())[:: max(1, len(asked) // MOST)][:MOST]
    # A picture's questions may be in several languages: each picture brings the next one.
    return [
        Tried(texts[turn % len(texts)], "questions", answer=image_key)
        for turn, (image_key, texts) in enumerate(spread)
    ]
