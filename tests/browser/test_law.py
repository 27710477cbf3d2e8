"""The law in a real browser: refused searches, the editor's pages, restricted pictures."""

import io
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.law.versions import Editor
from service.policy.rules import RuleSet, Term
from service.services import Services
from tests.browser.conftest import Visits
from tests.web.conftest import drawn

DISCLAIMER = "This image is unavailable in your country in compliance with local laws"
TRANSLATION = "Это изображение недоступно в вашей стране"
RULES = (
    RuleSet(version=1, blocked=(Term("boy", "en", compounds=True), Term("мальчик", "ru"))),
    RuleSet(version=1, countries=("FR",), blocked=(Term("dragon", "en"),)),
)


@pytest.fixture
def services(services: Services) -> Services:
    """Under a few rules, which compile in no time."""
    services.book.replace(Editor("a test", "to see what happens"), RULES)
    return services


@pytest.fixture
def judging(services: Services) -> Iterator[None]:
    """Judges pictures in the background, as a worker would."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(1.0):
            services.law.judge_waiting(services.transactions)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def shown(services: Services, number: int, *captions: str) -> str:
    """A red picture with these captions; answers its id."""
    (one,) = services.uploading(
        files=[(f"red {number}.png", io.BytesIO(drawn("#dc1e1e", number=number)))],
        asker=Asker(),
        captions=captions,
    )
    embed_waiting(services.embedding(), seconds=30)
    return str(one.image_id)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("locale", "translated"), [("en-GB", False), ("ru-RU", True)])
def test_a_refused_search_shows_the_disclaimer_and_nothing_else(
    visit: Visits,
    services: Services,
    locale: str,
    scripts: bool,  # noqa: FBT001
    translated: bool,  # noqa: FBT001
) -> None:
    """Word for word, translated for Russian readers, without pictures; the next search goes on."""
    shown(services, 1, "a red car")
    page = visit("/?q=red", locale=locale, java_script_enabled=scripts)
    expect(page.locator(".tile")).to_have_count(1)
    page.fill("#q", "two schoolboys")
    page.press("#q", "Enter")
    refusal = page.get_by_role("alert")
    expect(refusal.get_by_role("heading")).to_have_text(DISCLAIMER)
    expect(page.locator(".tile")).to_have_count(0)
    assert page.locator("main img").count() == 0
    words = refusal.inner_text()
    assert (TRANSLATION in words) is translated
    assert "boy" not in words
    page.fill("#q", "red")
    page.press("#q", "Enter")
    expect(page.locator(".tile")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_admin_tries_previews_saves_and_undoes(
    visit: Visits,
    services: Services,
    password: str,
    judging: None,  # noqa: ARG001 - works beside
    scripts: bool,  # noqa: FBT001
) -> None:
    """From the try-it box over the preview to the saved version, and back with one click."""
    shown(services, 1, "a red wizard")
    page = visit("/admin/terms", java_script_enabled=scripts, password=password)
    page.fill("input[name=text]", "a young wizard")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".tried")).to_contain_text("allowed")
    page.get_by_role("link", name="Everywhere", exact=True).click()
    page.fill("textarea[name=texts]", "wizard")
    page.locator("form[aria-labelledby=add] .button-main").click()
    expect(page.locator(".figure").first).to_contain_text("1")
    expect(page.get_by_role("link", name="red 1.png")).to_be_visible()
    page.fill("textarea[name=examples]", "two wizards\na road")
    page.get_by_role("button", name="Try them").click()
    expect(page.locator("mark")).to_have_text("wizards")
    page.fill("[name=why]", "The ministry's letter.")
    page.get_by_role("button", name="Save as version").click()
    expect(page.get_by_role("status").first).to_contain_text("holds")
    expect(page.locator("table").last).to_contain_text("The ministry's letter.")
    if scripts:
        expect(page.locator("[data-judged]")).to_be_visible()
    page.fill("input[name=text]", "a young wizard")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".tried mark")).to_have_text("wizard")
    services.book.roll_back(Editor("ada", "for the next"), version=services.book.latest() - 1)
    assert "wizard" not in {term.text for term in services.book.ruleset(["*"]).blocked}


def test_undo_stands_beside_what_was_saved(
    visit: Visits, services: Services, password: str
) -> None:
    """One click after saving brings the version before back."""
    page = visit("/admin/terms/sets/everywhere?q=boy", password=password)
    page.locator(".entry summary").click()
    page.get_by_role("button", name="Remove…", exact=True).click()
    expect(page.locator(".diff-minus li")).to_have_count(1)
    page.fill("[name=why]", "A mistake.")
    page.get_by_role("button", name="Save as version").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("holds")
    assert Term("boy", "en", compounds=True) in services.book.ruleset(["*"]).blocked


def test_a_complaint_is_answered(visit: Visits, services: Services, password: str) -> None:
    """From the picture's page to its case: looked at, restricted, undone, consented."""
    image_id = shown(services, 1, "a red car")
    page = visit(f"/images/{image_id}", password=password)
    page.get_by_role("link", name="Restrict it").click()
    page.get_by_role("link", name="Look at the picture").click()
    expect(page.locator(".case-picture")).to_be_visible()
    page.fill("[name=reason]", "complaint of 3 May")
    page.get_by_role("button", name="Restrict", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("restricted")
    page.goto(f"/images/{image_id}")
    expect(page.get_by_role("heading", name=DISCLAIMER)).to_be_visible()
    page.goto(f"/admin/restricted/{image_id}")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Nothing restricts it.")).to_be_visible()
    page.goto(f"/admin/audit?subject={image_id}")
    expect(page.locator("tbody")).to_contain_text("Decision undone")


def test_an_admin_sees_it_as_another_country_does(
    visit: Visits, services: Services, password: str
) -> None:
    """The choice stands above results and refusals, and stays while one searches on."""
    shown(services, 1, "a red dragon")
    page = visit("/?q=red", password=password)
    expect(page.get_by_text("Nothing matches well enough")).to_be_visible()
    page.locator("[data-rarer] > summary").click()
    page.locator(".as-country summary").click()
    page.select_option("[name=country]", "US")
    page.locator(".as-country .button").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.select_option("[name=country]", "FR")
    page.fill("#q", "a red dragon")
    page.press("#q", "Enter")
    expect(page.get_by_role("heading", name=DISCLAIMER)).to_be_visible()
    assert "country=FR" in page.url
