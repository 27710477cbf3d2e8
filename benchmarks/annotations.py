"""What it costs to import annotation rows, beside a bare COPY of the same rows in the same run."""

import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection, Engine, text

from benchmarks.table import show
from service.config import Settings
from service.db import datasets, judges, migrate
from service.db.engine import make_engine
from service.db.staging import driver_cursor
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
ROUNDS = 3
BARE_COPY = "bare COPY"
KEYED_COPY = "COPY into a table with its key"
LANDED_COPY = "COPY of known keys into the table of votes"
COPIES = (BARE_COPY, KEYED_COPY, LANDED_COPY)
IMPORT = "import: checked, staged, merged, judged"
AGAIN = "the same file again: nothing changes"
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


def copied(engine: Engine, path: Path, into: str) -> float:
    """Seconds to send a file into a table as it is."""
    began = perf_counter()
    with (
        engine.begin() as conn,
        path.open("rb") as file,
        driver_cursor(conn).copy(f"COPY {into} FROM STDIN") as to,
    ):
        while block := file.read(BLOCK):
            to.write(block)
    return perf_counter() - began


def bare_copy(engine: Engine, path: Path, constraint: str) -> float:
    """Seconds to COPY the file's rows into a table that holds nothing else."""
    with engine.begin() as conn:
        conn.execute(text("DROP TABLE IF EXISTS bare"))
        conn.execute(text(f"{BARE}{constraint})"))
    return copied(engine, path, "bare")


def write_landed(engine: Engine, path: Path) -> None:
    """The same rows as the table of votes has them, with the keys of pictures and queries."""
    with engine.begin() as conn:
        judge_id = judges.ensure_of_dataset(
            conn, dataset_id=datasets.ensure(conn, "bench"), kind="crowd", name="bench"
        )
        first_image, first_query = conn.execute(
            text("SELECT min(i.id), (SELECT min(id) FROM queries) FROM images i")
        ).one()
    with path.open("w", encoding="utf-8") as file:
        for number in range(ROWS):
            image = first_image + number // (ROWS // PICTURES)
            query = first_query + number * 7919 % QUERIES
            file.write(f"{image}\t{query}\t{judge_id}\t{number % 4}\t{3 - number % 4}\n")


def landed_copy(engine: Engine, path: Path) -> float:
    """Seconds to COPY rows whose keys are known into the table of votes itself."""
    seconds = copied(engine, path, "crowd_votes (image_id, query_key, judge_id, yes, no)")
    forget_votes(engine)
    return seconds


def forget_votes(engine: Engine) -> None:
    """As it was before."""
    with engine.begin() as conn:
        conn.execute(text("TRUNCATE crowd_votes"))


def imported(work: Importing, folder: Path) -> float:
    """Seconds to import the folder."""
    began = perf_counter()
    Imports(work).now(folder=folder, name=None, asker=Asker(), watch=NobodyWatches())
    return perf_counter() - began


def peak_mib() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def importing(engine: Engine, home: Path) -> Importing:
    """What an import needs; nobody looks at pictures here."""
    transactions = Transactions(engine, NoNudger())
    law = PictureLaw(LiveGate(PolicyBook(engine, transactions)))
    store = Store(Settings(home=home).effective_store_url)
    return Importing(
        engine, transactions, Uploading(transactions, store, law, 1, 1), NobodyWatches()
    )


def rounds(engine: Engine, home: Path) -> tuple[dict[str, float], float]:
    """The least seconds of each way, and by how much the process grew in the first import."""
    folder = home / "bench"
    (folder / "train_images").mkdir(parents=True)
    path, landed = folder / "CrowdAnnotations.tsv", home / "landed.tsv"
    write(path)
    with engine.begin() as conn:
        prepare(conn)
    with engine.begin() as conn:
        conn.execute(text("ANALYZE"))
    write_landed(engine, landed)
    work = importing(engine, home)
    before = peak_mib()
    imported(work, folder)
    grown = peak_mib() - before
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        forget_votes(engine)
        found.setdefault(BARE_COPY, []).append(bare_copy(engine, path, ""))
        found.setdefault(KEYED_COPY, []).append(
            bare_copy(engine, path, ", PRIMARY KEY (image, query_id)")
        )
        found.setdefault(LANDED_COPY, []).append(landed_copy(engine, landed))
        found.setdefault(IMPORT, []).append(imported(work, folder))
        found.setdefault(AGAIN, []).append(imported(work, folder))
    return {way: min(seconds) for way, seconds in found.items()}, grown


def main() -> None:
    """Measure all of it in one run, each way several times."""
    with throwaway_servers() as endpoints, tempfile.TemporaryDirectory() as home:
        migrate.upgrade(endpoints.database_url)
        engine = make_engine(endpoints.database_url)
        found, grown = rounds(engine, Path(home))
        engine.dispose()
    show(
        f"{ROWS:,} rows of the crowd's votes, the least of {ROUNDS} rounds"
        f" (the importing process grew by {grown:.0f} MiB)",
        ("way", "seconds", "× bare COPY", "× COPY with a key", "× COPY into the votes"),
        [
            (way, f"{seconds:.1f}", *(f"{seconds / found[base]:.1f}" for base in COPIES))
            for way, seconds in found.items()
        ],
    )
