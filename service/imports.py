"""Imports of data sets as people meet them: started, watched, stopped, and reported on."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from service.db import import_files, imports
from service.db.engine import connection
from service.db.import_files import FileProgress, Refusal
from service.db.imports import StoredImport
from service.domain import Asker
from service.errors import Conflict
from service.ingest.dataset import run
from service.ingest.dataset.work import Importing, Watch

SHOWN_ERRORS = 100
OPEN = frozenset({"waiting", "running"})
STOPPED = frozenset({"cancelled", "failed"})
REPORT_COLUMNS = ("file", "line", "column", "value", "reason")


class ImportOver(Conflict):
    """This import is over already, so there is nothing to stop."""


class NothingToGoOnWith(Conflict):
    """This import is under way or done; start a new one to import the folder again."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How an import stands; of its refusals, the first hundred."""

    import_id: int
    name: str
    folder: str
    state: str
    reason: str | None
    pictures: dict[str, int]
    pictures_total: int
    files: tuple[FileProgress, ...]
    errors: tuple[Refusal, ...]
    started_at: datetime
    finished_at: datetime | None
    stopping: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in OPEN

    @property
    def may_go_on(self) -> bool:
        """Whether starting it again makes sense: it was stopped, or ended before its end."""
        return self.state in STOPPED

    @property
    def pictures_met(self) -> int:
        """How many pictures have been looked at."""
        return sum(self.pictures[name] for name in ("added", "duplicates", "rejected"))

    @property
    def refused(self) -> int:
        """How many rows and pictures were refused."""
        return self.pictures["rejected"] + sum(file.counts.rejected for file in self.files)

    @property
    def without_text(self) -> int:
        """How many rows name a query whose text nobody has brought yet."""
        return sum(file.counts.without_text for file in self.files)

    def as_document(self) -> dict[str, object]:
        """As the command line prints it."""
        return {
            "files": {
                file.name: {
                    "added": file.counts.added,
                    "updated": file.counts.updated,
                    "unchanged": file.counts.unchanged,
                    "rejected": file.counts.rejected,
                }
                for file in self.files
            },
            "pictures": self.pictures,
            "errors": [asdict(error) for error in self.errors],
            "without_text": self.without_text,
        }


@dataclass(frozen=True, slots=True)
class Imports:
    """All imports of one installation."""

    work: Importing

    def start(self, *, folder: Path, name: str | None, asker: Asker) -> int:
        """Have a worker import a folder of this machine; answers the import's key."""
        return run.start_import(self.work, path=folder, name=name, asker=asker)

    def now(self, *, folder: Path, name: str | None, asker: Asker, watch: Watch) -> ImportProgress:
        """Import a folder in this process."""
        work = replace(self.work, watch=watch)
        return self.progress(run.import_now(work, path=folder, name=name, asker=asker))

    def run_open(self, *, watch: Watch) -> None:
        """Work on imports that wait, or whose worker died."""
        run.run_open_imports(replace(self.work, watch=watch))

    def cancel(self, import_id: int) -> None:
        """Ask an import to stop; it does within seconds, and what is done stays done."""
        with self.work.transactions() as transaction:
            asked = imports.request_cancel(transaction.conn, import_id)
        stored = run.find(self.work, import_id)
        if not asked:
            raise ImportOver
        run.end_where_nobody_works(self.work, stored)

    def resume(self, import_id: int, *, asker: Asker) -> int:
        """Have a worker go on with an import that was stopped, or try a failed one again."""
        stored = run.find(self.work, import_id)
        if stored.state not in STOPPED:
            raise NothingToGoOnWith
        return self.start(folder=Path(stored.folder), name=stored.name, asker=asker)

    def progress(self, import_id: int) -> ImportProgress:
        """How an import stands."""
        stored = run.find(self.work, import_id)
        with connection(self.work.engine) as conn:
            files = tuple(import_files.progress(conn, import_id))
            errors = tuple(import_files.errors(conn, import_id, limit=SHOWN_ERRORS))
        return as_progress(stored, files, errors)

    def newest(self, *, limit: int = 20) -> list[StoredImport]:
        """The last imports, newest first."""
        with connection(self.work.engine) as conn:
            return imports.newest(conn, limit=limit)

    def report(self, import_id: int) -> Iterator[str]:
        """Everything that was refused, as lines of CSV, however much it is."""
        run.find(self.work, import_id)
        yield as_csv(REPORT_COLUMNS)
        with connection(self.work.engine) as conn:
            for error in import_files.errors(conn, import_id, limit=None):
                yield as_csv(tuple(asdict(error).values()))


def as_progress(
    stored: StoredImport, files: tuple[FileProgress, ...], errors: tuple[Refusal, ...]
) -> ImportProgress:
    """Rows as one value."""
    return ImportProgress(
        import_id=stored.import_id,
        name=stored.name,
        folder=stored.folder,
        state=stored.state,
        reason=stored.reason,
        pictures={
            "added": stored.pictures_added,
            "duplicates": stored.pictures_duplicates,
            "restricted": stored.pictures_restricted,
            "rejected": stored.pictures_rejected,
        },
        pictures_total=stored.pictures_total,
        files=files,
        errors=errors,
        started_at=stored.created_at,
        finished_at=stored.finished_at,
        stopping=stored.cancel_requested,
    )


def as_csv(values: tuple[object, ...]) -> str:
    """One line; a value that a spreadsheet would take for a formula is kept from being one."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(harmless, values))
    return line.getvalue()


def harmless(value: object) -> object:
    """The value, unless a spreadsheet would run it: then behind an apostrophe."""
    if not isinstance(value, str) or not value.startswith(("=", "+", "-", "@")):
        return value
    return value if value.lstrip("+-").replace(".", "", 1).isdigit() else f"'{value}"
