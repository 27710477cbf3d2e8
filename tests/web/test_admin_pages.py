"""The admin's pages without scripts."""

import io

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.ingest.embed import embed_waiting
from service.services import Services
from tests.web.conftest import drawn, stored


def test_a_plain_form_tells_what_became_of_each_file(
    admin: FlaskClient, services: Services
) -> None:
    """Without a script the form takes several files at once and lists each outcome."""
    files = [
        (io.BytesIO(drawn("#dc1e1e")), "a.png"),
        (io.BytesIO(b"no picture"), "b<i>.png"),
    ]
    form = {"file": files, "collection": " mine "}
    answer = admin.post("/admin/upload", data=form)
    assert answer.status_code == 200
    rows = BeautifulSoup(answer.data, "html.parser").select("ol.files > li[data-state]")
    states = [row["data-state"] for row in rows if row.find_parent("template") is None]
    assert states == ["pending", "rejected"]
    assert services.collections() == ["mine"]


def test_a_form_without_files_is_explained(admin: FlaskClient) -> None:
    """Sending the form empty answers 400 with the way on."""
    empty = {"file": (io.BytesIO(b""), "")}
    answer = admin.post("/admin/upload", data=empty)
    assert answer.status_code == 400
    assert "choose one or more pictures" in answer.text


def test_the_overview_counts_and_filters_by_state(admin: FlaskClient, services: Services) -> None:
    """Every picture is listed with its state; a state can be chosen."""
    stored(services, ("r.png", drawn("#dc1e1e")))
    admin.post("/admin/upload", data={"file": (io.BytesIO(drawn("#283cd2")), "b.png")})
    everything = admin.get("/admin/pictures").text
    assert "r.png" in everything
    assert "b.png" in everything
    pending = admin.get("/admin/pictures?state=pending").text
    assert "r.png" not in pending
    assert "b.png" in pending
    embed_waiting(services.embedding(), seconds=30)
    assert "b.png" not in admin.get("/admin/pictures?state=pending").text


def test_older_pictures_are_one_link_away(admin: FlaskClient, services: Services) -> None:
    """A long list goes on, and no picture is left out or shown twice."""
    stored(services, *[(f"{n}.png", drawn("#dc1e1e", number=n)) for n in range(63)])
    first = BeautifulSoup(admin.get("/admin/pictures").data, "html.parser")
    more = first.select_one(".more a")
    assert more is not None
    second = BeautifulSoup(admin.get(str(more["href"])).data, "html.parser")
    names = [n.get_text() for page in (first, second) for n in page.select(".shelf-name")]
    assert len(names) == len(set(names)) == 63
