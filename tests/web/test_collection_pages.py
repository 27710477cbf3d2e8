"""Collections: made, filled, searched in, renamed and removed, with a way back."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from service.domain import Asker
from service.services import Services
from tests.web.conftest import drawn, stored

PAGE = "/admin/collections"


def cards(admin: FlaskClient) -> dict[str, str]:
    """The collections on the page with what is said of each."""
    page = BeautifulSoup(admin.get(PAGE).data, "html.parser")
    found = page.select(".shelf-card")
    return {one.strong.get_text(): one.select_one(".small").get_text() for one in found}  # type: ignore[union-attr]


def key_of(services: Services, name: str) -> int:
    """A collection's key."""
    shelves = services.collecting.listed(asker=Asker())
    return next(one.collection_id for one in shelves if one.name == name)


def test_a_collection_from_making_to_bringing_back(admin: FlaskClient, services: Services) -> None:
    """Pictures are added from a search, taken out again, and stay when the collection goes."""
    red, blue = stored(services, ("r.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")))
    assert admin.post(PAGE, data={"name": " Our  summer "}).status_code == 303
    summer = f"{PAGE}/{key_of(services, 'Our summer')}"
    offered = BeautifulSoup(admin.get(f"{summer}?find=red").data, "html.parser")
    ticks = [one["value"] for one in offered.select("input[name=image]")]
    assert ticks[0] == red
    admin.post(f"{summer}/add", data={"image": [red, blue]})
    admin.post(f"{summer}/take-out", data={"image": blue})
    assert cards(admin) == {"Our summer": "1 picture"}
    admin.post(f"{summer}/rename", data={"name": "Winter"})
    search = admin.get("/api/v1/search?q=red&collection=Winter&min_score=0").get_json()
    assert [one["image_id"] for one in search["results"]] == [red]
    page = BeautifulSoup(admin.post(f"{summer}/remove", follow_redirects=True).data, "html.parser")
    assert cards(admin) == {}
    assert admin.get(f"/images/{red}").status_code == 200
    undo = page.select_one(".strip form")
    assert undo is not None
    admin.post(str(undo["action"]))
    assert cards(admin) == {"Winter": "1 picture"}


def test_names_are_checked(admin: FlaskClient) -> None:
    """A name is neither empty nor taken, and what is wrong is told beside the form."""
    admin.post(PAGE, data={"name": "one"})
    assert "already" in admin.post(PAGE, data={"name": "one"}).text
    assert admin.post(PAGE, data={"name": "one"}).status_code == 409
    assert admin.post(PAGE, data={"name": "  "}).status_code == 400
    assert admin.get(f"{PAGE}/4711").status_code == 404


def test_a_restricted_picture_is_neither_cover_nor_counted(
    admin: FlaskClient, services: Services
) -> None:
    """A collection tells of what may be shown only, and nothing can be added in secret."""
    red, blue = stored(
        services, ("r.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")), collection="mine"
    )
    services.describe(blue, ["a little girl on a swing"])
    assert cards(admin) == {"mine": "1 picture"}
    assert blue not in admin.get(PAGE).text
    assert blue not in admin.get(f"{PAGE}/{key_of(services, 'mine')}").text
    admin.post(f"{PAGE}/gather", data={"name": "new", "image": [red, blue]})
    assert cards(admin)["new"] == "1 picture"


def test_scripts_have_collections_too(admin: FlaskClient, viewer: FlaskClient) -> None:
    """The API lists, makes, fills and removes collections, for admins."""
    made = admin.post("/api/v1/collections", json={"name": "ours"})
    assert made.status_code == 201
    key = made.get_json()["collection_id"]
    filled = admin.post(f"/api/v1/collections/{key}/images", json={"image_ids": ["none"]})
    assert filled.get_json()["pictures"] == 0
    listed = admin.get("/api/v1/collections").get_json()["collections"]
    assert [one["name"] for one in listed] == ["ours"]
    assert admin.post("/api/v1/collections", json={"name": "ours"}).status_code == 409
    assert admin.delete(f"/api/v1/collections/{key}").status_code == 204
    assert admin.get("/api/v1/collections").get_json()["collections"] == []
    assert viewer.get("/api/v1/collections").status_code == 403
    assert viewer.post(f"{PAGE}/gather", data={"name": "x"}).status_code == 403
