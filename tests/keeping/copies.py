"""Backups made and restored by a test, and all that can be compared of two homes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import text

from service.config import Settings
from service.db.engine import connection
from service.encoder.holder import EncoderHolder
from service.keeping.backup import Backup, Made
from service.keeping.examine import examine
from service.keeping.restore import Restore, Restored
from service.keeping.watch import NobodyWatches
from service.services import Services
from service.stack.endpoints import Endpoints
from service.store import KINDS, Store
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder, load_stand_in


def back_up(services: Services, file: Path, *, force: bool = False) -> Made:
    """A backup of these services' home."""
    encoders = services.settings.home / "encoders"
    work = Backup(services.engine, services.store, encoders, NobodyWatches())
    return work.write(file, force=force)


def bring_back(file: Path, url: str, settings: Settings, *, store: Store | None = None) -> Restored:
    """A backup restored into a database and the settings' store."""
    found = examine(file, NobodyWatches())
    place = store or Store(settings.effective_store_url)
    work = Restore(found, url, place, settings.home / "encoders", NobodyWatches())
    work.check()
    return work.run()


@contextmanager
def opened(settings: Settings, url: str, servers: Endpoints) -> Iterator[Services]:
    """The services on a restored database."""
    with wired(
        settings,
        Endpoints(url, servers.redis_url),
        secret_key="another secret",
        encoder=EncoderHolder(ColourEncoder.name, ColourEncoder),
        load=load_stand_in,
        hasher=PasswordHasher.from_parameters(CHEAPEST),
    ) as services:
        yield services


TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
       AND relkind IN ('r', 'p') AND NOT relispartition
    """


def rows_of(services: Services) -> dict[str, list[str]]:
    """All rows of all tables, as text."""
    with connection(services.engine) as conn:
        return {
            name: sorted(conn.execute(text(f'SELECT t::text FROM "{name}" t')).scalars())  # noqa: S608 - a table's name
            for name in conn.execute(text(TABLES)).scalars()
        }


def files_of(services: Services) -> dict[str, bytes]:
    """All stored files."""
    return {key: services.store.read(key) for kind in KINDS for key in services.store.keys(kind)}
