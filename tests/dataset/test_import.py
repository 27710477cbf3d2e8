"""An import: what it brings, what a second one changes, and what stays apart."""

from pathlib import Path

import pytest

from service.ingest.dataset.dialect import EmptyFile, NotText, NotWhatItSays
from service.ingest.dataset.folder import NoDataset, NoFolder, SameKindTwice
from service.ingest.dataset.run import BadDatasetName
from service.ingest.dataset.shape import MissingColumns
from service.services import Services
from tests.dataset.conftest import Import, contents
from tests.dataset_folders import TEST, TRAIN, DatasetFolder, Style, written


def counts(progress: object) -> dict[str, tuple[int, int, int, int]]:
    """Added, updated, unchanged and rejected by file."""
    document = progress.as_document()["files"]  # type: ignore[attr-defined]
    return {name: tuple(file.values()) for name, file in document.items()}


def test_everything_comes_in(services: Services, folder: DatasetFolder, import_: Import) -> None:
    """Pictures into two collections, and every row of every file, counted by file."""
    done = import_(folder.write())
    assert done.pictures == {"added": 7, "duplicates": 0, "restricted": 0, "rejected": 0}
    assert counts(done) == {
        folder.file(stem): (len(rows), 0, 0, 0) for stem, rows in folder.rows.items()
    }
    assert done.state == "done"
    found = contents(services.engine)
    assert found["collections"] == sorted(
        [str(("small/train", name)) for name in TRAIN]
        + [str(("small/test", name)) for name in TEST]
    )
    assert len(found["captions"]) == len(folder.rows["captions"])
    assert len(found["grades"]) == len(folder.rows["ExpertAnnotations"])


def test_a_second_import_changes_nothing(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """Every row is unchanged, every picture a duplicate, and the database is the same."""
    import_(folder.write())
    before = contents(services.engine)
    again = import_(folder.path)
    assert again.pictures == {"added": 0, "duplicates": 7, "restricted": 0, "rejected": 0}
    assert counts(again) == {
        folder.file(stem): (0, 0, len(rows), 0) for stem, rows in folder.rows.items()
    }
    assert contents(services.engine) == before


def test_another_name_doubles_no_judgement(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """The same folder under another name makes collections, and nothing else."""
    import_(folder.write())
    before = contents(services.engine)
    import_(folder.path, "other")
    after = contents(services.engine)
    assert len(after.pop("collections")) == 2 * len(before.pop("collections"))
    assert after == before


def test_a_changed_file_updates_what_changed(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """One other grade, one other vote and one new row are updated and added; the rest is not."""
    import_(folder.write())
    experts, crowd = folder.rows["ExpertAnnotations"], folder.rows["CrowdAnnotations"]
    experts[0][2:] = ["1", "1", "1"] if experts[0][2:] != ["1"] * 3 else ["4", "4", "4"]
    crowd[1][2:] = ["0.5", "5", "5"]
    crowd.append([TRAIN[0], "absent.png#3", "1", "3", "0"])
    done = counts(import_(folder.write()))
    assert done["ExpertAnnotations.csv"] == (0, 1, len(experts) - 1, 0)
    assert done["CrowdAnnotations.csv"] == (1, 1, len(crowd) - 2, 0)
    assert any("5, 5" in row for row in contents(services.engine)["votes"])


def test_a_text_that_comes_later_completes_judgements(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """Judgements of unknown queries are kept and counted, and complete once a file brings texts."""
    texts = {stem: folder.rows.pop(stem) for stem in ("train_dataset", "captions")}
    first = import_(folder.write())
    judged = len(folder.rows["ExpertAnnotations"]) + len(folder.rows["CrowdAnnotations"])
    assert first.without_text == judged
    folder.rows |= texts
    second = import_(folder.write())
    assert second.without_text == 0
    assert counts(second)["ExpertAnnotations.csv"][2] == len(folder.rows["ExpertAnnotations"])
    assert not any("None" in row for row in contents(services.engine)["queries"])


def test_questions_are_nothing_but_questions(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """A caption or pair under an evaluation question's id is refused, also one that came first."""
    question = folder.rows.pop("test_queries")
    leak = [TEST[0], f"{TEST[0]}#0", "Where is it?"]
    folder.rows["captions"].append(leak)
    import_(folder.write())
    assert any("Where is it?" in row for row in contents(services.engine)["captions"])
    folder.rows["test_queries"] = question
    folder.rows["train_dataset"].append([TRAIN[0], f"{TEST[0]}#0", "Where is it?"])
    done = import_(folder.write())
    assert {(e.file, e.reason.split(":")[0]) for e in done.errors} == {
        ("captions.csv", "This is an evaluation question"),
        ("train_dataset.csv", "This is an evaluation question"),
    }
    found = contents(services.engine)
    assert not any(TEST[0] in row for row in found["captions"])
    assert not any(TEST[0] in row for row in found["pairs"])


def test_judged_texts_of_training_pictures_are_captions(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """Without captions.csv, a judged text whose id names a training picture describes it."""
    del folder.rows["captions"]
    import_(folder.write())
    found = contents(services.engine)["captions"]
    assert len(found) == len({row[1] for row in folder.rows["train_dataset"]})


def test_the_original_names_work(folder: DatasetFolder, import_: Import) -> None:
    """ExpertAnnotations.txt, CrowdFlowerAnnotations.txt and Flickr8k.token.txt are read."""
    path = folder.write()
    for stem in ("captions", "ExpertAnnotations", "CrowdAnnotations"):
        (path / f"{stem}.csv").unlink()
    tabs = Style(delimiter="\t", header=False)
    rows = folder.rows
    tokens = "".join(f"{query}\t{text}\n" for _, query, text in rows["captions"])
    (path / "Flickr8k.token.txt").write_text(tokens, encoding="utf-8")
    (path / "ExpertAnnotations.txt").write_bytes(written([], rows["ExpertAnnotations"], tabs))
    (path / "CrowdFlowerAnnotations.txt").write_bytes(written([], rows["CrowdAnnotations"], tabs))
    done = counts(import_(path))
    assert done["Flickr8k.token.txt"] == (len(rows["captions"]), 0, 0, 0)
    assert done["ExpertAnnotations.txt"] == (len(rows["ExpertAnnotations"]), 0, 0, 0)
    assert done["CrowdFlowerAnnotations.txt"] == (len(rows["CrowdAnnotations"]), 0, 0, 0)


def test_the_second_layout_is_read_twice_alike(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """img_id, text, three rates and the crowd's: judgements come in, and come in once."""
    folder.rows = {}
    path = folder.write()
    (path / "train_dataset.csv").write_text(
        "img_id,text,rate_1,rate_2,rate_3,crowd_rates\n"
        f"{TRAIN[0]},A red thing,1,2,2,0.25\n{TRAIN[1]},A red thing,4,4.0,3,\n"
        f"{TRAIN[1]},Nobody graded this,,,,1\n{TRAIN[2]},A bad grade,5,1,1,0.5\n",
        encoding="utf-8",
    )
    first = import_(path)
    assert counts(first)["train_dataset.csv"] == (3, 0, 0, 1)
    assert (first.errors[0].line, first.errors[0].column) == (5, "rate_1")
    found = contents(services.engine)
    assert (len(found["grades"]), len(found["votes"]), len(found["pairs"])) == (2, 2, 3)
    assert counts(import_(path))["train_dataset.csv"] == (0, 0, 3, 1)
    assert contents(services.engine) == found


def test_two_data_sets_with_the_same_file_names_stay_apart(
    services: Services, folder: DatasetFolder, tmp_path: Path, import_: Import
) -> None:
    """A query id that means another picture's text elsewhere is refused, not rewritten."""
    import_(folder.write())
    before = contents(services.engine)["queries"]
    other = DatasetFolder(tmp_path / "other", rows={"train_dataset": [
        [TRAIN[0], f"{TRAIN[0]}#0", "Something else"]]})  # fmt: skip
    path = other.write()
    (path / "train_images" / TRAIN[0]).write_bytes((path / "test_images" / TEST[0]).read_bytes())
    done = import_(path)
    assert counts(done)["train_dataset.csv"] == (0, 0, 0, 1)
    assert "Another data set" in done.errors[0].reason
    assert contents(services.engine)["queries"] == before


@pytest.mark.parametrize(
    ("file", "content", "error", "words"),
    [
        ("train_dataset.csv", b"image,query_id\na.png,a.png#0\n", MissingColumns, "query_text"),
        ("test_queries.csv", b"|query_id|query_text\n0|a#0|b\n", MissingColumns, "image"),
        ("CrowdAnnotations.tsv", b"a.png\ta.png#0\t1\t3\n", NotWhatItSays, "separator"),
        ("ExpertAnnotations.tsv", b"a.png\ta.png#0\t0\t0\t3\n" * 9, NotWhatItSays, "9 rows"),
        ("captions.csv", b"\xff\xd8\xff\xe0 a picture", NotText, "JPEG"),
        ("captions.csv", "a.png#0\tb".encode("utf-16"), NotText, "UTF-16"),
        ("captions.csv", b"\xef\xbb\xbf\n\n", EmptyFile, "captions.csv"),
    ],
)
def test_a_file_that_is_not_what_it_says_stops_everything(
    services: Services, folder: DatasetFolder, import_: Import,
    file: str, content: bytes, error: type[Exception], words: str,
) -> None:  # fmt: skip
    """Nothing at all is written, and the sentence says which file it is and what is wrong."""
    path = folder.write()
    for old in path.glob(f"{Path(file).stem}.*"):
        old.unlink()
    (path / file).write_bytes(content)
    with pytest.raises(error, match=words):
        import_(path)
    assert not any(contents(services.engine).values())
    assert services.imports.newest() == []


def test_folders_that_are_no_data_sets_are_refused(tmp_path: Path, import_: Import) -> None:
    """A missing, an empty and an ambiguous folder, and names that no collection may have."""
    with pytest.raises(NoFolder):
        import_(tmp_path / "absent")
    with pytest.raises(NoDataset):
        import_(tmp_path)
    for name in ("ExpertAnnotations.tsv", "ExpertAnnotations.txt"):
        (tmp_path / name).write_text("a.png\ta.png#0\t1\t1\t1\n")
    with pytest.raises(SameKindTwice):
        import_(tmp_path)
    (tmp_path / "ExpertAnnotations.txt").unlink()
    for name in ("", "a/b", "x" * 101, "a\nb"):
        with pytest.raises(BadDatasetName):
            import_(tmp_path, name)


def test_pictures_that_are_refused_are_told_by_name(folder: DatasetFolder, import_: Import) -> None:
    """A file that is no picture is counted and reported, and its neighbours come in."""
    path = folder.write()
    (path / "train_images" / "notes.txt").write_text("no picture")
    (path / "test_images" / TRAIN[0]).write_bytes((path / "train_images" / TRAIN[0]).read_bytes())
    done = import_(path)
    assert done.pictures == {"added": 7, "duplicates": 0, "restricted": 0, "rejected": 2}
    assert {error.file for error in done.errors} == {
        "train_images/notes.txt",
        f"test_images/{TRAIN[0]}",
    }
