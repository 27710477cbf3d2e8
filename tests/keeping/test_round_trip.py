"""Everything in one file and back: the same answers, the same people, the same law."""

import stat
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from alembic import command

from service.db import migrate
from service.db.engine import connection, make_engine
from service.domain import Asker, Role
from service.keeping.backup import BackupExists, NoPlaceForBackup
from service.keeping.examine import examine
from service.keeping.packing import UnknownSuffix
from service.keeping.restore import DatabaseNotEmpty, StoreNotEmpty, check_empty
from service.keeping.watch import NobodyWatches
from service.services import Services
from service.stack.endpoints import Endpoints
from service.store import Store, StoreUnavailable
from tests.factories import plain, searchable
from tests.keeping.conftest import Elsewhere
from tests.keeping.copies import back_up, bring_back, files_of, opened, rows_of

HERE = Asker(country="NL")


def a_world(services: Services) -> tuple[list[str], str]:
    """Pictures, captions, a restricted one, people, and an encoder learnt here."""
    ids = searchable(services, "red", "green", "blue", collection="holiday")
    services.describe(ids[0], ["a red ball\twith a tab\nand a \\ line \\N", "мяч"])
    services.describe(ids[2], ["a little girl in blue"])
    _, password = services.accounts.add(name="ada", role=Role.ADMIN)
    learnt = services.settings.home / "encoders" / "mine"
    learnt.mkdir(parents=True)
    (learnt / "pair.json").write_text("{}")
    (learnt / "alignment.safetensors").write_bytes(b"numbers")
    fetched = learnt.with_name("fetched")
    fetched.mkdir()
    (fetched / "weights").write_bytes(b"can be fetched again")
    return ids, password


def test_everything_comes_back(
    services: Services, servers: Endpoints, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """Rows, files, answers, people and the law are the same; the file is its owner's alone."""
    ids, password = a_world(services)
    asked = services.search(text="red", asker=HERE, min_score=0.0)
    assert {hit.image_id for hit in asked.hits} == set(ids[:2])
    before = rows_of(services)
    file = tmp_path / "copy.tar.zst"
    made = back_up(services, file)
    assert (made.pictures, made.missing, made.damaged) == (3, [], [])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for other in ("copy.tar", "copy.tgz"):
        back_up(services, tmp_path / other)
        sums = [examine(one, NobodyWatches()).sums for one in (file, tmp_path / other)]
        assert {name for name in sums[0] if name.startswith("store/")} == {
            f"store/{key}" for key in files_of(services)
        }
        assert sums[0].keys() == sums[1].keys()
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == [
        "copy.tar",
        "copy.tar.zst",
        "copy.tgz",
    ]

    restored = bring_back(file, elsewhere.url, elsewhere.settings)
    assert (restored.pictures, restored.migration) == (3, migrate.head())
    with opened(elsewhere.settings, elsewhere.url, servers) as found:
        assert rows_of(found) == before
        assert files_of(found) == files_of(services)
        assert found.search(text="red", asker=HERE, min_score=0.0).hits == asked.hits
        assert found.sign_in(name="ada", password=password).role is Role.ADMIN
        assert found.upkeep.verify().problems == ()
        (more,) = found.upload(files=[plain("pink")], asker=Asker())
        assert more.status == "pending"
        with pytest.raises(DatabaseNotEmpty, match="4 images"):
            bring_back(file, elsewhere.url, elsewhere.settings)
    learnt = elsewhere.settings.home / "encoders"
    kept = sorted(path.name for path in learnt.rglob("*") if path.is_file())
    assert kept == ["alignment.safetensors", "pair.json"]


def test_an_older_schema_is_brought_to_this_version(
    services: Services, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """A backup made before a migration is restored at its own revision and then migrated."""
    searchable(services, "red")
    with services.engine.connect() as conn:
        command.downgrade(migrate.configuration(conn), "0060")
    file = tmp_path / "old.tar"
    back_up(services, file)
    assert examine(file, NobodyWatches()).manifest.migration == "0060"
    assert bring_back(file, elsewhere.url, elsewhere.settings).migration == migrate.head()


class Breaks(Store):
    """A store that takes a few files and then none."""

    left = 3

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """As ever, until it breaks."""
        if not self.left:
            raise StoreUnavailable(url="s3://far", reason="it went away")
        self.left -= 1
        super().put(key, content)


def test_a_restore_that_broke_off_is_begun_again(
    services: Services, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """Nothing is in the database after it, and what lies in the store is no obstacle."""
    searchable(services, "red", "green")
    file = tmp_path / "copy.tar.gz"
    back_up(services, file)
    url = elsewhere.settings.effective_store_url
    with pytest.raises(StoreUnavailable):
        bring_back(file, elsewhere.url, elsewhere.settings, store=Breaks(url))
    engine = make_engine(elsewhere.url)
    with connection(engine) as conn:
        check_empty(conn)
    engine.dispose()
    assert len(list(Store(url).keys("original"))) >= 1
    assert bring_back(file, elsewhere.url, elsewhere.settings).pictures == 2


def test_other_files_in_the_store_are_not_mixed_in(
    services: Services, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """A store with a picture of somebody else is refused, by name."""
    file = tmp_path / "copy.tar"
    back_up(services, file)
    key = "original/ab/cd/" + "abcd" + "0" * 60 + ".png"
    Store(elsewhere.settings.effective_store_url).put(key, BytesIO(b"theirs"))
    with pytest.raises(StoreNotEmpty, match=key):
        bring_back(file, elsewhere.url, elsewhere.settings)


def test_what_is_there_is_not_overwritten(services: Services, tmp_path: Path) -> None:
    """A backup needs a name of its own, in a folder that is there, that tells its kind."""
    file = tmp_path / "copy.tar"
    file.write_text("precious")
    with pytest.raises(BackupExists, match="--force"):
        back_up(services, file)
    assert file.read_text() == "precious"
    back_up(services, file, force=True)
    assert examine(file, NobodyWatches()).manifest.pictures == 0
    wrong: Sequence[tuple[Path, type[Exception]]] = [
        (tmp_path / "copy.zip", UnknownSuffix),
        (tmp_path / "nowhere" / "copy.tar", NoPlaceForBackup),
    ]
    for place, error in wrong:
        with pytest.raises(error):
            back_up(services, place)


def test_a_lost_or_rotten_picture_stops_no_backup(
    services: Services, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """What is amiss is told and kept as it is; the restored home is as whole as the first was."""
    searchable(services, "red", "green")
    lost, rotten = services.store.keys("original")
    services.store.delete(lost)
    services.store.put(rotten, b"rotten")
    file = tmp_path / "copy.tar"
    made = back_up(services, file)
    assert (made.missing, made.damaged) == ([lost], [rotten])
    assert bring_back(file, elsewhere.url, elsewhere.settings).pictures == 2
    assert Store(elsewhere.settings.effective_store_url).read(rotten) == b"rotten"
