"""The frame of the pages behind the sign-in."""

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from service.domain import Role
from service.services import Services
from service.web.shell import GROUPS
from tests.web.conftest import with_token


def links(page: BeautifulSoup, where: str = ".desk-side") -> dict[str, str]:
    """The words of the frame's links, by their addresses."""
    return {str(a["href"]): a.get_text(strip=True) for a in page.select(f"{where} a")}


def test_every_page_of_the_frame_opens_and_knows_its_place(admin: FlaskClient) -> None:
    """Each link leads to a page with the same frame, in which exactly that link is current."""
    start = BeautifulSoup(admin.get("/admin").data, "html.parser")
    found = links(start)
    assert found == links(start, ".desk-menu")
    assert {"/admin", "/admin/imports", "/admin/terms", "/quality", "/analytics/sql"} <= set(found)
    for path in set(found) - {"/annotate"}:
        page = BeautifulSoup(admin.get(path).data, "html.parser")
        (current,) = page.select(".desk-side a[aria-current]")
        assert current["href"] == path
        assert current.get_text(strip=True) in page.select(".desk-menu > summary")[0].get_text()
        assert len(page.select("main")) == 1
        assert links(page) == found


def test_people_see_only_what_they_may_open(app: Flask, services: Services) -> None:
    """An analyst's frame has the pages for analysts and no other."""
    services.accounts.add(name="anna", role=Role.ANALYST)
    analyst = with_token(app, services.accounts.create_token(name="anna"))
    page = BeautifulSoup(analyst.get("/analytics").data, "html.parser")
    assert set(links(page)) == {"/analytics", "/analytics/sql"}


def test_every_entry_is_there_once() -> None:
    """No page stands in the frame twice."""
    endpoints = [entry.endpoint for group in GROUPS for entry in group.entries]
    assert len(endpoints) == len(set(endpoints))
