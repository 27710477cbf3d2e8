"""The admin's page of judges."""

from pathlib import Path

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.domain import Asker
from service.ingest.dataset.work import NobodyWatches
from service.services import Services
from tests.dataset_folders import DatasetFolder


def test_a_judge_is_excluded_with_a_reason_and_taken_back(
    admin: FlaskClient, services: Services, tmp_path: Path
) -> None:
    """The reason, the day and who did it stand beside the name, with the way back."""
    path = DatasetFolder(tmp_path / "small").write()
    services.import_dataset(folder=path, asker=Asker(), watch=NobodyWatches())
    page = BeautifulSoup(admin.get("/admin/judges").text, "html.parser")
    form = page.select_one("form[action$='/exclude']")
    assert form is not None
    answer = admin.post(
        str(form["action"]), data={"reason": "<b>careless</b>"}, follow_redirects=True
    )
    told = BeautifulSoup(answer.text, "html.parser")
    cell = told.select_one(".judge-counts:has(.badge-failed)")
    assert cell is not None
    assert "<b>careless</b>" in cell.get_text()
    assert "ada" in cell.get_text()
    back = cell.select_one("form")
    assert back is not None
    answer = admin.post(str(back["action"]), follow_redirects=True)
    assert "badge-failed" not in answer.text
    assert admin.post(str(form["action"]), data={"reason": " "}).status_code == 400
    assert admin.post("/admin/judges/99/exclude", data={"reason": "x"}).status_code == 404


def test_only_admins_see_judges(client: FlaskClient, viewer: FlaskClient) -> None:
    """How well a person judges is nobody else's business."""
    assert client.get("/admin/judges").status_code in {302, 303, 401}
    assert viewer.get("/admin/judges").status_code == 403
    assert viewer.post("/admin/judges/1/exclude", data={"reason": "x"}).status_code == 403


def test_nobody_has_judged_yet(admin: FlaskClient) -> None:
    """An empty page says so."""
    assert "Nobody has judged yet" in admin.get("/admin/judges").text
