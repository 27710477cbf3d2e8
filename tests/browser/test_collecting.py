"""An admin chooses pictures among the results and puts them into a collection."""

from playwright.sync_api import expect

from service.domain import Asker
from service.services import Services
from tests.browser.axe import violations
from tests.browser.conftest import Visits, sign_in
from tests.browser.test_searching import reds


def test_results_become_a_collection(visit: Visits, services: Services, password: str) -> None:
    """Clicks tick while choosing, the bar counts, and the collection holds what was ticked."""
    reds(services, 4)
    page = visit(width=390)
    sign_in(page, password)
    page.goto("/?q=red")
    page.get_by_role("button", name="Select").click()
    page.locator(".tile a").nth(1).click()
    page.locator(".tile-tick").nth(2).check()
    expect(page.locator("[data-select-count]")).to_have_text("2 chosen")
    assert violations(page, "choosing pictures") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("[data-select] input[name=name]", "Boats")
    page.get_by_role("button", name="Put in").click()
    expect(page.get_by_role("heading", name="Boats")).to_be_visible()
    (shelf,) = services.collecting.listed(asker=Asker())
    assert (shelf.name, shelf.pictures) == ("Boats", 2)
