"""Judging in a real browser, by keyboard and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.services import Services
from tests.browser.axe import violations
from tests.browser.conftest import Visits
from tests.factories import plain


@pytest.fixture
def services(services: Services) -> Services:
    """Four pictures that say their colour."""
    for number, colour in enumerate(("red", "green", "blue", "yellow")):
        list(
            services.uploading(
                files=[plain(colour, number=number)],
                asker=Asker(),
                captions=(f"a {colour} wall",),
            )
        )
    # A page that came before them would have no pair to judge.
    embed_waiting(services.embedding(), seconds=30)
    return services


def judged(page: Page) -> int:
    """How many judgements the page tells of."""
    return int(page.locator("[data-total]").inner_text())


def test_a_judge_works_by_keyboard(visit: Visits, password: str) -> None:
    """A key grades and brings the next pair, u takes it back, y answers the other mode."""
    page = visit(password=password)
    page.locator("summary", has=page.locator(".face")).click()
    page.get_by_role("link", name="Judge pairs").click()
    expect(page.locator(".judge-text")).to_be_visible()
    words = page.locator(".judge-text").inner_text()
    page.keyboard.press("7")
    page.keyboard.press("3")
    expect(page.locator("[data-total]")).to_have_text("1")
    page.keyboard.press("u")
    expect(page.locator("[data-total]")).to_have_text("0")
    expect(page.locator(".judge-text")).to_have_text(words)
    page.get_by_role("link", name="Yes or no").click()
    expect(page.locator("[data-key=y]")).to_be_visible()
    page.keyboard.press("y")
    expect(page.locator("[data-total]")).to_have_text("1")
    page.keyboard.press("s")
    page.get_by_role("button", name="The text is unclear").click()
    expect(page.locator(".judge-more details")).not_to_have_attribute("open", "")
    assert judged(page) == 1


def test_the_page_is_accessible_and_works_on_a_phone_without_javascript(
    visit: Visits, password: str
) -> None:
    """Forms alone do; axe finds nothing in the dark on a narrow screen."""
    page = visit("/annotate", width=390, java_script_enabled=False, password=password)
    page.get_by_role("button", name="It describes the picture").click()
    expect(page.locator("[data-total]")).to_have_text("1")
    page = visit(
        "/annotate", width=390, color_scheme="dark", reduced_motion="reduce", password=password
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page, "judging on a phone") == []
