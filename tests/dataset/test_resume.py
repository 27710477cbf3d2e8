"""An import that is stopped or killed goes on where it was, and counts what it did before."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from service.domain import Asker
from service.imports import ImportOver
from service.ingest.dataset import run
from service.ingest.dataset.run import ImportRunning, NoSuchImport
from service.ingest.dataset.work import ImportCancelled, NobodyWatches
from service.services import Services
from service.stack.endpoints import Endpoints
from tests.dataset.conftest import Import, contents
from tests.dataset_folders import TEST, TRAIN, DatasetFolder

SRC = Path(__file__).resolve().parents[2]
# Imports the folder in a process of its own, which kills itself when it is told of a piece of work.
DIES = """
import os, signal, sys
from pathlib import Path
from service.config import Settings
from service.domain import Asker
from service.encoder.holder import EncoderHolder
from service.ingest.dataset.work import NobodyWatches
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder

home, database, redis, folder, title = sys.argv[1:]

class Deadly(NobodyWatches):
    def tell(self, told, taken, total):
        if told == title:
            os.kill(os.getpid(), signal.SIGKILL)

holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
where = Endpoints(database, redis)
with wired(Settings(home=Path(home)), where, secret_key="x", encoder=holder) as it:
    it.import_dataset(folder=Path(folder), asker=Asker(), watch=Deadly())
"""


class StopsAt(NobodyWatches):
    """Stops the import once a piece of work is met, or does something else then."""

    def __init__(self, title: str, meet: Callable[[], None] | None = None) -> None:
        self.title, self.meet, self.met = title, meet, False

    def tell(self, title: str, taken: int, total: int) -> None:  # noqa: ARG002 - only what it is
        """See what is worked on."""
        if title == self.title and not self.met:
            self.met = True
            if self.meet is not None:
                self.meet()

    def stopped(self) -> bool:
        """Once it was met."""
        return self.met and self.meet is None


@pytest.mark.parametrize(
    "title",
    [
        "CrowdAnnotations.csv",
        pytest.param("Pictures", marks=pytest.mark.long),
        pytest.param("captions.csv", marks=pytest.mark.long),
    ],
)
def test_a_killed_import_goes_on(
    services: Services, endpoints: Endpoints, folder: DatasetFolder, import_: Import, title: str
) -> None:
    """After kill -9 the next import is the same one, at once, and its counts are of both tries."""
    path = folder.write()
    home = services.settings.home
    killed = subprocess.run(
        [sys.executable, "-c", DIES, str(home), endpoints.database_url, endpoints.redis_url,
         str(path), title],
        cwd=SRC, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    done = import_(path)
    assert (done.import_id, done.state) == (1, "done")
    assert done.pictures["added"] == 7
    for file in done.files:
        assert file.counts.added == len(folder.rows[file.name.removesuffix(".csv")])
    assert len(contents(services.engine)["votes"]) == len(folder.rows["CrowdAnnotations"])


def test_a_worker_goes_on_with_a_killed_import(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """An import whose process died is found by the schedule and brought to its end."""
    path = folder.write()
    done = import_(path)
    with services.engine.begin() as conn:
        conn.execute(text("UPDATE imports SET state = 'running', finished_at = NULL"))
    services.run_imports(watch=NobodyWatches())
    assert services.import_progress(done.import_id).state == "done"


def test_a_started_import_is_done_by_a_worker(services: Services, folder: DatasetFolder) -> None:
    """Starting notes the import; the worker's job carries it out, and a failed one says why."""
    path = folder.write()
    started = services.start_import(folder=path, asker=Asker())
    assert services.import_progress(started).state == "waiting"
    services.run_imports(watch=NobodyWatches())
    assert services.import_progress(started).state == "done"
    again = services.start_import(folder=path, asker=Asker())
    (path / "captions.csv").write_text("image,query_id\na.png,a.png#0\n")
    services.run_imports(watch=NobodyWatches())
    failed = services.import_progress(again)
    assert failed.state == "failed"
    assert "query_text" in str(failed.reason)


def test_a_stopped_import_keeps_what_it_did_and_goes_on(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """Stopped while a file is read, nothing of that file is there; the next run brings it."""
    path = folder.write()
    watch = StopsAt("ExpertAnnotations.csv")
    with pytest.raises(ImportCancelled):
        services.import_dataset(folder=path, asker=Asker(), watch=watch)
    found = contents(services.engine)
    assert found["captions"]
    assert not found["grades"]
    assert services.import_progress(1).state == "cancelled"
    done = import_(path)
    assert done.import_id == 1
    assert all(file.counts.added for file in done.files)


def test_an_import_is_cancelled_from_outside(services: Services, folder: DatasetFolder) -> None:
    """Whoever watches the import may ask it to stop; once it is over that is refused."""
    path = folder.write()
    watch = StopsAt("captions.csv", lambda: services.cancel_import(1))
    with pytest.raises(ImportCancelled):
        services.import_dataset(folder=path, asker=Asker(), watch=watch)
    with pytest.raises(ImportOver):
        services.cancel_import(1)
    with pytest.raises(NoSuchImport):
        services.cancel_import(99)


def test_one_data_set_is_imported_once_at_a_time(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """A second import of the same data set is refused while the first one runs."""
    path = folder.write()

    def meanwhile() -> None:
        with pytest.raises(ImportRunning):
            import_(path)
        services.run_imports(watch=NobodyWatches())

    services.import_dataset(folder=path, asker=Asker(), watch=StopsAt("captions.csv", meanwhile))
    assert services.import_progress(1).state == "done"


def test_a_picture_that_changed_takes_its_name_along(
    folder: DatasetFolder, import_: Import
) -> None:
    """Other bytes under a known file name are another picture, which is judged from then on."""
    path = folder.write()
    import_(path)
    changed = path / "train_images" / TRAIN[0]
    changed.write_bytes((path / "test_images" / TEST[0]).read_bytes())
    done = import_(path)
    assert done.pictures["duplicates"] == 7
    assert any(file.counts.added for file in done.files)


def test_names_of_data_sets() -> None:
    """The folder's name is the data set's, unless another one is given."""
    assert run.dataset_name(Path("/data/flickr8k/"), None) == "flickr8k"
    assert run.dataset_name(Path("/data/flickr8k"), " mine ") == "mine"
