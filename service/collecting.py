"""Collections of pictures: made, filled, searched in and removed; the pictures stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from service.db import audit, collections, images, removed
from service.db.engine import connection
from service.domain import Asker, Picture
from service.errors import Conflict, Invalid, NotFound
from service.law.judging import PictureLaw
from service.transaction import Transactions

LONGEST_NAME = 200


class NoCollection(NotFound):
    """There is no such collection, or it was removed."""


class CollectionNameTaken(Conflict):
    """There is a collection named {name} already. Choose another name."""


class BadCollectionName(Invalid):
    """A collection's name has 1 to 200 characters, on one line."""

    field = "name"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as whoever asks may know it: the cover and the number are of what he may see."""

    collection_id: int
    name: str
    created_at: datetime
    pictures: int
    cover: Picture | None


@dataclass(frozen=True, slots=True)
class Collecting:
    """The collections of one installation."""

    engine: Engine
    transactions: Transactions
    law: PictureLaw

    def listed(self, *, asker: Asker) -> list[Shelf]:
        """All collections by name, with covers."""
        with connection(self.engine) as conn:
            return self._shelves(conn, collections.listed(conn, asker.countries), asker)

    def one(self, collection_id: int, *, asker: Asker) -> Shelf:
        """One of them."""
        with connection(self.engine) as conn:
            found = collections.listed(conn, asker.countries, collection_id=collection_id)
            if not found:
                raise NoCollection
            return self._shelves(conn, found, asker)[0]

    def pictures(
        self, collection_id: int, *, limit: int, before: str | None, asker: Asker
    ) -> list[Picture]:
        """Its pictures, the newest first, as far as whoever asks may see them."""
        with connection(self.engine) as conn:
            keys = collections.newest(
                conn, asker.countries, collection_id=collection_id, limit=limit, before=before
            )
            hidden = self.law.hidden(conn, keys, asker.countries)
            found = images.pictures_by_key(conn, [key for key in keys if key not in hidden])
        return [found[key] for key in keys if key in found]

    def create(self, name: str, *, asker: Asker) -> int:
        """Make an empty collection; answers its key."""
        wanted = checked(name)
        with self.transactions() as transaction:
            made = collections.create(transaction.conn, wanted)
            if made is None:
                raise CollectionNameTaken(name=wanted)
            note(transaction.conn, asker, "collection made", wanted)
        return made

    def rename(self, collection_id: int, name: str, *, asker: Asker) -> None:
        """Give it another name."""
        wanted = checked(name)
        with self.transactions() as transaction:
            conn = transaction.conn
            before = named(conn, collection_id)
            if not collections.rename(conn, collection_id=collection_id, name=wanted):
                raise CollectionNameTaken(name=wanted)
            note(conn, asker, "collection renamed", wanted, before=before)

    def add(self, collection_id: int, image_ids: Sequence[str], *, asker: Asker) -> int:
        """Put pictures into it; answers how many were new to it."""
        with self.transactions() as transaction:
            conn = transaction.conn
            name = named(conn, collection_id)
            keys = self._visible(conn, image_ids, asker)
            added = collections.add_all(conn, collection_id=collection_id, image_keys=keys)
            if added:
                note(conn, asker, "collection filled", name, pictures=added)
        return added

    def gather(self, name: str, image_ids: Sequence[str], *, asker: Asker) -> int:
        """Put pictures into the collection of that name, which is made if need be; its key."""
        wanted = checked(name)
        with self.transactions() as transaction:
            made = collections.ensure(transaction.conn, wanted)
        self.add(made, image_ids, asker=asker)
        return made

    def take_out(self, collection_id: int, image_ids: Sequence[str], *, asker: Asker) -> int:
        """Take pictures out of it, which stay where they are besides; answers how many."""
        with self.transactions() as transaction:
            conn = transaction.conn
            name = named(conn, collection_id)
            keys = images.keys(conn, image_ids)
            gone = collections.take_out(conn, collection_id=collection_id, image_keys=keys)
            if gone:
                note(conn, asker, "pictures taken out", name, pictures=gone)
        return gone

    def remove(self, collection_id: int, *, asker: Asker) -> int:
        """Remove the collection, not its pictures, for 30 days not for good; what undoes it."""
        with self.transactions() as transaction:
            conn = transaction.conn
            name = named(conn, collection_id)
            who = audit.name_of(conn, asker.user_id)
            undoing = removed.remove_collection(conn, collection_id=collection_id, who=who)
            if undoing is None:
                raise NoCollection
            note(conn, asker, "collection removed", name)
        return undoing

    def bring_back(self, removed_id: int, *, asker: Asker) -> int:
        """Undo the removal; where its name was given anew, the two become one. Its key."""
        with self.transactions() as transaction:
            conn = transaction.conn
            found = removed.take_collection(conn, removed_id=removed_id)
            if found is None:
                raise NoCollection
            name, keys = found
            key = collections.ensure(conn, name)
            collections.add_all(conn, collection_id=key, image_keys=keys)
            note(conn, asker, "collection restored", name)
        return key

    def _visible(self, conn: Connection, image_ids: Sequence[str], asker: Asker) -> list[int]:
        keys = images.keys(conn, image_ids)
        hidden = self.law.hidden(conn, keys, asker.countries)
        return [key for key in keys if key not in hidden]

    def _shelves(
        self, conn: Connection, found: Sequence[collections.Collection], asker: Asker
    ) -> list[Shelf]:
        keys = [one.newest_key for one in found if one.newest_key is not None]
        hidden = self.law.hidden(conn, keys, asker.countries)
        covers = images.pictures_by_key(conn, [key for key in keys if key not in hidden])
        return [
            Shelf(
                one.collection_id,
                one.name,
                one.created_at,
                one.pictures,
                covers.get(one.newest_key or 0),
            )
            for one in found
        ]


def checked(name: str) -> str:
    """A name that a collection can have."""
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= LONGEST_NAME or not wanted.isprintable():
        raise BadCollectionName
    return wanted


def named(conn: Connection, collection_id: int) -> str:
    """The name of a collection that is there."""
    found = collections.name_of(conn, collection_id)
    if found is None:
        raise NoCollection
    return found


def note(conn: Connection, asker: Asker, action: str, name: str, **detail: object) -> None:
    """Put on the audit trail what somebody did to a collection."""
    audit.note(conn, user_id=asker.user_id, action=action, subject=name, detail=detail)
