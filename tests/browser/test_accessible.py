"""axe-core finds no violation on any page, in both languages and both colour schemes."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from service.services import Services
from tests.browser.conftest import Visits, sign_in
from tests.browser.test_searching import reds

LOOKS = [("en-GB", "light"), ("en-GB", "dark"), ("ru-RU", "light"), ("ru-RU", "dark")]
OPEN_TO_ALL = ("/", "/?q=red", "/?q=red&min_score=0.99", "/?q=...", "/sign-in", "/api/v1/docs")
CARE = ("/admin/collections", "/admin/duplicates", "/admin/trash")
ADMINS = ("/admin", "/admin/upload", *CARE, "/admin/restricted", "/account", "/analytics")


def violations(page: Page, where: str) -> list[str]:
    """What axe-core objects to on the page, each with the first element it names."""
    # Half-way through a fade colours are neither here nor there.
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    return [f"{where}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def scan(page: Page, paths: tuple[str, ...]) -> list[str]:
    """The violations of these pages."""
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += violations(page, path)
    return found


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_pages_for_everybody(visit: Visits, services: Services, locale: str, scheme: str) -> None:
    """Start, results, nothing found, refusals, a picture's page and a picture in large."""
    reds(services, 3)
    page = visit(locale=locale, color_scheme=scheme)
    found = scan(page, OPEN_TO_ALL)
    found += opened(page, "large", lambda: page.click(".tile a >> nth=0"))
    page.reload()
    found += violations(page, "a picture's page")
    assert found == []


def opened(page: Page, where: str, act: Callable[[], None]) -> list[str]:
    """The violations of a picture in large over its results."""
    page.goto("/?q=red")
    act()
    page.wait_for_selector("dialog[open] .facts")
    return violations(page, where)


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_pages_for_admins(
    visit: Visits, services: Services, password: str, locale: str, scheme: str
) -> None:
    """What only admins see is as accessible, with their part of a picture's page."""
    reds(services, 2)
    page = visit(locale=locale, color_scheme=scheme)
    sign_in(page, password)
    found = scan(page, ADMINS)
    page.goto("/?q=red")
    page.goto(str(page.locator(".tile a").first.get_attribute("href")))
    found += violations(page, "a picture's page")
    assert found == []
