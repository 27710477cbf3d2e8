"""Upload: untrusted files become stored pictures, each on its own, each with an answer."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection

from service.db import collections, encodings, images
from service.db.images import NewImage
from service.domain import Asker, Uploaded, UploadStatus
from service.errors import Invalid
from service.filename import clean_name
from service.jobs import Job
from service.picture import CheckedPicture, Derivatives, check, derive
from service.store import Store, original_key, served_key, thumbnail_key
from service.transaction import Transactions


@dataclass(frozen=True, slots=True)
class Uploading:
    """What an upload needs, all of it given."""

    transactions: Transactions
    store: Store
    max_bytes: int
    max_pixels: int


def upload(
    work: Uploading,
    *,
    files: Iterable[tuple[str, BinaryIO]],
    asker: Asker,
    collection: str | None = None,
) -> Iterator[Uploaded]:
    """Take each file in turn and answer for it; a bad one does not touch its neighbours."""
    for name, file in files:
        yield upload_one(work, name=clean_name(name), file=file, asker=asker, collection=collection)


def upload_one(
    work: Uploading, *, name: str, file: BinaryIO, asker: Asker, collection: str | None
) -> Uploaded:
    """Check, store the bytes, then the row: a crash between the two leaves no row without bytes."""
    try:
        checked = check(file, max_bytes=work.max_bytes, max_pixels=work.max_pixels)
        known = join_known(work, checked, collection)
        if known is not None:
            return Uploaded(name, UploadStatus.DUPLICATE, known, "This picture is here already.")
        derived = derive(file, checked, max_pixels=work.max_pixels)
    except Invalid as error:
        return Uploaded(name, UploadStatus.REJECTED, reason=error.message)
    keep_bytes(work.store, file, checked, derived)
    return insert(work, name, checked, derived, asker, collection)


def join_known(work: Uploading, checked: CheckedPicture, collection: str | None) -> str | None:
    """The id of the same picture where it is here already; a deleted one comes back."""
    with work.transactions() as transaction:
        known = images.by_content(transaction.conn, checked.sha256)
        if known is None:
            return None
        if known.deleted:
            images.unmark_deleted(transaction.conn, image_key=known.image_key)
        if collection:
            join(transaction.conn, collection, known.image_key)
        return known.public_id


def keep_bytes(
    store: Store, file: BinaryIO, checked: CheckedPicture, derived: Derivatives
) -> None:
    """Put the original and what is made of it into the store."""
    file.seek(0)
    store.put(original_key(checked.sha256, checked.suffix), file)
    store.put(served_key(checked.sha256, derived.served_suffix), derived.served)
    for width, thumbnail in derived.thumbnails.items():
        store.put(thumbnail_key(checked.sha256, width), thumbnail)


def insert(
    work: Uploading,
    name: str,
    checked: CheckedPicture,
    derived: Derivatives,
    asker: Asker,
    collection: str | None,
) -> Uploaded:
    """Write the row and queue it for every encoder; a twin that was faster wins."""
    new = NewImage(
        public_id=secrets.token_urlsafe(12),
        sha256=checked.sha256,
        name=name,
        format=checked.format,
        media_type=checked.media_type,
        suffix=checked.suffix,
        served_media_type=derived.served_media_type,
        served_suffix=derived.served_suffix,
        width=checked.width,
        height=checked.height,
        size_bytes=checked.size_bytes,
        placeholder=derived.placeholder,
        uploaded_by=asker.user_id,
    )
    with work.transactions() as transaction:
        image_key = images.insert(transaction.conn, new)
        if image_key is not None:
            encodings.queue_new(transaction.conn, image_key=image_key)
            if collection:
                join(transaction.conn, collection, image_key)
            transaction.nudge(Job.EMBED)
            return Uploaded(name, UploadStatus.PENDING, new.public_id)
    twin = join_known(work, checked, collection)
    return Uploaded(name, UploadStatus.DUPLICATE, twin, "This picture is here already.")


def join(conn: Connection, collection: str, image_key: int) -> None:
    """Put a picture into a collection, which is made if it is not there."""
    collection_id = collections.ensure(conn, collection)
    collections.add(conn, collection_id=collection_id, image_key=image_key)
