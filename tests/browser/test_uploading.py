"""An admin signs in and uploads, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.services import Services
from tests.browser.axe import violations
from tests.browser.conftest import Visits, sign_in
from tests.scenes import as_file, scene
from tests.web.conftest import drawn, stored


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty red pictures, one that is none, one empty and one twice, in nested folders."""
    inner = tmp_path / "holiday" / "beach"
    inner.mkdir(parents=True)
    for n in range(30):
        place = inner if n % 2 else inner.parent
        (place / f"red {n}.png").write_bytes(drawn("#dc1e1e", number=n))
    (inner / "notes.png").write_bytes(b"no picture")
    (inner / "empty.png").write_bytes(b"")
    (inner / "twin.png").write_bytes(drawn("#283cd2"))
    return inner.parent


def state_of(page: Page, name: str) -> str:
    """The state shown in a file's row."""
    row = page.locator("li.file", has=page.get_by_text(name, exact=True))
    return str(row.get_attribute("data-state"))


def test_a_folder_is_followed_until_it_is_searchable(
    visit: Visits, services: Services, password: str, folder: Path
) -> None:
    """Each file's row ends in what became of it, and the pictures are found after."""
    stored(services, ("blue.png", drawn("#283cd2")))
    page = visit("/admin/upload")
    page.fill("[name=name]", "ada")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/upload")
    page.fill("[data-collection]", "holiday")
    page.set_input_files("[data-folder]", folder)
    expect(page.locator("li.file")).to_have_count(33)
    expect(page.locator("li.file[data-state=ready]")).to_have_count(30)
    expect(page.locator("[data-total]")).to_contain_text("33 of 33 finished")
    assert state_of(page, "notes.png") == "rejected"
    assert state_of(page, "empty.png") == "rejected"
    assert state_of(page, "twin.png") == "duplicate"
    expect(page.get_by_role("link", name="the original").first).to_be_visible()
    page.goto("/?q=red&collection=holiday")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".tile")).to_have_count(31)


def test_an_upload_pauses_and_goes_on_after_a_reload(
    visit: Visits, services: Services, password: str, tmp_path: Path
) -> None:
    """Paused files wait; after a reload the same drop sends only what had not arrived."""
    first, second = tmp_path / "first.jpg", tmp_path / "second.jpg"
    first.write_bytes(as_file(scene(1)).getvalue())
    second.write_bytes(as_file(scene(1).resize((240, 180)), 60).getvalue())
    page = visit()
    sign_in(page, password)
    page.goto("/admin/upload")
    page.fill("[data-captions]", "a boat\nлодка")
    page.set_input_files("[data-files] >> nth=0", [first])
    expect(page.locator("li.file[data-state=ready]")).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    page.set_input_files("[data-files] >> nth=0", [second])
    expect(page.locator("[data-total]")).to_contain_text("Paused")
    expect(page.locator("li.file[data-state=waiting]")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-interrupted]")).to_contain_text("1 of 2 files")
    assert violations(page, "an upload that stopped") == []
    page.set_input_files("[data-files] >> nth=0", [first, second])
    expect(page.locator("li.file[data-state=skipped]")).to_have_count(1)
    row = page.locator("li.file", has_text="second.jpg")
    expect(row).to_contain_text("Looks nearly the same as")
    expect(page.locator("li.file[data-state=ready]")).to_have_count(1)
    *_, oldest = services.pictures(state=None, limit=2, before=None)
    assert oldest.captions == ("a boat", "лодка")
    assert services.counts().ready == 2
    page.reload()
    expect(page.locator("[data-interrupted]")).to_be_hidden()


def test_files_can_be_dropped_anywhere(visit: Visits, services: Services, password: str) -> None:
    """Pictures dropped onto the page go the same way as chosen ones."""
    page = visit("/admin/upload", password=password)
    page.evaluate(
        """(bytes) => {
          const dragged = new DataTransfer();
          const file = new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" });
          dragged.items.add(file);
          const options = { dataTransfer: dragged, bubbles: true, cancelable: true };
          const place = document.querySelector("main");
          place.dispatchEvent(new DragEvent("dragover", options));
          place.dispatchEvent(new DragEvent("drop", options));
        }""",
        list(drawn("#dc1e1e")),
    )
    expect(page.locator("li.file[data-state=ready]")).to_have_count(1)
    assert services.counts().ready == 1


def test_without_a_script_the_form_lists_the_outcome(
    visit: Visits, password: str, folder: Path
) -> None:
    """The plain form takes several files and tells what became of each."""
    page = visit("/admin/upload", java_script_enabled=False, password=password)
    page.set_input_files(
        "input[name=file]", [folder / "red 0.png", folder / "red 2.png", folder / "beach/notes.png"]
    )
    page.click("button.no-js")
    expect(page.locator("li.file")).to_have_count(3)
    expect(page.locator("li.file[data-state=rejected]")).to_have_count(1)


def test_a_server_that_is_away_for_a_moment_costs_nothing(
    visit: Visits, password: str, folder: Path
) -> None:
    """A request that got no answer is sent again by itself."""
    page = visit("/admin/upload", password=password)
    failures = iter([True])
    page.route(
        "**/api/v1/images",
        lambda route: route.abort() if next(failures, False) else route.continue_(),
    )
    page.set_input_files("[data-files] >> nth=0", [folder / "red 0.png", folder / "red 2.png"])
    expect(page.locator("li.file[data-state=ready]")).to_have_count(2)
    visit.watch.complaints.clear()


def test_a_lost_session_is_explained(visit: Visits, password: str, folder: Path) -> None:
    """Files that were refused for want of a session can be sent once there is one."""
    page = visit("/admin/upload", password=password)
    # An answer that is still on its way would bring the session back.
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies(name="glimpse_session")
    page.set_input_files("[data-files] >> nth=0", [folder / "red 0.png"])
    expect(page.locator("li.file[data-state=failed]")).to_contain_text("signed out")
    sign_in(page.context.new_page(), password)
    page.click("[data-retry-all]")
    expect(page.locator("li.file[data-state=ready]")).to_have_count(1)


def test_the_admins_pages_fit_a_phone(visit: Visits, services: Services, password: str) -> None:
    """No admin page scrolls sideways at 360 pixels, in either language."""
    (image_id,) = stored(services, ("a long name " * 12 + ".png", drawn("#dc1e1e")))
    for locale in ("en-GB", "ru-RU"):
        page = visit(width=360, locale=locale, password=password)
        for path in ("/admin", "/admin/upload", "/account", f"/images/{image_id}?q=red"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_deleting_asks_and_can_be_undone(visit: Visits, services: Services, password: str) -> None:
    """Deleting takes two steps and one click brings the picture back."""
    (image_id,) = stored(services, ("red.png", drawn("#dc1e1e")))
    page = visit(f"/images/{image_id}", password=password)
    page.click(".danger summary")
    page.click(".button-bad")
    expect(page.get_by_role("status")).to_contain_text("red.png")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".view-stage img")).to_be_visible()
