"""An admin adds an encoder in a real browser, lets it serve, goes back and removes it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from service.ingest.index import finish_builds
from service.services import Services
from tests.browser.axe import violations
from tests.browser.conftest import Visits, sign_in
from tests.encoder_stand_in import ColourEncoder, ContraryEncoder
from tests.learn.colours import taught_colours

PAGE = "/admin/encoders"
pytestmark = pytest.mark.begins_with(fill=taught_colours)


def card(page: Page, name: str = ContraryEncoder.name) -> Locator:
    """An encoder's card."""
    return page.locator("article.encoder", has=page.get_by_role("heading", name=name)).last


def build(services: Services) -> int:
    """What workers do for an encoder that was added; answers its key."""
    services.serving.embed(seconds=30)
    finish_builds(services.engine, services.transactions)
    return services.catalogue.listed()[1].encoder.encoder_id


def opened(page: Page, what: str) -> None:
    """Press what asks once more before it does anything."""
    page.get_by_text(what, exact=True).click()


def test_a_whole_life_on_the_page(visit: Visits, services: Services, password: str) -> None:
    """Ordered, built and measured as one watches; what it lacks is said before it may serve."""
    page = visit(reduced_motion="reduce")
    sign_in(page, password)
    page.goto(PAGE)
    page.get_by_label("Or another one by its name").fill(ContraryEncoder.name)
    page.get_by_role("button", name="Fetch and build it").click()
    expect(card(page).locator(".badge")).to_have_text("Being fetched")
    services.catalogue.run_orders()
    expect(card(page).locator(".badge")).to_have_text("Being built")
    expect(card(page)).to_contain_text(re.compile(r"0 of 24 pictures"))
    expect(card(page).get_by_role("progressbar")).to_be_visible()
    other = build(services)
    expect(card(page).locator(".badge")).to_have_text("Ready")
    card(page).get_by_role("button", name="Measure").click()
    expect(page.locator(".badge", has_text="Being measured")).to_be_visible()
    services.catalogue.run_orders()
    expect(card(page)).to_contain_text("Pictures a second")

    opened(page, "Let it serve…")
    expect(card(page)).to_contain_text("It has no scorer of its own")
    nevertheless = page.get_by_label("I know what will be missing")
    expect(nevertheless).to_have_attribute("required", "")
    assert violations(page, "encoders") == []
    page.get_by_role("button", name="Train a scorer for it first").click()
    expect(card(page)).to_contain_text("A training is under way.")
    assert services.trainings.progress().encoder_id == other
    services.trainings.cancel()
    expect(page.locator("[data-follow=off]")).to_be_attached()
    opened(page, "Let it serve…")
    nevertheless.check()
    page.get_by_role("button", name="Let it serve", exact=True).click()
    expect(card(page).locator(".badge")).to_have_text("Serves the search")

    opened(page, "Back to the former one…")
    page.get_by_role("button", name="Go back").click()
    expect(card(page, ColourEncoder.name).locator(".badge")).to_have_text("Serves the search")
    phone = visit(width=390, color_scheme="dark", locale="ru-RU", reduced_motion="reduce")
    sign_in(phone, password)
    phone.goto(PAGE)
    for question in phone.locator("details.sure summary").all():
        question.click()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(phone, "encoders on a phone") == []
    opened(page, "Remove…")
    expect(card(page)).to_contain_text("24 vectors are dropped for good")
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("article.encoder")).to_have_count(1)
