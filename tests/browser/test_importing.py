"""Importing a data set as an admin sees it: followed without a reload, and without a script."""

from pathlib import Path

from playwright.sync_api import expect

from service.ingest.dataset.work import NobodyWatches
from service.services import Services
from tests.browser.conftest import Visits
from tests.dataset_folders import DatasetFolder


def test_an_import_is_followed_without_a_reload(
    visit: Visits, services: Services, password: str, tmp_path: Path
) -> None:
    """From the pictures' page by a link and a form; states and counts change by themselves."""
    folder = DatasetFolder(tmp_path / "small")
    folder.rows["CrowdAnnotations"][0][2] = "1.4"
    page = visit("/admin", password=password)
    page.get_by_role("link", name="Data sets").click()
    page.get_by_label("Folder on the server's machine").fill(str(folder.write()))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    services.run_imports(watch=NobodyWatches())
    expect(page.locator(".badge-done")).to_be_visible()
    expect(
        page.get_by_role("cell", name="The share of yes is a number from 0 to 1.")
    ).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="All of it (CSV)").click()
    assert "1.4" in download.value.path().read_text(encoding="utf-8")


def test_a_phone_without_scripts_stops_an_import_and_goes_on(
    visit: Visits, services: Services, password: str, tmp_path: Path
) -> None:
    """Forms and links do everything, the page comes again by itself, and nothing is cut off."""
    page = visit("/admin/imports", width=390, java_script_enabled=False, password=password)
    page.get_by_label("Folder on the server's machine").fill(
        str(DatasetFolder(tmp_path / "small").write())
    )
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on where it stopped").click()
    services.run_imports(watch=NobodyWatches())
    expect(page.locator(".badge-done")).to_be_visible()
    wide = page.locator("body").bounding_box()
    assert wide is not None
    assert wide["width"] <= 390
