"""The bin: what was removed, who removed it, how long it is kept, and its way back or out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from service.db import audit, images, removed
from service.db.engine import connection
from service.db.removed import RemovedCollection
from service.domain import Asker, Picture, StoredFile
from service.errors import NotFound
from service.law.judging import PictureLaw
from service.pictures import KEPT_AFTER_DELETION, opened
from service.returning import bring_back
from service.store import Store, thumbnail_key
from service.transaction import Transactions

BY_ITSELF = "glimpse"


class NotInTheBin(NotFound):
    """That is not in the bin: it was brought back, or removed for good."""


@dataclass(frozen=True, slots=True)
class Thrown:
    """A removed picture; hidden tells that the law keeps it from whoever asks."""

    picture: Picture
    removed_at: datetime
    who: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Trash:
    """What one installation keeps of what was removed."""

    engine: Engine
    transactions: Transactions
    store: Store
    law: PictureLaw

    def count(self) -> int:
        """How many pictures are in it."""
        with connection(self.engine) as conn:
            return removed.count(conn)

    def pictures(self, *, limit: int, offset: int = 0, asker: Asker) -> list[Thrown]:
        """Removed pictures, the last one first."""
        with connection(self.engine) as conn:
            found = removed.pictures(conn, limit=limit, offset=offset)
            keys = [one.image_key for one in found]
            hidden = self.law.hidden(conn, keys, asker.countries)
            known = removed.by_key(conn, keys)
        return [
            Thrown(known[one.image_key], one.removed_at, one.who, one.image_key in hidden)
            for one in found
            if one.image_key in known
        ]

    def collections(self) -> list[RemovedCollection]:
        """Removed collections, the last one first."""
        with connection(self.engine) as conn:
            return removed.collections(conn)

    def thumbnail(self, image_id: str, *, width: int, asker: Asker) -> StoredFile:
        """A removed picture in small, unless the law keeps it from whoever asks."""
        with connection(self.engine) as conn:
            stored = removed.stored(conn, image_id)
            if stored is None:
                raise NotInTheBin
            self.law.refuse_if_hidden(conn, stored.image_key, asker.countries)
        return opened(self.store, stored, thumbnail_key(stored.sha256, width), "image/webp")

    def restore(self, image_ids: Sequence[str], *, asker: Asker) -> int:
        """Bring pictures back; answers how many were in the bin."""
        back = 0
        with self.transactions() as transaction:
            conn = transaction.conn
            for image_id, key in images.keys_by_id(conn, image_ids).items():
                if bring_back(conn, self.law, image_key=key):
                    back += 1
                    note(conn, asker, "picture restored", image_id)
        return back

    def empty(self, image_ids: Sequence[str], *, asker: Asker) -> int:
        """Remove pictures for good, rows first; the trail keeps their ids and names."""
        gone = []
        with self.transactions() as transaction:
            conn = transaction.conn
            for image_id in image_ids:
                stored = removed.stored(conn, image_id)
                if stored is not None:
                    removed.forget_picture(conn, image_key=stored.image_key)
                    note(conn, asker, "picture purged", image_id, name=stored.name)
                    gone.append(stored)
            removed.forget_judgements(conn, [one.image_key for one in gone])
        for one in gone:
            self.store.delete_picture(one.sha256)
        return len(gone)

    def purge(self, *, most: int = 100) -> int:
        """Remove for good what was removed 30 days ago; answers how many pictures that were."""
        with self.transactions() as transaction:
            conn = transaction.conn
            gone = removed.purge(conn, after=KEPT_AFTER_DELETION, most=most)
            removed.forget_judgements(conn, [one.image_key for one in gone])
            for one in gone:
                by_itself(conn, "picture purged", one.public_id, name=one.name)
            for name in removed.forget_collections(conn, after=KEPT_AFTER_DELETION):
                by_itself(conn, "collection purged", name)
        for one in gone:
            self.store.delete_picture(one.sha256)
        return len(gone)


def note(conn: Connection, asker: Asker, action: str, image_id: str, **detail: object) -> None:
    """Put on the audit trail what somebody did."""
    audit.note(conn, user_id=asker.user_id, action=action, subject=image_id, detail=detail)


def by_itself(conn: Connection, action: str, subject: str, **detail: object) -> None:
    """Put on the audit trail what happened because its time had come."""
    audit.add(conn, user_id=None, who=BY_ITSELF, action=action, subject=subject, detail=detail)
