"""Refining a search in a real browser: while one types, by choices, by keyboard, in large."""

import re
from io import BytesIO

from playwright.sync_api import Page, expect

from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.services import Services
from tests.browser.conftest import Visits
from tests.browser.test_searching import names, reds
from tests.web.conftest import drawn, stored


def moved_to(page: Page, address: str) -> None:
    """Wait for the address that can be shared."""
    page.wait_for_url(lambda url: url.endswith(address))


def test_results_start_while_one_types(visit: Visits, services: Services) -> None:
    """Without Enter the results stand under the box, which keeps the focus, and Back undoes all."""
    reds(services, 3)
    page = visit()
    page.evaluate("window.same = true")
    page.locator("#q").press_sequentially("red")
    expect(page.locator(".tile")).to_have_count(4)
    moved_to(page, "/?q=red")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").press_sequentially(" blue")
    moved_to(page, "/?q=red+blue")
    expect(page.locator(".found-title")).to_contain_text("red blue")
    page.go_back()
    moved_to(page, "/")
    expect(page.locator("[data-start]")).to_be_visible()
    expect(page.locator("#q")).to_have_value("")
    page.go_forward()
    expect(page.locator("#q")).to_have_value("red blue")
    expect(page.locator(".tile")).to_have_count(4)
    assert page.evaluate("window.same")


def test_choices_narrow_at_once(visit: Visits, services: Services) -> None:
    """A chosen shape is in the address, marked, and can be cleared again."""
    reds(services, 8)
    page = visit("/?q=red")
    expect(page.locator(".tile")).to_have_count(9)
    page.select_option("[name=orientation]", "portrait")
    moved_to(page, "/?q=red&orientation=portrait")
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator(".pick.picked")).to_have_count(1)
    page.click("[data-clear]")
    expect(page.locator(".tile")).to_have_count(9)
    moved_to(page, "/?q=red")
    page.select_option("[name=min_score]", "0.9")
    expect(page.locator(".tile")).not_to_have_count(9)
    page.click("text=Show weaker results")
    expect(page.locator(".tile")).to_have_count(9)
    moved_to(page, "min_score=0")


def test_choices_need_no_script(visit: Visits, services: Services) -> None:
    """Without scripts the same choices are sent with a button, and stay chosen."""
    reds(services, 8)
    page = visit("/?q=red", java_script_enabled=False)
    page.select_option("[name=orientation]", "portrait")
    page.click(".refine button")
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator("[name=orientation]")).to_have_value("portrait")
    page.click("[data-clear]")
    expect(page.locator(".tile")).to_have_count(9)


def test_what_was_looked_for_is_remembered_here_only(visit: Visits, services: Services) -> None:
    """One's own queries wait on the start page until forgotten; refused ones are never kept."""
    reds(services, 2)
    page = visit()
    for text in ("red", "a little boy", "blue"):
        page.fill("#q", text)
        page.press("#q", "Enter")
        expect(page.locator("[data-results] h1")).to_be_visible()
        page.wait_for_url(re.compile(re.escape(text.replace(" ", "+")) + "$"))
        expect(page.locator("[data-results]")).not_to_have_attribute("aria-busy", "true")
    page.goto("/")
    expect(page.locator("[data-recent] .chip")).to_have_text(["blue", "red"])
    page.click("[data-recent] .chip >> nth=1")
    moved_to(page, "/?q=red")
    page.goto("/")
    page.click("[data-recent-clear]")
    expect(page.locator("[data-recent]")).to_be_hidden()
    assert visit().locator("[data-recent] .chip").count() == 0


def test_a_refusal_while_typing_shows_the_disclaimer(visit: Visits, services: Services) -> None:
    """A refused text is refused in place, and the next one goes on as usual."""
    reds(services, 1)
    page = visit("/?q=red")
    page.fill("#q", "a little boy")
    expect(page.get_by_role("alert")).to_contain_text("unavailable in your country")
    expect(page.locator(".tile")).to_have_count(0)
    page.fill("#q", "red")
    expect(page.locator(".tile")).to_have_count(2)


def test_the_arrows_walk_through_the_pictures(visit: Visits, services: Services) -> None:
    """Down leads from the box into the grid, arrows along and across it, Escape back."""
    reds(services, 20)
    page = visit("/?q=red")
    page.focus("#q")
    page.keyboard.press("ArrowDown")
    tiles = page.locator(".tile > a")
    expect(tiles.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    below = page.evaluate(
        "[...document.querySelectorAll('.tile > a')].indexOf(document.activeElement)"
    )
    assert below > 2
    page.keyboard.press("ArrowUp")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()


def test_a_picture_opens_large_over_its_results(visit: Visits, services: Services) -> None:
    """Enter opens it under its own address, arrows lead on, Escape leads back to its place."""
    reds(services, 6)
    page = visit("/?q=red")
    tiles = page.locator(".tile > a")
    tiles.nth(1).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("img").first).to_be_visible()
    page.wait_for_url(re.compile("/images/.+q=red"))
    expect(dialog.locator(".view-name")).to_have_text(str(names(page)[1]))
    page.keyboard.press("ArrowRight")
    expect(dialog.locator(".view-name")).to_have_text(str(names(page)[2]))
    page.keyboard.press("z")
    expect(dialog).to_have_class(re.compile("zoomed"))
    page.keyboard.press("z")
    for _ in range(12):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside, "the focus left the picture"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    moved_to(page, "/?q=red")
    expect(tiles.nth(2)).to_be_focused()
    page.go_forward()
    expect(dialog).to_be_visible()
    page.reload()
    expect(page.locator(".view-stage img")).to_be_visible()


def test_more_like_this(visit: Visits, services: Services) -> None:
    """From a picture's page one searches with it, adds words, and lets it go again."""
    reds(services, 2)
    page = visit("/?q=red")
    page.click(".tile a >> nth=0")
    page.get_by_role("dialog").get_by_role("link", name="More like this").click()
    page.wait_for_url(re.compile(r"/\?like="))
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator(".example img")).to_be_visible()
    page.fill("#q", "blue")
    page.wait_for_url(re.compile("q=blue.*like=|like=.*q=blue"))
    expect(page.locator(".found-title")).to_contain_text("blue")
    page.click("text=Without the picture")
    moved_to(page, "/?q=blue")
    expect(page.locator(".tile")).to_have_count(3)


def test_nothing_found_offers_the_weaker_ones(visit: Visits, services: Services) -> None:
    """An empty answer says so plainly, with the weaker results one click away."""
    stored(services, ("blue.png", drawn("#283cd2")))
    page = visit("/?q=red&min_score=0.9")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing matches well enough")
    page.click("text=Show weaker results")
    expect(page.locator(".tile")).to_have_count(1)


def test_back_leads_to_where_one_was(visit: Visits, services: Services) -> None:
    """After another search Back shows the earlier results again, scrolled as they were."""
    reds(services, 99)
    page = visit("/?q=red")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".tile")).to_have_count(60)
    before = page.evaluate("scrollY")
    page.fill("#q", "blue")
    moved_to(page, "/?q=blue")
    expect(page.locator(".found-title")).to_contain_text("blue")
    page.go_back()
    expect(page.locator(".found-title")).to_contain_text("red")
    expect(page.locator(".tile").nth(59)).to_be_attached()
    assert abs(page.evaluate("scrollY") - before) < 5


def described(services: Services) -> str:
    """A picture with two captions; answers its id."""
    file = BytesIO(drawn("#dc1e1e"))
    (one,) = services.upload(files=[("dog.png", file)], asker=Asker())
    embed_waiting(services.embedding(), seconds=30)
    services.describe(str(one.image_id), ["A red dog.", "Красная собака."])
    return str(one.image_id)


def test_a_phrase_and_a_dash(visit: Visits, services: Services) -> None:
    """Quotation marks look in captions, and a dash leaves out what a caption names."""
    described(services)
    reds(services, 2)
    page = visit("/?q=" + '"red dog"')
    assert names(page) == ["A red dog."]
    page.goto("/?q=red -dog")
    assert "A red dog." not in names(page)
    page.goto("/?q=красный -собака")
    assert "A red dog." not in names(page)


def test_a_picture_is_the_question(visit: Visits, services: Services) -> None:
    """What is like it has an address that can be reloaded and narrowed; Back leads to the start."""
    reds(services, 2)
    page = visit()
    page.set_input_files(
        "[data-picture]", {"name": "b.png", "mimeType": "image/png", "buffer": drawn("#283cd2")}
    )
    expect(page.locator(".tile img").first).to_have_attribute("alt", "blue.png")
    expect(page.locator(".found-title")).to_have_text("More like this")
    page.wait_for_url(re.compile(r"/\?picture=[0-9a-f]{32}$"))
    expect(page.locator("[data-sent-face] img")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-start]")).to_be_visible()
    page.go_forward()
    page.reload()
    expect(page.locator(".tile img").first).to_have_attribute("alt", "blue.png")
    page.select_option("[name=orientation]", "portrait")
    expect(page.locator(".tile")).to_have_count(1)
    assert "picture=" in page.url
    page.click("[data-clear]")
    ours = str(page.locator(".tile a").last.get_attribute("href")).partition("?")[0]
    page.fill("#q", page.url.partition("/?")[0] + ours)
    page.press("#q", "Enter")
    moved_to(page, f"/?like={ours.removeprefix('/images/')}")
    expect(page.locator("#q")).to_have_value("")


def test_a_picture_is_the_question_without_scripts(visit: Visits, services: Services) -> None:
    """The same by a plain form."""
    reds(services, 2)
    page = visit(java_script_enabled=False)
    page.set_input_files(
        ".with-picture [data-picture]",
        {"name": "b.png", "mimeType": "image/png", "buffer": drawn("#283cd2")},
    )
    page.click(".with-picture button")
    expect(page.locator(".tile img").first).to_have_attribute("alt", "blue.png")


def test_a_picture_can_be_pasted(visit: Visits, services: Services) -> None:
    """What lies on the clipboard is searched with; what is no picture is explained in place."""
    reds(services, 2)
    page = visit()
    paste = """(bytes) => {
      const carried = new DataTransfer();
      carried.items.add(new File([new Uint8Array(bytes)], "b.png", { type: "image/png" }));
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried }));
    }"""
    page.evaluate(paste, list(b"no picture at all"))
    expect(page.get_by_role("alert")).to_be_visible()
    page.evaluate(paste, list(drawn("#283cd2")))
    expect(page.locator(".tile img").first).to_have_attribute("alt", "blue.png")
