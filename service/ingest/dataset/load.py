"""Files into the database: each copied into staging, told apart, and merged by one statement."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from service.db import (
    coded,
    datasets,
    import_files,
    judges,
    locks,
    merge_judgements,
    merge_texts,
    resolve_texts,
    staging,
)
from service.db.engine import connection
from service.db.merge_judgements import GRADES, VOTES
from service.db.staging import Merging
from service.ingest.dataset.blocks import BlockReader
from service.ingest.dataset.dialect import Dialect
from service.ingest.dataset.folder import UnreadableFolder
from service.ingest.dataset.layout import RATED, Kind
from service.ingest.dataset.lines import read_rows, to_stage
from service.ingest.dataset.refusals import (
    ContradictsEarlier,
    ForeignQuery,
    IsQuestion,
    OfAnotherPicture,
    UnknownPicture,
)
from service.ingest.dataset.rows import staged_columns
from service.ingest.dataset.work import Job

# Files that are merged together: texts of one query id may stand in both, and must agree.
GROUPS = ((Kind.QUESTIONS,), (Kind.CAPTIONS, Kind.TRAINING), (Kind.EXPERTS,), (Kind.CROWD,))

# Files that hold nothing but judgements are read in blocks.
JUDGED = {Kind.EXPERTS: GRADES, Kind.CROWD: VOTES}

STAGED = "staged (image, query_id, fault)"

# The column to blame and the words for each refusal that only the database can tell.
REASONS = {
    "unknown": ("image", UnknownPicture().message),
    "foreign": ("query_id", ForeignQuery().message),
    "contradicts": ("query_id", ContradictsEarlier(line="<line>", file="<file>").message),
    "question": ("query_id", IsQuestion().message),
    "stranger": ("query_id", OfAnotherPicture().message),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to load."""

    kind: Kind
    path: Path
    dialect: Dialect
    sha256: str

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self.path.name


def load_files(job: Job) -> None:
    """Load the files group by group; what an earlier try of this import has loaded stays loaded."""
    with job.work.transactions() as transaction:
        files = [(path.name, path.stat().st_size) for path in job.checked.folder.files.values()]
        import_files.set_files(transaction.conn, job.import_id, files)
    for kinds in GROUPS:
        job.stop_if_asked()
        sources = [source(job, kind) for kind in kinds if kind in job.checked.dialects]
        if sources and not all_done(job, sources):
            load_group(job, sources)
        job.work.watch.breathe()


def source(job: Job, kind: Kind) -> Source:
    """A file with the name of its content."""
    path = job.checked.folder.files[kind]
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFolder(path=path, reason=error.strerror) from error
    return Source(kind, path, job.checked.dialects[kind], digest)


def all_done(job: Job, sources: Sequence[Source]) -> bool:
    """Whether an earlier try of this import has loaded exactly these files."""
    with connection(job.work.engine) as conn:
        done = {file.name: file.sha256 for file in import_files.progress(conn, job.import_id)
                if file.state == "done"}  # fmt: skip
    return all(done.get(one.name) == one.sha256 for one in sources)


def load_group(job: Job, sources: Sequence[Source]) -> None:
    """Stage and merge files in one transaction: all of it is seen, or nothing."""
    names = [one.name for one in sources]
    with job.work.transactions() as transaction:
        conn = transaction.conn
        import_files.forget_errors(conn, job.import_id, names)
        staging.begin(conn)
        coded.begin(conn)
        for number, one in enumerate(sources):
            stage(conn, job, one, number)
        locks.hold(conn, locks.Lock.MERGE_DATASET)
        merging = prepare(conn, job)
        MERGES[sources[0].kind](conn, merging, sources)
        staging.report_faults(conn, merging, files=names, reasons=REASONS)
        counts = staging.count(conn, names)
        for one in sources:
            import_files.finish_file(
                conn, job.import_id, one.name, sha256=one.sha256, counts=counts[one.name]
            )


def stage(conn: Connection, job: Job, one: Source, number: int) -> None:
    """Copy a file's rows into the staging tables."""
    tell = job.each(one.name, one.path.stat().st_size)
    noted = 0

    def tick(read: int) -> None:
        nonlocal noted
        noted += read
        tell(read)
        job.stop_if_asked()
        note_bytes(job, one, noted)

    try:
        with one.path.open("rb") as file:
            if one.kind in JUDGED:
                stage_coded(conn, file, one, tick)
            else:
                rows = to_stage(read_rows(file, one.dialect, tick=tick), one.dialect, number)
                staging.copy(conn, staged_columns(one.dialect.shape), rows)
    except OSError as error:
        raise UnreadableFolder(path=one.path, reason=error.strerror) from error


def stage_coded(conn: Connection, file: BinaryIO, one: Source, tick: Callable[[int], None]) -> None:
    """Copy a file of judgements block by block, as numbers and what they mean."""
    kind = JUDGED[one.kind]
    for block in BlockReader(one.dialect).blocks(file):
        coded.copy_rows(conn, block.lines, block.codes)
        coded.copy_meanings(conn, "coded_images", block.new_images)
        coded.copy_meanings(conn, "coded_queries", block.new_queries)
        coded.copy_meanings(conn, kind.coded, [(code, *said) for code, said in block.new_said])
        faults = ((0, line, json.dumps(fault.as_json())) for line, fault in block.faults)
        staging.copy(conn, (), faults)
        tick(block.bytes)


def note_bytes(job: Job, one: Source, read: int) -> None:
    """Let others see how far the file is; on its own, since the rows' transaction is not over."""
    with job.work.transactions() as transaction:
        import_files.set_bytes_read(transaction.conn, job.import_id, one.name, read)


def prepare(conn: Connection, job: Job) -> Merging:
    """What the merging statements need to know, and the tables they look at."""
    dataset_id, name = job.stored.dataset_id, job.stored.name
    merging = Merging(
        import_id=job.import_id,
        dataset_id=dataset_id,
        panel_id=judges.ensure_of_dataset(
            conn, dataset_id=dataset_id, kind="panel", name=f"experts of {name}"
        ),
        crowd_id=judges.ensure_of_dataset(
            conn, dataset_id=dataset_id, kind="crowd", name=f"crowd of {name}"
        ),
    )
    if not job.checked.folder.has_pictures:
        datasets.adopt_named_in_staged(conn, dataset_id=dataset_id, import_id=job.import_id)
    staging.measure(conn, STAGED, "dataset_pictures", "queries")
    staging.find_foreign_queries(conn, merging)
    return merging


def merge_questions(conn: Connection, merging: Merging, _: Sequence[Source]) -> None:
    """Evaluation questions, which are nothing else from then on."""
    resolve_texts.find_said(conn)
    resolve_texts.resolve_questions(conn, merging)
    merge_texts.merge_questions(conn, merging)
    merge_texts.withdraw_questions(conn, merging)
    merge_texts.withdraw_question_pairs(conn, merging)


def merge_text_files(conn: Connection, merging: Merging, sources: Sequence[Source]) -> None:
    """Captions and pairs for training, with the judgements that stand beside some pairs."""
    captions = [at for at, one in enumerate(sources) if one.kind == Kind.CAPTIONS]
    pairs = [at for at, one in enumerate(sources) if one.kind == Kind.TRAINING]
    staging.add_queries(conn, merging)
    resolve_texts.find_said(conn)
    resolve_texts.resolve_captions(conn, merging, captions)
    resolve_texts.resolve_pairs(conn, merging, pairs)
    merge_texts.merge_queries(conn, merging)
    merge_texts.merge_captions(conn, captions)
    merge_texts.merge_own_captions(conn, merging)
    merge_texts.merge_pairs(conn, merging, pairs)
    if any(one.dialect.shape.layout == RATED for one in sources):
        merge_judgements.merge(conn, merging, GRADES)
        merge_judgements.merge(conn, merging, VOTES)


def merge_judged(conn: Connection, merging: Merging, sources: Sequence[Source]) -> None:
    """A file of judgements."""
    kind = JUDGED[sources[0].kind]
    staging.measure(conn, "coded", "coded_images", "coded_queries", kind.coded)
    # Of a new data set's pictures, too, the planner would think that there is hardly one.
    staging.measure(conn, "dataset_pictures", "queries")
    coded.add_queries(conn, merging)
    coded.find_keys(conn, merging)
    staging.measure(conn, "image_keys", "query_keys")
    found = coded.resolve(conn, merging, kind)
    if "added" in found:
        coded.insert_added(conn, merging, kind)
    if "updated" in found:
        merge_judgements.merge(conn, merging, kind, statuses=("updated",))


MERGES: dict[Kind, Callable[[Connection, Merging, Sequence[Source]], None]] = {
    Kind.QUESTIONS: merge_questions,
    Kind.CAPTIONS: merge_text_files,
    Kind.TRAINING: merge_text_files,
    Kind.EXPERTS: merge_judged,
    Kind.CROWD: merge_judged,
}
