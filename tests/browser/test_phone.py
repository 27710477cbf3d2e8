"""One way through everything on a phone: found, refined, refused, uploaded, restricted."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from service.ingest.embed import embed_waiting
from service.policy.rules import RuleSet, Term
from service.services import Services
from service.web.errors import DISCLAIMER
from tests.browser.conftest import Visits
from tests.browser.furnished import EDITOR
from tests.browser.test_searching import reds
from tests.web.conftest import drawn

RULES = (RuleSet(version=1, blocked=(Term("boy", "en"),)),)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_is_enough(
    visit: Visits,
    services: Services,
    password: str,
    tmp_path: Path,
    scripts: bool,  # noqa: FBT001
) -> None:
    """With scripts and without: search, a rare filter, a refusal, an upload and its restriction."""
    services.book.replace(EDITOR, RULES)
    reds(services, 3)
    page = visit(width=390, has_touch=True, java_script_enabled=scripts)
    page.fill("#q", "red")
    page.press("#q", "Enter")
    expect(page.locator(".tile")).to_have_count(4)
    page.locator("[data-rarer] > summary").click()
    page.select_option("[name=source]", "sample")
    if not scripts:
        page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Nothing matches well enough")).to_be_visible()
    expect(page.locator("[data-rarer]")).to_have_attribute("open", "")
    page.goto("/?q=a+boy")
    expect(page.get_by_role("heading", name=DISCLAIMER)).to_be_visible()

    (tmp_path / "blue.png").write_bytes(drawn("#283cd2"))
    admin = visit("/admin/upload", width=390, java_script_enabled=scripts, password=password)
    admin.set_input_files("input[name=file]", [tmp_path / "blue.png"])
    if not scripts:
        admin.click("button.no-js")
    expect(admin.locator("li.file")).to_have_count(1)
    expect(admin.locator("li.file")).not_to_have_attribute("data-state", "sending")
    embed_waiting(services.embedding(), seconds=30)
    admin.goto("/?q=blue")
    address = str(admin.locator(".tile a").first.get_attribute("href")).partition("?")[0]
    admin.goto(address)
    admin.get_by_role("link", name="Restrict it").click()
    admin.fill("[name=reason]", "complaint of 3 May")
    admin.get_by_role("button", name="Restrict", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("restricted")
    page.goto(address)
    expect(page.get_by_role("heading", name=DISCLAIMER)).to_be_visible()
