"""Whatever is amiss is found, named with its mend, and mended without deleting anything."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.domain import Asker, PictureState
from service.ingest.embed import embed_waiting
from service.services import Services
from service.store import original_key, served_key, thumbnail_key
from tests.factories import plain, searchable

ASKER = Asker()


def run(services: Services, *statements: str) -> None:
    """Change rows as no part of Glimpse would."""
    with services.transactions() as transaction:
        for statement in statements:
            transaction.conn.execute(text(statement))


def kinds(services: Services, *, mend: bool = False, quick: bool = False) -> list[str]:
    """What is amiss."""
    report = services.upkeep.verify(mend=mend, quick=quick)
    assert all(one.what and one.where and one.mend for one in report.problems)
    return sorted(one.kind for one in report.left)


def images(services: Services) -> Path:
    """The folder of the store."""
    return Path(services.settings.effective_store_url.removeprefix("file://"))


def make_old(path: Path) -> None:
    """As if written the day before yesterday."""
    then = path.stat().st_mtime - timedelta(days=2).total_seconds()
    os.utime(path, (then, then))


def test_what_is_whole_has_no_problems(services: Services) -> None:
    """Also with a picture under way, one deleted, and an upload that has no row yet."""
    ids = searchable(services, "red", "green")
    services.delete_picture(ids[1], asker=ASKER)
    services.upload(files=[plain("blue", number=7)], asker=ASKER)
    services.store.put(original_key("ab" * 32, ".png"), b"on its way")
    report = services.upkeep.verify()
    assert (report.ok, report.checked["pictures"]) == (True, 3)
    assert report.as_document()["problems"] == []


def test_rows_that_do_not_go_together_are_mended(services: Services) -> None:
    """Lost, unusable and unknown vectors are made again; a worker that died holds nothing back."""
    searchable(services, "red", "green", "blue", "yellow", "pink")
    run(
        services,
        "DELETE FROM image_vectors WHERE image_id = 1",
        "UPDATE image_vectors SET embedding = '[1,0,0]' WHERE image_id = 2",
        "DELETE FROM encodings WHERE image_id = 3",
        "DELETE FROM encodings WHERE image_id = 4",
        "DELETE FROM image_vectors WHERE image_id = 4",
        "UPDATE images SET created_at = created_at - interval '1 day'",
        "UPDATE encodings SET state = 'pending', lease_token = gen_random_uuid(),"
        " leased_until = now() - interval '2 hours' WHERE image_id = 5",
    )
    expected = [
        "lease expired",
        "picture not queued",
        "vector missing",
        "vector unknown",
        "vector unusable",
    ]
    assert kinds(services) == expected
    assert kinds(services) == expected
    assert kinds(services, mend=True) == []
    embed_waiting(services.embedding())
    assert kinds(services) == []
    assert services.counts().ready == 5


def test_a_lost_table_of_vectors_and_a_stray_one(services: Services) -> None:
    """The lost one is made and filled again; the stray one is left for a person to look at."""
    searchable(services, "red")
    run(services, "DROP TABLE image_vectors_1", "CREATE TABLE image_vectors_77 (id integer)")
    assert kinds(services) == ["stray vectors", "vectors lost"]
    assert kinds(services, mend=True) == ["stray vectors"]
    embed_waiting(services.embedding())
    run(services, "DROP TABLE image_vectors_77")
    assert kinds(services) == []
    assert len(services.search(text="red", asker=ASKER).hits) == 1


def test_a_damaged_scorer_and_rules_that_are_gone(services: Services) -> None:
    """A scorer with other bytes is named with what to do; pictures are judged anew."""
    searchable(services, "red")
    run(
        services,
        "INSERT INTO scorers (kind, encoder_id, artefact, sha256, figures, cutoff, policy_version,"
        " data_fingerprint, trained_pairs, pairs, seed, code_version) VALUES ('linear', 1, 'x',"
        " 'y', '{}', 0.5, 1, '', '', 0, 0, '')",
        "UPDATE images SET judged_version = 99",
    )
    report = services.upkeep.verify()
    assert [one.kind for one in report.problems] == ["scorer damaged", "rules lost"]
    assert kinds(services, mend=True) == ["scorer damaged"]
    services.law.judge_waiting(services.transactions)
    run(services, "DELETE FROM scorers")
    assert kinds(services) == []


def test_files_are_made_again_and_strangers_moved_aside(services: Services) -> None:
    """A lost thumbnail, a lost and a cut-off version come back; nothing is deleted."""
    searchable(services, "red", "green")
    first, second = (key.rpartition("/")[2][:64] for key in services.store.keys("original"))
    small = thumbnail_key(first, 320)
    thumbnail = services.store.read(small)
    services.store.put(small, thumbnail[:-5])
    services.store.delete(thumbnail_key(second, 640))
    services.store.delete(served_key(second, ".png"))
    stranger = original_key("ab" * 32, ".png")
    services.store.put(stranger, b"whose is it?")
    make_old(images(services) / stranger)
    cut_off = images(services) / ".incoming" / "tmpAB_c"
    cut_off.write_bytes(b"half")
    make_old(cut_off)
    expected = ["cut-off write", "file without picture", *["version lost"] * 3]
    assert kinds(services) == expected
    assert kinds(services, quick=True) == sorted([*expected][:-1])
    assert kinds(services, mend=True) == []
    assert kinds(services) == []
    assert services.store.read(small) == thumbnail
    kept = [path for path in (images(services) / "quarantine").rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in kept) == [b"half", b"whose is it?"]


def test_a_damaged_original_comes_back_from_what_is_shown(services: Services) -> None:
    """Where the shown version is the very file; the damaged one is kept beside."""
    (image_id,) = searchable(services, "red")
    (key,) = services.store.keys("original")
    content = services.store.read(key)
    is_the_same = services.store.read(served_key(key.rpartition("/")[2][:64], ".png")) == content
    assert is_the_same
    services.store.put(key, b"x" * len(content))
    assert kinds(services, quick=True) == []
    assert kinds(services) == ["original damaged"]
    assert kinds(services, mend=True) == []
    assert services.store.read(key) == content
    assert services.picture(image_id, asker=ASKER).state is PictureState.READY


def test_a_lost_picture_says_so_until_somebody_brings_it_back(services: Services) -> None:
    """It is found no more, is told as failed with what to do, and an upload restores it."""
    lost, _ = searchable(services, "red", "green")
    sha256 = services.picture(lost, asker=ASKER).sha256
    services.store.delete_picture(sha256)
    assert "original lost" in kinds(services, mend=True)
    found = services.picture(lost, asker=ASKER)
    assert found.state is PictureState.QUARANTINED
    assert "Upload it again" in str(found.reason)
    assert lost not in [hit.image_id for hit in services.search(text="red", asker=ASKER).hits]
    assert "original lost" in kinds(services)
    (again,) = services.upload(files=[plain("red", number=0)], asker=ASKER)
    assert (again.status, again.image_id) == ("pending", lost)
    embed_waiting(services.embedding())
    assert kinds(services) == []
    assert services.search(text="red", asker=ASKER).hits[0].image_id == lost


def test_a_file_that_was_put_back_by_hand_is_embedded_again(services: Services) -> None:
    """From a copy of the store, say: the picture is no longer set aside."""
    (image_id,) = searchable(services, "red")
    sha256 = services.picture(image_id, asker=ASKER).sha256
    copies = {
        key: services.store.read(key)
        for kind in ("original", "served", "thumbnail")
        for key in services.store.keys(kind)
    }
    services.store.delete_picture(sha256)
    kinds(services, mend=True)
    for key, content in copies.items():
        services.store.put(key, content)
    assert kinds(services) == ["set aside"]
    assert kinds(services, mend=True) == []
    embed_waiting(services.embedding())
    assert kinds(services) == []


@pytest.mark.long
def test_a_broken_index_is_built_anew(services: Services) -> None:
    """An index whose build was cut off is found and built again."""
    searchable(services, "red")
    with services.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(
            text(
                "CREATE INDEX ix_image_vectors_1_hnsw ON image_vectors_1"
                " USING hnsw ((embedding::halfvec(24)) halfvec_ip_ops)"
            )
        )
        conn.execute(
            text(
                "UPDATE pg_index SET indisvalid = false"
                " WHERE indexrelid = 'ix_image_vectors_1_hnsw'::regclass"
            )
        )
    assert kinds(services) == ["index"]
    assert kinds(services, mend=True) == []
    assert kinds(services) == []
