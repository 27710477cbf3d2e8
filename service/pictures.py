"""Stored pictures as the edges ask for them: what they are, their bytes, removal and return."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine

from service.db import audit, captions, encodings, images
from service.db.engine import connection
from service.db.images import StoredImage
from service.domain import Asker, Picture, PictureState, Role, StoredFile
from service.errors import NotFound
from service.jobs import Job
from service.law.judging import PictureLaw
from service.returning import bring_back
from service.store import Store, served_key, thumbnail_key
from service.transaction import Transactions

THUMBNAIL_WIDTHS = (320, 640)
KEPT_AFTER_DELETION = timedelta(days=30)


class NoSuchPicture(NotFound):
    """There is no picture {image_id}, or it was deleted."""


class StillChecked(NotFound):
    """The picture {image_id} is shown when its checks have ended. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one installation."""

    engine: Engine
    transactions: Transactions
    store: Store
    law: PictureLaw

    def picture(self, image_id: str, *, asker: Asker) -> Picture:
        """One picture as whoever asks may know it."""
        with connection(self.engine) as conn:
            stored = images.stored(conn, image_id)
            if stored is None:
                raise NoSuchPicture(image_id=image_id)
            self.law.refuse_if_hidden(conn, stored.image_key, asker.countries)
            found = images.picture(conn, image_id)
        if found is None:
            raise NoSuchPicture(image_id=image_id)
        return found

    def count_restricted(self, image_ids: Sequence[str]) -> int:
        """How many of these pictures the law keeps back somewhere."""
        with connection(self.engine) as conn:
            return len(self.law.hidden(conn, images.keys(conn, image_ids), ()))

    def newest(
        self, *, state: PictureState | None, limit: int, before: str | None, asker: Asker
    ) -> list[Picture]:
        """Pictures from the newest to the oldest, without those that the law keeps back."""
        shown: list[Picture] = []
        with connection(self.engine) as conn:
            while len(shown) < limit:
                most = limit - len(shown)
                found = images.newest(
                    conn, state=state, limit=most, before=before, countries=asker.countries
                )
                hidden = self.law.hidden(conn, [key for key, _ in found], asker.countries)
                shown += [picture for key, picture in found if key not in hidden]
                if len(found) < most:
                    break
                before = found[-1][1].image_id
        return shown

    def file(self, image_id: str, *, asker: Asker) -> StoredFile:
        """The picture's bytes, upright and without metadata."""
        stored = self._stored(image_id, asker)
        key = served_key(stored.sha256, stored.served_suffix)
        return opened(self.store, stored, key, stored.served_media_type)

    def thumbnail(self, image_id: str, *, width: int, asker: Asker) -> StoredFile:
        """A small WebP of the picture."""
        stored = self._stored(image_id, asker)
        return opened(self.store, stored, thumbnail_key(stored.sha256, width), "image/webp")

    def for_review(self, image_id: str, *, width: int) -> StoredFile:
        """A small picture for an admin who has to decide on it, whatever restricts it."""
        with connection(self.engine) as conn:
            stored = images.stored(conn, image_id)
        if stored is None:
            raise NoSuchPicture(image_id=image_id)
        return opened(self.store, stored, thumbnail_key(stored.sha256, width), "image/webp")

    def delete(self, image_id: str, *, asker: Asker) -> str:
        """Take a picture out of everything, for 30 days not for good; answers its name."""
        with self.transactions() as transaction:
            conn = transaction.conn
            stored = images.stored(conn, image_id)
            if stored is None:
                raise NoSuchPicture(image_id=image_id)
            images.mark_deleted(conn, image_key=stored.image_key)
            note(conn, asker, "picture deleted", image_id, name=stored.name)
        return stored.name

    def restore(self, image_id: str, *, asker: Asker) -> None:
        """Bring a deleted picture back."""
        with self.transactions() as transaction:
            conn = transaction.conn
            key = images.key(conn, image_id)
            if key is None:
                raise NoSuchPicture(image_id=image_id)
            bring_back(conn, self.law, image_key=key)
            note(conn, asker, "picture restored", image_id)

    def describe(self, image_id: str, descriptions: Sequence[str]) -> None:
        """Replace a picture's captions."""
        with self.transactions() as transaction:
            key = images.key(transaction.conn, image_id)
            if key is None:
                raise NoSuchPicture(image_id=image_id)
            captions.replace(transaction.conn, image_key=key, captions=descriptions)
            self.law.judge(transaction.conn, [key])

    def retry(self, image_id: str) -> None:
        """Try a quarantined picture again."""
        with self.transactions() as transaction:
            key = images.key(transaction.conn, image_id)
            if key is None:
                raise NoSuchPicture(image_id=image_id)
            if encodings.retry(transaction.conn, image_key=key):
                transaction.nudge(Job.EMBED)

    def _stored(self, image_id: str, asker: Asker) -> StoredImage:
        with connection(self.engine) as conn:
            stored = images.stored(conn, image_id)
            if stored is None:
                raise NoSuchPicture(image_id=image_id)
            self.law.refuse_if_hidden(conn, stored.image_key, asker.countries)
            ended = asker.role is Role.ADMIN or encodings.ended(conn, image_key=stored.image_key)
        if not ended:
            raise StillChecked(image_id=image_id)
        return stored


def opened(store: Store, stored: StoredImage, key: str, media_type: str) -> StoredFile:
    """One of a picture's files, to hand out."""
    stream = store.open(key)
    return StoredFile(
        stream=stream,
        media_type=media_type,
        etag=key.rsplit("/", 1)[-1],
        size_bytes=store.size(key),
        name=stored.name,
    )


def note(conn: Connection, asker: Asker, action: str, image_id: str, **detail: object) -> None:
    """Put on the audit trail what somebody did to a picture."""
    audit.note(conn, user_id=asker.user_id, action=action, subject=image_id, detail=detail)
