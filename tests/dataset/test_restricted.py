"""Pictures that the law keeps back are counted by the import that brings what says so."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import imports as command
from service.domain import Asker
from service.services import Services
from service.stack.endpoints import Endpoints
from tests.dataset.conftest import Import
from tests.dataset_folders import TEST, TRAIN, DatasetFolder
from tests.factories import plain


def test_a_caption_a_question_and_a_judged_text_each_restrict(
    folder: DatasetFolder, import_: Import
) -> None:
    """The count is of pictures, however many texts say so, and a second import says it again."""
    for row in folder.rows["captions"]:
        if row[1] in {f"{TRAIN[0]}#0", f"{TRAIN[0]}#1"}:
            row[2] = "A boy runs over the grass"
    folder.rows["test_queries"][0][1] = "Where does the little girl sit?"
    folder.rows["captions"].append(["gone.png", "gone.png#0", "Two children wave"])
    folder.rows["ExpertAnnotations"].append([TRAIN[1], "gone.png#0", "3", "3", "3"])
    folder.rows["ExpertAnnotations"].append([TRAIN[2], "gone.png#0", "2", "3", "3"])
    first = import_(folder.write())
    assert first.pictures == {"added": 7, "duplicates": 0, "restricted": 3, "rejected": 0}
    again = import_(folder.path)
    assert again.pictures == {"added": 0, "duplicates": 7, "restricted": 3, "rejected": 0}


def test_a_changed_text_lifts_what_it_restricted(folder: DatasetFolder, import_: Import) -> None:
    """The count is what holds at the end of the import, not what once was."""
    folder.rows = {"captions": [[TRAIN[0], f"{TRAIN[0]}#0", "A boy runs over the grass"]]}
    assert import_(folder.write()).pictures["restricted"] == 1
    folder.rows["captions"][0][2] = "A dog runs over the grass"
    assert import_(folder.write()).pictures["restricted"] == 0


def test_pictures_found_here_by_their_names_are_judged_too(
    services: Services, folder: DatasetFolder, import_: Import
) -> None:
    """A data set without pictures restricts those that were uploaded before."""
    folder.rows = {"captions": [["plain.png", "plain.png#0", "A boy runs over the grass"]]}
    path = folder.write(pictures=False)
    services.upload(files=[("plain.png", plain("red")[1])], asker=Asker())
    assert import_(path).pictures["restricted"] == 1


def test_the_command_for_pictures_counts_known_ones_that_are_restricted(
    endpoints: Endpoints, folder: DatasetFolder, import_: Import, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """`import images` of a picture that a caption restricts says that it is a duplicate and so."""
    folder.rows = {"test_queries": [[f"{TEST[0]}#0", "Where does the little girl sit?", TEST[0]]]}
    import_(folder.write())
    monkeypatch.setenv("GLIMPSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GLIMPSE_DATABASE_URL", endpoints.database_url)
    monkeypatch.setenv("GLIMPSE_REDIS_URL", endpoints.redis_url)
    told = CliRunner().invoke(
        command.images, [str(folder.path / "test_images"), "--no-wait", "--json"]
    )
    document = json.loads(told.stdout)
    assert document["pictures"] == {"added": 0, "duplicates": 2, "restricted": 1, "rejected": 0}
