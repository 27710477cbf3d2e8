"""The import of a data set: all files checked, pictures taken, files loaded, rules asked.

An import is a row. Whoever works on it holds a lock that the database lets go of when its holder
dies, so that the next one can go on at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog
from sqlalchemy import Connection

from service.db import datasets, imports, locks
from service.db.engine import connection, translated
from service.db.imports import StoredImport
from service.domain import Asker
from service.errors import Conflict, GlimpseError, Invalid, NotFound, Unavailable
from service.ingest.dataset.before_law import judge_pictures
from service.ingest.dataset.dialect import sniff
from service.ingest.dataset.folder import UnreadableFolder, read_folder
from service.ingest.dataset.load import load_files
from service.ingest.dataset.pictures import take_pictures
from service.ingest.dataset.work import Checked, ImportCancelled, Importing, Job
from service.jobs import Job as Background

log = structlog.get_logger()

MAX_NAME = 100


class BadDatasetName(Invalid):
    """A data set's name has 1 to 100 visible characters without slashes. Choose another one."""


class ImportRunning(Conflict):
    """The data set {name} is being imported already. Wait until that is done, or stop it."""


class NoSuchImport(NotFound):
    """There is no such import."""


def check(path: Path) -> Checked:
    """Look at every file before anything is written; raises where one is not what it should be."""
    folder = read_folder(path)
    try:
        dialects = {kind: sniff(file, kind) for kind, file in folder.files.items()}
    except OSError as error:
        raise UnreadableFolder(path=path, reason=error.strerror) from error
    return Checked(folder, dialects)


def dataset_name(path: Path, given: str | None) -> str:
    """The name given, else the folder's."""
    name = path.resolve().name if given is None else given.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable() or set(name) & {"/", "\\"}:
        raise BadDatasetName
    return name


def start_import(work: Importing, *, path: Path, name: str | None, asker: Asker) -> int:
    """Note an import for a worker; answers its key."""
    check(path)
    chosen = dataset_name(path, name)
    dataset_id = ensure_dataset(work, chosen)
    with held(work, dataset_id, chosen), work.transactions() as transaction:
        import_id = begin_or_go_on(transaction.conn, dataset_id, path, asker)
        transaction.nudge(Background.IMPORT)
    return import_id


def import_now(work: Importing, *, path: Path, name: str | None, asker: Asker) -> int:
    """Import a folder in this process; answers the import's key."""
    checked = check(path)
    chosen = dataset_name(path, name)
    dataset_id = ensure_dataset(work, chosen)
    with held(work, dataset_id, chosen):
        with work.transactions() as transaction:
            import_id = begin_or_go_on(transaction.conn, dataset_id, path, asker)
        carry_out(work, import_id, checked)
    return import_id


def run_open_imports(work: Importing) -> None:
    """Work on imports that wait, or whose worker died; each error is its import's own."""
    with connection(work.engine) as conn:
        waiting = imports.open_ones(conn)
    for one in waiting:
        try:
            with held(work, one.dataset_id, one.name):
                carry_out(work, one.import_id, None)
        except (ImportRunning, ImportCancelled) as error:
            log.info("import left alone", import_id=one.import_id, reason=error.message)
        except Unavailable:
            raise
        except GlimpseError as error:
            log.error("import failed", import_id=one.import_id, reason=error.message)  # noqa: TRY400 - its words say it


def end_where_nobody_works(work: Importing, stored: StoredImport) -> None:
    """An import that only waits, or whose worker died, is stopped at once when that is asked."""
    with suppress(ImportRunning), held(work, stored.dataset_id, stored.name):
        if find(work, stored.import_id).cancel_requested:
            note(work, stored.import_id, "cancelled")


def ensure_dataset(work: Importing, name: str) -> int:
    """The data set's key."""
    with work.transactions() as transaction:
        return datasets.ensure(transaction.conn, name)


@contextmanager
def held(work: Importing, dataset_id: int, name: str) -> Iterator[None]:
    """Keep everybody else from importing this data set; ends with this process, however it ends."""
    lock = locks.Lock.IMPORT_DATASET
    with translated(), work.engine.connect() as guard:
        if not locks.try_one_for_session(guard, lock, dataset_id):
            raise ImportRunning(name=name)
        # The lock outlives the transaction, which must not stay open as long as an import takes.
        guard.rollback()
        try:
            yield
        finally:
            locks.release_one(guard, lock, dataset_id)


def begin_or_go_on(conn: Connection, dataset_id: int, path: Path, asker: Asker) -> int:
    """A new import of the folder, or the one of the same folder that was stopped or died."""
    folder = str(path.resolve())
    last = imports.last_of(conn, dataset_id)
    if last is not None and last.state in {"waiting", "running", "cancelled"}:
        if last.folder == folder:
            imports.set_state(conn, last.import_id, "waiting")
            return last.import_id
        reason = f"It was given up: the data set was then imported from {folder}."
        imports.set_state(conn, last.import_id, "failed", reason=reason)
    return imports.insert(conn, dataset_id=dataset_id, folder=folder, user_id=asker.user_id)


def carry_out(work: Importing, import_id: int, checked: Checked | None) -> None:
    """Do the work and note how it ended; where a part is away, the import stays open."""
    stored = find(work, import_id)
    try:
        job = Job(work, stored, checked or check(Path(stored.folder)))
        note(work, import_id, "running")
        log.info("import begins", import_id=import_id)
        take_pictures(job)
        load_files(job)
        judge_pictures(job)
    except ImportCancelled:
        note(work, import_id, "cancelled")
        raise
    except Unavailable:
        raise
    except GlimpseError as error:
        note(work, import_id, "failed", reason=error.message)
        raise
    except Exception as error:
        note(work, import_id, "failed", reason=f"{type(error).__name__}: {error}"[:300])
        raise
    note(work, import_id, "done")
    log.info("import done", import_id=import_id)


def find(work: Importing, import_id: int) -> StoredImport:
    """The import's row."""
    with connection(work.engine) as conn:
        stored = imports.find(conn, import_id)
    if stored is None:
        raise NoSuchImport
    return stored


def note(work: Importing, import_id: int, state: str, *, reason: str | None = None) -> None:
    """Write down how the import stands."""
    with work.transactions() as transaction:
        imports.set_state(transaction.conn, import_id, state, reason=reason)
