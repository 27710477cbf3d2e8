"""Upload: untrusted files become stored pictures, each on its own, each with an answer."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection

from service.db import captions, collections, encodings, evidence, images, likeness
from service.db.images import NewImage
from service.domain import Asker, Source, Uploaded, UploadStatus
from service.errors import Invalid
from service.filename import clean_name
from service.jobs import Job
from service.law.judging import PictureLaw
from service.picture import PreparedPicture, prepare
from service.returning import bring_back
from service.store import Store, original_key, served_key, thumbnail_key
from service.transaction import Transactions


@dataclass(frozen=True, slots=True)
class Uploading:
    """What an upload needs, all of it given."""

    transactions: Transactions
    store: Store
    law: PictureLaw
    max_bytes: int
    max_pixels: int
    source: Source = Source.UPLOAD
    captions: Sequence[str] = ()
    questions: Sequence[str] = ()


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
    """Store the bytes, then the row: a crash between the two leaves no row without bytes."""
    known = known_content(work, file, collection)
    if known is not None:
        return duplicate(name, known)
    try:
        prepared = prepare(file, max_bytes=work.max_bytes, max_pixels=work.max_pixels)
    except Invalid as error:
        return Uploaded(name, UploadStatus.REJECTED, reason=error.message)
    keep_bytes(work.store, file, prepared)
    new = as_row(name, prepared, work.source, asker)
    image_key = insert(work, new, collection)
    if image_key is None:
        return duplicate(name, join_known(work, new.sha256, collection))
    return Uploaded(name, UploadStatus.PENDING, new.public_id, near=near(work, image_key, asker))


def near(work: Uploading, image_key: int, asker: Asker) -> tuple[str, ...]:
    """What looks nearly the same and was here before, as far as whoever uploads may see it.

    Nobody watches an import, whose pictures are compared in the background alone.
    """
    if work.source is not Source.UPLOAD:
        return ()
    with work.transactions() as transaction:
        found = likeness.near(transaction.conn, image_key=image_key)
        here = {one.image_key: one.public_id for one in found if not one.deleted}
        hidden = work.law.hidden(transaction.conn, list(here), asker.countries)
    return tuple(name for key, name in here.items() if key not in hidden)


def duplicate(name: str, image_id: str | None) -> Uploaded:
    """The answer for a picture that is here already."""
    reason = f"The same picture is here already as {image_id}."
    return Uploaded(name, UploadStatus.DUPLICATE, image_id, reason)


def known_content(work: Uploading, file: BinaryIO, collection: str | None) -> str | None:
    """The id of the same picture where it is here already, found without decoding anything."""
    if file.seek(0, os.SEEK_END) > work.max_bytes:
        return None
    file.seek(0)
    digest = sha256_of(file)
    file.seek(0)
    return join_known(work, digest, collection)


def sha256_of(file: BinaryIO) -> str:
    """The content's name, read in pieces."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def join_known(work: Uploading, sha256: str, collection: str | None) -> str | None:
    """Put a known picture into the collection; a deleted one comes back."""
    with work.transactions() as transaction:
        known = images.by_content(transaction.conn, sha256)
        if known is None:
            return None
        if known.deleted:
            bring_back(transaction.conn, work.law, image_key=known.image_key)
        if collection:
            join(transaction.conn, collection, known.image_key)
        return known.public_id


def keep_bytes(store: Store, file: BinaryIO, prepared: PreparedPicture) -> None:
    """Put the original and what is made of it into the store."""
    checked, made = prepared.checked, prepared.derivatives
    file.seek(0)
    store.put(original_key(checked.sha256, checked.suffix), file)
    store.put(served_key(checked.sha256, made.served_suffix), made.served)
    for width, thumbnail in made.thumbnails.items():
        store.put(thumbnail_key(checked.sha256, width), thumbnail)


def as_row(name: str, prepared: PreparedPicture, source: Source, asker: Asker) -> NewImage:
    """The picture's row, under a fresh public id."""
    checked, made = prepared.checked, prepared.derivatives
    alike = made.likeness
    return NewImage(
        public_id=secrets.token_urlsafe(12),
        sha256=checked.sha256,
        name=name,
        format=checked.format,
        media_type=checked.media_type,
        suffix=checked.suffix,
        served_media_type=made.served_media_type,
        served_suffix=made.served_suffix,
        width=checked.width,
        height=checked.height,
        size_bytes=checked.size_bytes,
        placeholder=made.placeholder,
        source=source,
        uploaded_by=asker.user_id,
        waves=likeness.bits(alike.waves) if alike else None,
        gradients=likeness.bits(alike.gradients) if alike else None,
        likeness="hashed" if alike else "none",
    )


def insert(work: Uploading, new: NewImage, collection: str | None) -> int | None:
    """Write the row and queue it for every encoder; answers its key, None for a slower twin."""
    with work.transactions() as transaction:
        image_key = images.insert(transaction.conn, new)
        if image_key is None:
            return None
        encodings.queue_new(transaction.conn, image_key=image_key)
        if work.captions:
            captions.replace(transaction.conn, image_key=image_key, captions=work.captions)
        if work.questions and collection:
            evidence.add_questions(
                transaction.conn,
                dataset=collection.split("/", maxsplit=1)[0],
                image_key=image_key,
                name=new.name,
                texts=work.questions,
            )
        work.law.judge(transaction.conn, [image_key])
        if collection:
            join(transaction.conn, collection, image_key)
        transaction.nudge(Job.EMBED)
        transaction.nudge(Job.LIKENESS)
    return image_key


def join(conn: Connection, collection: str, image_key: int) -> None:
    """Put a picture into a collection, which is made if it is not there."""
    collection_id = collections.ensure(conn, collection)
    collections.add(conn, collection_id=collection_id, image_key=image_key)
