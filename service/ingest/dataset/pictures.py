"""The pictures of a data set, through the same path as uploads, a handful at a time."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from service.db import datasets, import_files, imports
from service.db.datasets import NamedPicture
from service.db.engine import connection
from service.db.import_files import Refusal
from service.domain import Asker, Uploaded, UploadStatus
from service.ingest.dataset.folder import SPLITS, PictureFile, UnreadableFolder, readable
from service.ingest.dataset.refusals import (
    FolderInside,
    NameNotUtf8,
    NameTaken,
    NothingToOpen,
)
from service.ingest.dataset.values import BadValue
from service.ingest.dataset.work import Job
from service.ingest.upload import upload

HANDFUL = 16
ADDED, DUPLICATE, REJECTED = "added", "duplicate", "rejected"


@dataclass(slots=True)
class Tally:
    """What became of the pictures so far, and which names and pictures were met."""

    counts: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    image_ids: set[str] = field(default_factory=set)


def take_pictures(job: Job) -> None:
    """Take every picture; one that came in by an earlier try of this import is taken as known."""
    pictures = job.checked.folder.pictures
    with job.work.transactions() as transaction:
        import_files.forget_picture_errors(transaction.conn, job.import_id)
    tell = job.each("Pictures", len(pictures))
    tally = Tally()
    for handful in handfuls(pictures):
        job.stop_if_asked()
        take_handful(job, handful, tally)
        tell(len(handful))
        job.work.watch.breathe()


def handfuls(pictures: Sequence[PictureFile]) -> Iterator[list[PictureFile]]:
    """A few pictures at a time."""
    rest = iter(pictures)
    while handful := list(islice(rest, HANDFUL)):
        yield handful


def take_handful(job: Job, handful: Sequence[PictureFile], tally: Tally) -> None:
    """Upload a few pictures, then note their names and what became of them together."""
    named, refused = [], []
    for picture in handful:
        answer = refused_unopened(picture, tally.names) or take(job, picture)
        tally.names.add(picture.name)
        if answer.image_id is None:
            refused.append(refusal(picture, answer))
            tally.counts[REJECTED] += 1
            continue
        named.append(NamedPicture(picture.name, picture.split, answer.image_id))
        tally.counts[what_became(job, answer, tally)] += 1
        tally.image_ids.add(answer.image_id)
    with job.work.transactions() as transaction:
        conn = transaction.conn
        datasets.name_pictures(
            conn, dataset_id=job.stored.dataset_id, import_id=job.import_id, pictures=named
        )
        for one in refused:
            import_files.add_error(conn, job.import_id, one)
        imports.set_pictures(
            conn,
            job.import_id,
            total=len(job.checked.folder.pictures),
            added=tally.counts[ADDED],
            duplicates=tally.counts[DUPLICATE],
            rejected=tally.counts[REJECTED],
        )


def take(job: Job, picture: PictureFile) -> Uploaded:
    """One picture, into the collection of its split."""
    collection = f"{job.stored.name}/{picture.split}"
    try:
        with picture.path.open("rb") as file:
            (answer,) = upload(
                job.work.uploading,
                files=[(picture.name, file)],
                asker=Asker(),
                collection=collection,
            )
    except OSError as error:
        reason = UnreadableFolder(path=picture.path, reason=error.strerror).message
        return Uploaded(picture.name, UploadStatus.REJECTED, reason=reason)
    return answer


def refused_unopened(picture: PictureFile, seen: Container[str]) -> Uploaded | None:
    """The answer where nothing needs to be opened: opening a pipe would wait for ever."""
    if picture.name in seen:
        reason: BadValue = NameTaken()
    elif picture.path.is_dir():
        reason = FolderInside()
    elif not picture.path.is_file():
        reason = NothingToOpen()
    elif readable(picture.path.name) != picture.path.name:
        reason = NameNotUtf8()
    else:
        return None
    return Uploaded(picture.name, UploadStatus.REJECTED, reason=reason.message)


def refusal(picture: PictureFile, answer: Uploaded) -> Refusal:
    """A refused picture as the report has it."""
    file = f"{SPLITS[picture.split]}/{picture.name}"
    return Refusal(file, None, None, None, answer.reason or "It could not be taken.")


def what_became(job: Job, answer: Uploaded, tally: Tally) -> str:
    """Added or a duplicate; what an earlier try of this same import added counts as added."""
    if answer.status != UploadStatus.DUPLICATE:
        return ADDED
    if answer.image_id in tally.image_ids:
        return DUPLICATE
    with connection(job.work.engine) as conn:
        ours = datasets.was_brought_by(conn, import_id=job.import_id, image_id=str(answer.image_id))
    return ADDED if ours else DUPLICATE
