"""A picture's page, file and thumbnails."""

import io

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from PIL import Image

from service.services import Services
from tests.web.conftest import drawn, stored


def test_a_picture_is_kept_privately_and_revalidated(
    client: FlaskClient, services: Services
) -> None:
    """A browser may keep the bytes but has to ask whether it still may show them."""
    (image_id,) = stored(services, ("собака \N{DOG FACE}.png", drawn("#dc1e1e")))
    first = client.get(f"/images/{image_id}/file", buffered=True)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "filename*=UTF-8''%D1%81" in first.headers["Content-Disposition"]
    assert "sandbox" in first.headers["Content-Security-Policy"]
    assert int(first.headers["Content-Length"]) == len(first.data)
    again = client.get(
        f"/images/{image_id}/file", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(f"/images/{image_id}/file", buffered=True)
    assert (head.headers["Content-Length"], head.data) == (first.headers["Content-Length"], b"")


def test_parts_of_a_picture_can_be_asked_for(client: FlaskClient, services: Services) -> None:
    """A range of bytes is answered with that range."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")))
    whole = client.get(f"/images/{image_id}/file", buffered=True).data
    part = client.get(f"/images/{image_id}/file", headers={"Range": "bytes=5-9"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole[5:10])


def test_download_is_offered_as_a_file(client: FlaskClient, services: Services) -> None:
    """With download= the browser saves the picture under its name."""
    (image_id,) = stored(services, ('a"b\r\n.png', drawn("#dc1e1e")))
    answer = client.get(f"/images/{image_id}/file?download=1", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "\n" not in answer.headers["Content-Disposition"]


def test_thumbnails_are_small_webp(client: FlaskClient, services: Services) -> None:
    """A thumbnail is a WebP no larger than was asked for; other widths there are none."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e", size=(1200, 900))))
    for width in (320, 640):
        answer = client.get(f"/images/{image_id}/thumbnail?w={width}", buffered=True)
        with Image.open(io.BytesIO(answer.data)) as image:
            assert image.format == "WEBP"
            assert max(image.size) <= width
    for wish in ("0", "100", "-1", "9999999", "wide", ""):
        assert client.get(f"/images/{image_id}/thumbnail?w={wish}").status_code == 400, wish


def test_the_page_shows_the_picture_and_leads_back(client: FlaskClient, services: Services) -> None:
    """The page has the picture in its right size, its facts and the way back to the search."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")), collection="mine")
    page = BeautifulSoup(client.get(f"/images/{image_id}?q=red+<b>").data, "html.parser")
    image = page.select_one(".view-stage img")
    assert image is not None
    assert (image["width"], image["height"]) == ("60", "40")
    assert "mine" in page.get_text()
    back = page.select_one("a.back")
    assert back is not None
    assert back["href"] == "/?q=red+%3Cb%3E"
    assert page.select_one("b") is None


def test_a_deleted_picture_can_be_brought_back(admin: FlaskClient, services: Services) -> None:
    """Deleting on the page offers to undo it, and undoing brings the picture back."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")))
    page = admin.post(f"/images/{image_id}/delete", follow_redirects=True)
    form = BeautifulSoup(page.data, "html.parser").select_one("form[action$='/restore']")
    assert form is not None
    assert admin.get(f"/images/{image_id}").status_code == 404
    admin.post(str(form["action"]))
    assert admin.get(f"/images/{image_id}").status_code == 200


def test_visitors_change_nothing(
    client: FlaskClient, viewer: FlaskClient, services: Services
) -> None:
    """Whoever is no admin can neither delete, restore nor retry."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")))
    for act in ("delete", "restore", "retry"):
        assert client.post(f"/images/{image_id}/{act}").status_code == 401
        assert viewer.post(f"/images/{image_id}/{act}").status_code == 403
    assert client.get(f"/images/{image_id}").status_code == 200


def test_admins_see_and_change_where_a_picture_is(admin: FlaskClient, services: Services) -> None:
    """The page puts a picture into a collection, takes it out, and tells how it came in."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")), collection="mine")
    gather = {"name": "ours", "image": image_id, "stay": "1"}
    told = admin.post("/admin/collections/gather", data=gather, follow_redirects=True)
    page = BeautifulSoup(told.data, "html.parser")
    places = {li.a.get_text(): li.form["action"] for li in page.select(".in-collections li")}  # type: ignore[union-attr,index]
    assert set(places) == {"mine", "ours"}
    assert "Came by" in page.get_text()
    admin.post(str(places["mine"]), data={"stay": "1"})
    again = BeautifulSoup(admin.get(f"/images/{image_id}").data, "html.parser")
    assert [li.a.get_text() for li in again.select(".in-collections li")] == ["ours"]  # type: ignore[union-attr]


def test_a_score_is_taken_apart(client: FlaskClient, services: Services) -> None:
    """For a query the page tells score, similarity, captions and what the scorer did."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")))
    page = BeautifulSoup(client.get(f"/images/{image_id}?q=red").data, "html.parser")
    told = [term.get_text() for term in page.select(".side-part:has(meter) dt")]
    assert told == ["Score", "Similarity", "Captions", "Scorer"]
    assert "None is published" in page.get_text()
