"""An admin's day: what needs him, the work in the background, people and tokens, health."""

from playwright.sync_api import Page, expect

from service.services import Services
from tests.browser.conftest import Visits, sign_in
from tests.browser.furnished import give_up
from tests.browser.test_searching import reds


def test_what_fails_appears_by_itself_and_is_tried_again(
    visit: Visits, services: Services, password: str
) -> None:
    """The page of jobs follows; one button sends the picture back, and the home is told so."""
    reds(services, 2)
    page = visit()
    sign_in(page, password)
    page.goto("/admin/jobs")
    expect(page.locator(".given-up")).to_have_count(0)
    give_up(services)
    card = page.locator(".given-up > li")
    expect(card).to_contain_text("It ends too early.")
    page.get_by_role("navigation", name="Manage").get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="1 picture was given up").click()
    card.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status").first).to_contain_text("queued again")
    expect(page.get_by_text("None: every picture could be read.")).to_be_visible()


def test_a_phone_without_scripts_looks_after_people(visit: Visits, password: str) -> None:
    """The menu opens, somebody comes, changes, goes and comes back, and a token is revoked."""
    page = visit(width=390, java_script_enabled=False, locale="en-GB")
    sign_in(page, password)
    page.goto("/admin")
    page.locator(".desk-menu > summary").click()
    page.get_by_role("link", name="Users and tokens").click()
    page.get_by_label("Name", exact=True).fill("bob")
    page.get_by_role("button", name="Add somebody").click()
    expect(page.get_by_role("status")).to_contain_text("One-time password of bob")
    bob = page.locator(".person", has_text="bob")
    bob.get_by_label("Role of bob").select_option("analyst")
    bob.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Undo").click()
    bob.locator("summary").click()
    bob.get_by_role("button", name="Take out of use").click()
    expect(bob.locator(".badge-failed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(bob.locator(".badge-failed")).to_have_count(0)
    page.get_by_label("What it is for").fill("nightly upload")
    page.get_by_role("button", name="Make a token").click()
    expect(page.locator("[data-copied]")).to_contain_text("glimpse_")
    page.get_by_text("Revoke…").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("status").first).to_contain_text("works again")
    assert wide(page) <= 390


def wide(page: Page) -> int:
    """How wide the page's content is."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
