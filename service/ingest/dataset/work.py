"""What an import needs, what it tells on its way, and how it is stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine

from service.db.engine import connection
from service.db.imports import StoredImport, is_cancelled
from service.errors import Conflict
from service.ingest.dataset.dialect import Dialect
from service.ingest.dataset.folder import Folder
from service.ingest.dataset.layout import Kind
from service.ingest.upload import Uploading
from service.transaction import Transactions


class ImportCancelled(Conflict):
    """The import of {name} was stopped. Start it again to go on where it was."""


class Watch(Protocol):
    """Whoever watches an import."""

    def tell(self, title: str, taken: int, total: int) -> None:
        """So many more steps of this piece of work are done, of a total."""

    def breathe(self) -> None:
        """Called between pieces of work: other work of the same process may go on."""

    def stopped(self) -> bool:
        """Whether the import is to end now."""


class NobodyWatches:
    """A watch that sees nothing and stops nothing."""

    def tell(self, title: str, taken: int, total: int) -> None:
        """Look away."""

    def breathe(self) -> None:
        """Do nothing."""

    def stopped(self) -> bool:
        """Never."""
        return False


@dataclass(frozen=True, slots=True)
class Importing:
    """What every import needs, all of it given."""

    engine: Engine
    transactions: Transactions
    uploading: Uploading
    watch: Watch


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder whose files were looked at and are what their names say."""

    folder: Folder
    dialects: dict[Kind, Dialect]


@dataclass(frozen=True, slots=True)
class Job:
    """One import under way."""

    work: Importing
    stored: StoredImport
    checked: Checked

    @property
    def import_id(self) -> int:
        """Its key."""
        return self.stored.import_id

    def stop_if_asked(self) -> None:
        """Raise where somebody wants this import to end; called where nothing is half done."""
        with connection(self.work.engine) as conn:
            asked = is_cancelled(conn, self.import_id)
        if asked or self.work.watch.stopped():
            raise ImportCancelled(name=self.stored.name)

    def each(self, title: str, total: int) -> Callable[[int], None]:
        """What to call with the number of steps taken of this piece of work."""
        return lambda taken: self.work.watch.tell(title, taken, total)
