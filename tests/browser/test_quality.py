"""The life of a scorer in a real browser: trained, looked ahead with, published, taken back."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from service.services import Services
from tests.browser.conftest import Visits, sign_in
from tests.learn.colours import judged_colours
from tests.web.test_quality_page import ask


def accessible(page: Page) -> list[str]:
    """What axe-core objects to, and a page that is wider than its screen."""
    found = [str(one["id"]) for one in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["wider than the screen"] if wide else [])]


def test_a_scorer_is_trained_looked_at_published_and_taken_back(
    visit: Visits, services: Services, password: str
) -> None:
    """From the button that trains to searches with probabilities, and back, each step undone."""
    judged_colours(services)
    ask(services, {"something red": "red-0.png"})
    page = visit(reduced_motion="reduce")
    sign_in(page, password)
    page.goto("/quality")
    expect(page.locator(".lead")).to_contain_text("No scorer is published")
    page.locator("select[name=kind]").select_option("cosine")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    services.trainings.run_requested()
    page.get_by_role("link", name="Preview and publish cosine 1").first.click()
    expect(page.get_by_role("article", name="something red")).to_contain_text("24 pictures → 3")
    page.get_by_label("A text of your own").fill("green")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("article").first).to_contain_text("your own")
    assert accessible(page) == []
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Cosine 1 scores every search now.")
    expect(page.locator(".lead")).to_contain_text("gives every search its probabilities")
    expect(page.locator("svg.chart")).to_have_count(8)
    page.get_by_text("Take back…").click()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(page.locator(".strip-good")).to_contain_text("searches go by similarity")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".strip-good")).to_contain_text("Cosine 1 serves again.")
    phone = visit(width=390, locale="ru-RU", color_scheme="dark", reduced_motion="reduce",
                  java_script_enabled=True)  # fmt: skip
    sign_in(phone, password)
    for path in ("/quality", "/quality/1/publish", "/quality/compare"):
        phone.goto(path)
        assert accessible(phone) == [], path
    plain = visit("/quality", width=390, java_script_enabled=False, password=password)
    plain.get_by_text("Take back…").click()
    plain.get_by_role("button", name="Take back", exact=True).click()
    plain.get_by_role("link", name="Preview and publish cosine 1").first.click()
    plain.get_by_role("button", name="Publish", exact=True).click()
    expect(plain.get_by_role("status")).to_contain_text("Cosine 1 scores every search now.")
