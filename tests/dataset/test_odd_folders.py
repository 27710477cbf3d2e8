"""Folders as they are met: with links, pipes, folders and names where nobody expects them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from service.ingest.dataset.dialect import NotText
from service.ingest.dataset.folder import NotAFile, NotAFolder
from service.services import Services
from tests.dataset.conftest import Import, contents
from tests.dataset_folders import TRAIN, DatasetFolder
from tests.factories import plain

Make = Callable[[Path], object]
SPLIT = "train_images"


def a_picture() -> bytes:
    """The bytes of a picture that is not in the small data set."""
    return plain("red", number=77)[1].read()


ODD_PICTURES: dict[str, tuple[Make, str]] = {
    "empty.png": (lambda path: path.write_bytes(b""), "empty"),
    "gone.png": (lambda path: path.symlink_to("/nowhere/at/all"), "link to a file that is not"),
    "pipe.png": (os.mkfifo, "no file"),
    "sub": (Path.mkdir, "a folder"),
    "passwd.png": (lambda path: path.symlink_to("/etc/passwd"), "text file, not a picture"),
    os.fsdecode(b"caf\xe9.png"): (lambda path: path.write_bytes(a_picture()), "no valid UTF-8"),
}


@pytest.mark.parametrize("name", ODD_PICTURES)
def test_what_is_no_picture_is_told_and_its_neighbours_come_in(
    folder: DatasetFolder, import_: Import, name: str
) -> None:
    """Each is refused by name with a reason, and no text in which a secret could stand."""
    make, words = ODD_PICTURES[name]
    make(folder.write() / SPLIT / name)
    done = import_(folder.path)
    assert done.pictures == {"added": 7, "duplicates": 0, "restricted": 0, "rejected": 1}
    (error,) = done.errors
    assert error.file == f"{SPLIT}/{os.fsencode(name).decode('utf-8', 'backslashreplace')}"
    assert words in error.reason


def test_one_picture_under_two_names_is_stored_once(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """The second name is a duplicate, and judgements find the picture under both."""
    (folder.write() / SPLIT / "twin.png").symlink_to(folder.path / SPLIT / TRAIN[0])
    folder.rows["ExpertAnnotations"].append(["twin.png", f"{TRAIN[1]}#7", "1", "1", "1"])
    done = import_(folder.write(pictures=False))
    assert done.pictures == {"added": 7, "duplicates": 1, "restricted": 0, "rejected": 0}
    assert not done.errors
    assert services.counts().pending == 7


@pytest.mark.parametrize("name", ["a b.png", "a#1.png", "UP.PNG", "ёлка.png", "+a;b,c.png"])
def test_names_of_pictures_may_be_odd(folder: DatasetFolder, import_: Import, name: str) -> None:
    """Blanks, number signs, capitals, other alphabets and separators are parts of a name."""
    folder.rows["captions"].append([name, f"{name}#0", "A wide street"])
    (folder.write() / SPLIT / name).write_bytes(a_picture())
    done = import_(folder.path)
    assert (done.pictures["added"], done.errors) == (8, ())


def make_folder(path: Path) -> None:
    """A folder where a file should be."""
    path.unlink()
    path.mkdir()


def make_pipe(path: Path) -> None:
    """A pipe, which would be waited for."""
    path.unlink()
    os.mkfifo(path)


def make_file(path: Path) -> None:
    """A file where a folder should be."""
    shutil.rmtree(path)
    path.write_text("no folder")


@pytest.mark.parametrize(
    ("name", "make", "error"),
    [
        ("captions.csv", make_folder, NotAFile),
        ("captions.csv", make_pipe, NotAFile),
        ("test_images", make_file, NotAFolder),
    ],
)
def test_what_is_named_like_a_part_and_is_none_stops_everything(
    services: Services, folder: DatasetFolder, import_: Import, name: str,
    make: Callable[[Path], None], error: type[Exception],
) -> None:  # fmt: skip
    """Passing it over in silence would lose what its name promises."""
    make(folder.write() / name)
    with pytest.raises(error, match=name):
        import_(folder.path)
    assert not any(contents(services.engine).values())


def test_another_encoding_stops_everything(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """A file of Windows-1251 is named as a whole, not row by row."""
    path = folder.write()
    rows = "".join(f"{name},{name}#{n},Красный дом\n" for name in TRAIN for n in range(2))
    (path / "captions.csv").write_bytes(b"image,query_id,query_text\n" + rows.encode("cp1251"))
    with pytest.raises(NotText, match="none of its first 10 rows"):
        import_(path)
    assert not any(contents(services.engine).values())


def test_blank_lines_and_a_lonely_header_are_no_rows(
    folder: DatasetFolder, import_: Import
) -> None:
    """Blank lines at the end are left out, and a file of a header only brings nothing."""
    path = folder.write()
    with (path / "captions.csv").open("ab") as file:
        file.write(b"\n\n\r\n  \n")
    (path / "train_dataset.csv").write_bytes(b"image,query_id,query_text\r\n")
    done = import_(path)
    counts = {file.name: file.counts.added for file in done.files}
    assert counts["captions.csv"] == len(folder.rows["captions"])
    assert counts["train_dataset.csv"] == 0
    assert not done.errors


def test_a_line_of_ten_megabytes_is_one_refusal(folder: DatasetFolder, import_: Import) -> None:
    """Its beginning is looked at, the rest is passed over, and the next line is read again."""
    path = folder.write()
    with (path / "captions.csv").open("ab") as file:
        file.write(f"{TRAIN[0]},{TRAIN[0]}#5,".encode() + b"x" * 10_000_000 + b"\n")
        file.write(f"{TRAIN[0]},{TRAIN[0]}#6,after it\n".encode())
    done = import_(path)
    (error,) = done.errors
    assert (error.line, error.column) == (len(folder.rows["captions"]) + 2, "query_text")
    assert len(error.value or "") == 200
    captions = next(file for file in done.files if file.name == "captions.csv")
    assert captions.counts.added == len(folder.rows["captions"]) + 1
