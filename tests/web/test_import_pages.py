"""The admin's pages of data sets, without scripts."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.domain import Asker
from service.ingest.dataset.work import ImportCancelled, NobodyWatches
from service.services import Services
from tests.dataset_folders import TRAIN, DatasetFolder


class StopsNow(NobodyWatches):
    """Stops an import at its first occasion."""

    def stopped(self) -> bool:
        """At once."""
        return True


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    """A data set that is not written yet."""
    return DatasetFolder(tmp_path / "small")


def started(admin: FlaskClient, folder: Path, name: str = "") -> str:
    """Start an import with the form; answers the address of its page."""
    answer = admin.post("/admin/imports", data={"folder": str(folder), "name": name})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def cells(page: str) -> list[list[str]]:
    """The rows of all tables, as text."""
    rows = BeautifulSoup(page, "html.parser").select("tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def test_an_import_is_followed_from_start_to_end(
    admin: FlaskClient, services: Services, folder: DatasetFolder
) -> None:
    """Waiting with a word on the missing worker, then done, with counts by file, and listed."""
    folder.rows["ExpertAnnotations"][0][3] = "7"
    where = started(admin, folder.write(), "mine")
    waiting = admin.get(where).text
    assert "Waiting for a worker" in waiting
    assert "No worker is alive" in waiting
    assert 'data-follow="on"' in waiting
    assert '<meta http-equiv="refresh"' in waiting
    services.run_imports(watch=NobodyWatches())
    done = admin.get(where).text
    assert 'data-follow="off"' in done
    rows = {row[0]: row[1:] for row in cells(done) if len(row) == 7}
    total = len(folder.rows["ExpertAnnotations"])
    assert rows["ExpertAnnotations.csv"] == ["Loaded", str(total - 1), "0", "0", "1", "0"]
    refusals = [row for row in cells(done) if len(row) == 5]
    assert refusals == [["ExpertAnnotations.csv", "2", "expert_2", "7", "A grade is 1, 2, 3 or 4."]]
    listed = admin.get("/admin/imports").text
    assert where in listed
    assert "mine" in listed
    assert "/admin/imports" in admin.get("/admin").text


def test_the_report_is_a_file_of_everything(
    admin: FlaskClient, services: Services, folder: DatasetFolder
) -> None:
    """A hundred rows on the page, all hundred and fifty in the download, and the page says so."""
    folder.rows["CrowdAnnotations"] += [["gone.png", f"{TRAIN[0]}#0", "1", "3", "0"]] * 150
    where = started(admin, folder.write())
    services.run_imports(watch=NobodyWatches())
    page = admin.get(where).text
    assert "The first 100 of 150" in page
    assert len([row for row in cells(page) if len(row) == 5]) == 100
    answer = admin.get(f"{where}/report.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == 151


def test_reasons_are_in_the_readers_language(
    admin: FlaskClient, services: Services, folder: DatasetFolder
) -> None:
    """Refused rows and states are told in Russian to whoever reads Russian."""
    folder.rows["CrowdAnnotations"][0][2:] = ["0.9", "1", "2"]
    folder.rows["captions"].append([TRAIN[0], f"{TRAIN[0]}#0", "other words"])
    where = started(admin, folder.write())
    services.run_imports(watch=NobodyWatches())
    page = admin.get(f"{where}?lang=ru").text
    assert "Доля противоречит числам: 1 из 3 — это 0.333." in page
    assert "Противоречит строке 2 файла captions.csv" in page
    assert "contradicts" not in page


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ("", 400, "whole path"),
        ("photos", 400, "whole path"),
        ("/no/such/folder", 404, "There is no folder /no/such/folder"),
        ("/proc", 400, "holds nothing of a data set"),
    ],
)
def test_a_folder_that_is_none_is_told_beside_the_form(
    admin: FlaskClient, services: Services, given: str, status: int, words: str
) -> None:
    """The form comes back with what was written and what is wrong; nothing was begun."""
    answer = admin.post("/admin/imports", data={"folder": given})
    assert answer.status_code == status
    page = BeautifulSoup(answer.text, "html.parser")
    problem = page.select_one("[role=alert]")
    assert problem is not None
    assert words in problem.get_text()
    field = page.select_one("[name=folder]")
    assert field is not None
    assert field["value"] == given
    assert services.imports.newest() == []


def test_a_waiting_import_is_stopped_at_once_and_goes_on(
    admin: FlaskClient, services: Services, folder: DatasetFolder
) -> None:
    """Nobody works on it, so nobody needs to be waited for; going on is the same import."""
    where = started(admin, folder.write())
    assert admin.post(f"{where}/stop").status_code == 303
    stopped = admin.get(where).text
    assert "Stopped" in stopped
    assert "Go on where it stopped" in stopped
    assert admin.post(f"{where}/stop").status_code == 409
    assert admin.post(f"{where}/go-on").headers["Location"] == where
    services.run_imports(watch=NobodyWatches())
    assert services.import_progress(1).state == "done"
    assert admin.post(f"{where}/go-on").status_code == 409


def test_an_import_that_was_interrupted_goes_on_from_the_page(
    admin: FlaskClient, services: Services, folder: DatasetFolder
) -> None:
    """What the command line began and left, the page goes on with."""
    with pytest.raises(ImportCancelled):
        services.import_dataset(folder=folder.write(), asker=Asker(), watch=StopsNow())
    assert admin.post("/admin/imports/1/go-on").status_code == 303
    services.run_imports(watch=NobodyWatches())
    assert services.import_progress(1).pictures["added"] == 7


@pytest.mark.parametrize(
    "path", ["/admin/imports", "/admin/imports/1", "/admin/imports/1/report.csv"]
)
def test_only_admins_see_imports(client: FlaskClient, viewer: FlaskClient, path: str) -> None:
    """Paths of the server's machine are nobody else's business."""
    assert client.get(path).status_code in {302, 303, 401}
    assert viewer.get(path).status_code == 403


def test_an_unknown_import_is_not_found(admin: FlaskClient) -> None:
    """Neither its page nor its report nor an act on it."""
    assert admin.get("/admin/imports/99").status_code == 404
    assert admin.get("/admin/imports/99/report.csv").status_code == 404
    assert admin.post("/admin/imports/99/stop").status_code == 404
    assert admin.post("/admin/imports/99/go-on").status_code == 404
