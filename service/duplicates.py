"""Near duplicates: found in the background by their likeness, reviewed by admins pair by pair."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog
from sqlalchemy import Connection, Engine

from service.db import audit, given, images, insights, likeness, near_duplicates
from service.db.engine import connection
from service.db.likeness import Progress, ToLookAt
from service.db.near_duplicates import Decided, Pair
from service.domain import Asker, Picture
from service.errors import Conflict, GlimpseError, NotFound, Unavailable
from service.jobs import Job
from service.law.judging import PictureLaw
from service.picture import Likeness, likeness_of
from service.store import Store, thumbnail_key
from service.transaction import Transactions

log = structlog.get_logger()

BATCH = 50
# The small thumbnail tells as much as the original, and is read ten times faster.
WIDTH = 320
LAST_DECISIONS = 20


class NotAPair(NotFound):
    """These two pictures are no pair of near duplicates, or one of them was removed."""


class DecidedAlready(Conflict):
    """Somebody has decided about these two pictures already. Look at the list again."""


@dataclass(frozen=True, slots=True)
class Side:
    """One picture of a pair; hidden tells that the law keeps it from whoever asks."""

    picture: Picture
    judgements: int
    hidden: bool

    @property
    def pixels(self) -> int:
        """How many it has."""
        return self.picture.width * self.picture.height


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as an admin sees it, the older picture first."""

    first: Side
    second: Side
    distance: int

    @property
    def better(self) -> str:
        """The id of the picture to keep when in doubt: the larger, better judged, older one."""
        rank = [(side.pixels, side.judgements) for side in (self.first, self.second)]
        return (self.first if rank[0] >= rank[1] else self.second).picture.image_id


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The near duplicates of one installation."""

    engine: Engine
    transactions: Transactions
    store: Store
    law: PictureLaw
    max_pixels: int

    def find(
        self,
        *,
        seconds: float,
        clock: Callable[[], float] = monotonic,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """Look at pictures nobody has looked at, and compare new ones with all; a shift's worth."""
        ends = clock() + seconds
        while clock() < ends and not stopping():
            if not (self._compare_some() or self._look_at_some()):
                return
        with self.transactions() as transaction:
            transaction.nudge(Job.LIKENESS)

    def progress(self) -> Progress:
        """How many pictures have been compared."""
        with connection(self.engine) as conn:
            return likeness.progress(conn)

    def count(self) -> int:
        """How many pairs wait for a decision."""
        with connection(self.engine) as conn:
            return near_duplicates.count(conn)

    def pairs(self, *, limit: int, offset: int = 0, asker: Asker) -> list[Shown]:
        """Pairs to decide about, the most alike first."""
        with connection(self.engine) as conn:
            found = near_duplicates.undecided(conn, limit=limit, offset=offset)
            keys = sorted({key for pair in found for key in (pair.first_key, pair.second_key)})
            sides = self._sides(conn, keys, asker)
        return [
            Shown(sides[pair.first_key], sides[pair.second_key], pair.distance)
            for pair in found
            if {pair.first_key, pair.second_key} <= sides.keys()
        ]

    def decided(self) -> list[Decided]:
        """The last decisions."""
        with connection(self.engine) as conn:
            return near_duplicates.decided(conn, limit=LAST_DECISIONS)

    def of_picture(self, image_id: str, *, asker: Asker) -> list[str]:
        """What looks nearly the same as a picture, as far as whoever asks may see it."""
        with connection(self.engine) as conn:
            key = images.key(conn, image_id)
            if key is None:
                return []
            near = [name for name, _ in near_duplicates.of_picture(conn, image_key=key)]
            keys = images.keys_by_id(conn, near)
            hidden = self.law.hidden(conn, list(keys.values()), asker.countries)
        return [name for name in near if keys[name] not in hidden]

    def keep_both(self, pair: tuple[str, str], *, asker: Asker) -> None:
        """Remember that these are two pictures."""
        with self.transactions() as transaction:
            conn = transaction.conn
            self._decide(conn, self._keys(conn, pair), asker)
            note(conn, asker, "duplicates kept", pair[0], other=pair[1])

    def ask_again(self, pair: tuple[str, str], *, asker: Asker) -> None:
        """Forget that both were kept."""
        with self.transactions() as transaction:
            conn = transaction.conn
            if not near_duplicates.forget_decision(conn, self._keys(conn, pair)):
                raise DecidedAlready
            note(conn, asker, "duplicates asked again", pair[0], other=pair[1])

    def remove(self, image_id: str, *, kept_id: str, asker: Asker) -> str:
        """Remove one of a pair; its texts and judgements are copied to the other one.

        Answers its name. When it comes back, the copies are taken away again.
        """
        with self.transactions() as transaction:
            conn = transaction.conn
            removed_key, kept_key = keys = self._keys(conn, (image_id, kept_id))
            picture = images.picture(conn, image_id)
            if picture is None or images.picture(conn, kept_id) is None:
                raise NotAPair
            copied = given.give(conn, removed_key=removed_key, kept_key=kept_key)
            self._decide(conn, keys, asker, removed_key=removed_key, given=copied)
            images.mark_deleted(conn, image_key=removed_key)
            self.law.judge(conn, [kept_key])
            note(conn, asker, "picture deleted", image_id, name=picture.name, kept=kept_id)
        return picture.name

    def _decide(
        self, conn: Connection, pair: tuple[int, int], asker: Asker, **decision: object
    ) -> None:
        who = audit.name_of(conn, asker.user_id)
        if not near_duplicates.decide(conn, pair, who=who, **decision):  # type: ignore[arg-type]
            raise DecidedAlready

    def _keys(self, conn: Connection, pair: tuple[str, str]) -> tuple[int, int]:
        keys = images.keys_by_id(conn, pair)
        if len(keys) != len(pair):
            raise NotAPair
        return keys[pair[0]], keys[pair[1]]

    def _sides(self, conn: Connection, keys: Sequence[int], asker: Asker) -> dict[int, Side]:
        hidden = self.law.hidden(conn, keys, asker.countries)
        judged = insights.judgement_counts(conn, keys)
        return {
            key: Side(picture, judged.get(key, 0), key in hidden)
            for key, picture in images.pictures_by_key(conn, keys).items()
        }

    def _compare_some(self) -> bool:
        with self.transactions() as transaction:
            conn = transaction.conn
            keys = likeness.lock_uncompared(conn, most=BATCH)
            for key in keys:
                near_duplicates.add(conn, image_key=key, found=likeness.near(conn, image_key=key))
            likeness.mark_compared(conn, keys)
        return bool(keys)

    def _look_at_some(self) -> bool:
        with connection(self.engine) as conn:
            unseen = likeness.unseen(conn, most=BATCH)
        seen = [(one.image_key, self._look_at(one)) for one in unseen]
        with self.transactions() as transaction:
            for key, like in seen:
                likeness.keep(
                    transaction.conn,
                    image_key=key,
                    waves=like.waves if like else None,
                    gradients=like.gradients if like else None,
                )
        return bool(seen)

    def _look_at(self, one: ToLookAt) -> Likeness | None:
        try:
            with self.store.open(thumbnail_key(one.sha256, WIDTH)) as file:
                return likeness_of(file, max_pixels=self.max_pixels)
        except Unavailable:
            raise
        except GlimpseError as error:
            log.warning("likeness not told", image_key=one.image_key, reason=error.message)
            return None


def note(conn: Connection, asker: Asker, action: str, image_id: str, **detail: object) -> None:
    """Put on the audit trail what somebody decided."""
    audit.note(conn, user_id=asker.user_id, action=action, subject=image_id, detail=detail)


__all__ = ["Decided", "Duplicates", "Pair", "Progress", "Shown", "Side"]
