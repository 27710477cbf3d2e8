"""What it costs to import annotation rows, beside a bare COPY of the same rows in the same run."""

import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection, Engine, text

from benchmarks.table import show
from service.config import Settings
from service.db import datasets, migrate
from service.db.engine import make_engine
from service.domain import Asker
from service.imports import Imports
from service.ingest.dataset.work import Importing, NobodyWatches
from service.ingest.upload import Uploading
from service.jobs import NoNudger
from service.law.book import PolicyBook
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.store import Store
from service.transaction import Transactions
from tests.servers import throwaway_servers

PICTURES = 8_000
QUERIES = 40_000
ROWS = 1_000_000
BLOCK = 1 << 20
BARE = "CREATE TABLE bare (image text, query_id text, share float8, yes integer, no integer"


def rows() -> Iterator[str]:
    """The crowd's votes on pictures, each with as many queries, as a file has them."""
    each = ROWS // PICTURES
    for number in range(ROWS):
        picture, query = number // each, (number * 7919) % QUERIES
        yes = number % 4
        pair = f"{picture}_5a2dd9b7bd.jpg\t{query}_ab12.jpg#{query % 5}"
        yield f"{pair}\t{yes / 3:.15g}\t{yes}\t{3 - yes}\n"


def write(path: Path) -> None:
    """The file to import."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(rows())


def prepare(conn: Connection) -> None:
    """Pictures and texts that are here already, as they are when judgements are loaded."""
    conn.execute(
        text(
            """
            INSERT INTO images (public_id, sha256, name, format, media_type, suffix,
                                served_media_type, served_suffix, width, height, size_bytes,
                                placeholder)
            SELECT n, n, n || '_5a2dd9b7bd.jpg', 'jpeg', 'image/jpeg', '.jpg', 'image/jpeg',
                   '.jpg', 4, 3, 1, '' FROM generate_series(0, :last) n
            """
        ),
        {"last": PICTURES - 1},
    )
    conn.execute(
        text(
            "INSERT INTO queries (query_id, text)"
            " SELECT n || '_ab12.jpg#' || n % 5, 'A text.' FROM generate_series(0, :last) n"
        ),
        {"last": QUERIES - 1},
    )
    conn.execute(
        text(
            "INSERT INTO dataset_pictures (dataset_id, name, image_id, split)"
            " SELECT :dataset_id, name, id, 'train' FROM images"
        ),
        {"dataset_id": datasets.ensure(conn, "bench")},
    )


def bare_copy(engine: Engine, path: Path, constraint: str) -> float:
    """Seconds to COPY the file's rows into a table that holds nothing else."""
    with engine.begin() as conn:
        conn.execute(text("DROP TABLE IF EXISTS bare"))
        conn.execute(text(f"{BARE}{constraint})"))
    began = perf_counter()
    with engine.begin() as conn, path.open("rb") as file:
        raw = conn.connection.driver_connection
        assert raw is not None  # noqa: S101 - an open connection has a driver
        with raw.cursor().copy("COPY bare FROM STDIN") as to:
            while block := file.read(BLOCK):
                to.write(block)
    return perf_counter() - began


def imported(work: Importing, folder: Path) -> float:
    """Seconds to import the folder."""
    began = perf_counter()
    Imports(work).now(folder=folder, name=None, asker=Asker(), watch=NobodyWatches())
    return perf_counter() - began


def main() -> None:
    """Measure all of it in one run."""
    with throwaway_servers() as endpoints, tempfile.TemporaryDirectory() as home:
        migrate.upgrade(endpoints.database_url)
        engine = make_engine(endpoints.database_url)
        folder = Path(home) / "bench"
        (folder / "train_images").mkdir(parents=True)
        path = folder / "CrowdAnnotations.tsv"
        write(path)
        with engine.begin() as conn:
            prepare(conn)
        with engine.begin() as conn:
            conn.execute(text("ANALYZE"))
        transactions = Transactions(engine, NoNudger())
        settings = Settings(home=Path(home))
        law = PictureLaw(LiveGate(PolicyBook(engine, transactions)))
        uploading = Uploading(transactions, Store(settings.effective_store_url), law, 1, 1)
        work = Importing(engine, transactions, uploading, NobodyWatches())
        bare = bare_copy(engine, path, "")
        keyed = bare_copy(engine, path, ", PRIMARY KEY (image, query_id)")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first, again = imported(work, folder), imported(work, folder)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        engine.dispose()
    show(
        f"{ROWS:,} rows of the crowd's votes (the importing process grew by {grown:.0f} MiB)",
        ("way", "seconds", "× bare COPY", "× COPY into a table with its key"),
        [
            (way, f"{seconds:.1f}", f"{seconds / bare:.1f}", f"{seconds / keyed:.1f}")
            for way, seconds in (
                ("bare COPY", bare),
                ("COPY into a table with its key", keyed),
                ("import: checked, staged, merged", first),
                ("the same file again: nothing changes", again),
            )
        ],
    )
