"""The sample collection on the pages: how far it is, and how an admin sends it away."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from sample.load import load
from service.services import Services

EXAMPLES = {"en": ["a red car"], "ru": ["красная машина"]}


def test_the_start_page_tells_how_far_it_is(client: FlaskClient, services: Services) -> None:
    """While the collection is drawn the page says how much of it is there."""
    services.sample.advance("loading", done=320, total=1100, examples=EXAMPLES)
    page = BeautifulSoup(client.get("/").text, "html.parser")
    told = page.select_one("[data-loading]")
    assert told is not None
    assert "320 of 1,100" in told.text
    assert [chip.text for chip in page.select(".chip")] == ["a red car"]


def test_an_admin_removes_it_and_brings_it_back(admin: FlaskClient, services: Services) -> None:
    """The button takes its pictures out of the counts, and the next page can undo it."""
    load(services, train=2, test=1, size=64)
    assert "Remove the sample collection" in admin.get("/admin/pictures").text
    removed = admin.post("/admin/sample/remove", follow_redirects=True)
    assert "3 pictures of the sample collection were removed." in removed.text
    assert services.counts().pending == 0
    assert "Remove the sample collection" not in removed.text
    admin.post("/admin/sample/bring-back")
    assert services.counts().pending == 3


def test_others_may_not_remove_it(viewer: FlaskClient, services: Services) -> None:
    """Whoever is no admin is refused, and nothing goes."""
    load(services, train=1, test=0, size=64)
    assert viewer.post("/admin/sample/remove").status_code == 403
    assert services.counts().pending == 1
