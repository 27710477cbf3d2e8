"""The page of scorers, for admins."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.services import Services
from tests.learn.colours import QUICK, judged_colours


def test_scorers_are_published_and_taken_back_on_the_page(
    admin: FlaskClient, services: Services
) -> None:
    """The table shows each scorer with its figures, and its buttons do what they say."""
    judged_colours(services)
    services.learning.train(QUICK)
    page = BeautifulSoup(admin.get("/quality").data, "html.parser")
    assert [cell.text for cell in page.select("tbody td")][:2] == ["1", "cosine"]
    assert admin.post("/quality/1/publish").status_code == 303
    page = BeautifulSoup(admin.get("/quality?lang=ru").data, "html.parser")
    assert page.select_one("svg.chart") is not None
    assert "Качество" in str(page.select_one("h1"))
    assert services.learning.listed()[0].state == "published"
    assert admin.post("/quality/rollback").status_code == 303
    assert services.learning.listed()[0].state == "trained"
    assert admin.post("/quality/9/publish").status_code == 404


def test_a_training_is_begun_and_stopped_on_the_page(
    admin: FlaskClient, services: Services
) -> None:
    """The form asks a worker, the page shows how far it is, and the button stops it."""
    assert admin.post("/quality/train", data={"kind": "cosine"}).status_code == 303
    page = BeautifulSoup(admin.get("/quality").data, "html.parser")
    assert page.select_one("progress") is not None
    assert admin.post("/quality/train/stop").status_code == 303
    assert services.trainings.progress().state == "cancelled"
    assert admin.post("/quality/train", data={"kind": "nonsense"}).status_code == 400


def test_the_page_is_for_admins(client: FlaskClient, viewer: FlaskClient) -> None:
    """Nobody else sees it or does anything on it."""
    assert viewer.get("/quality").status_code == 403
    assert viewer.post("/quality/rollback").status_code == 403
    assert client.post("/quality/train").status_code in {302, 303, 401}
