"""Searching in a real browser, with and without scripts."""

import re
import threading
from collections.abc import Iterable, Iterator
from time import sleep
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from service.services import Services
from service.web.app import create_app
from tests.browser.conftest import Visits
from tests.web.conftest import drawn, stored

SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


def reds(services: Services, count: int) -> None:
    """So many red pictures of different shapes, and a blue one."""
    sizes = [(60, 40), (40, 60), (50, 50), (90, 40)]
    stored(
        services,
        *[(f"red {n}.png", drawn("#dc1e1e", sizes[n % 4], number=n)) for n in range(count)],
        ("blue.png", drawn("#283cd2")),
    )


def names(page: Page) -> list[str]:
    """The names of the pictures shown, in order."""
    return [str(image.get_attribute("alt")) for image in page.locator(".tile img").all()]


def test_a_question_is_answered_in_place(visit: Visits, services: Services) -> None:
    """Results appear without a page jump, the address is shareable, and Back leads back."""
    reds(services, 3)
    page = visit()
    page.fill("#q", "red")
    page.press("#q", "Enter")
    expect(page.locator(".tile")).to_have_count(4)
    assert names(page)[-1] == "blue.png"
    page.evaluate("window.same = true")
    page.fill("#q", "blue")
    page.press("#q", "Enter")
    expect(page.locator(".tile img").first).to_have_attribute("alt", "blue.png")
    assert page.url.endswith("/?q=blue")
    assert page.title() == "blue · Glimpse"
    page.go_back()
    expect(page.locator("#q")).to_have_value("red")
    expect(page.locator(".tile img").last).to_have_attribute("alt", "blue.png")
    assert page.evaluate("window.same")


def test_load_more_shows_everything_once(visit: Visits, services: Services) -> None:
    """Scrolling to the end shows every picture once and never jumps to another page."""
    reds(services, 99)
    page = visit("/?q=red")
    page.evaluate("window.same = true")
    for count in (30, 60, 90, 100):
        expect(page.locator(".tile").nth(count - 1)).to_be_attached()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("[data-end]")).to_be_visible()
    shown = names(page)
    assert len(set(shown)) == 100
    assert page.evaluate("window.same")


def test_the_basics_need_no_script(visit: Visits, services: Services) -> None:
    """Without scripts the form, the results, the next page and a picture's page all work."""
    reds(services, 45)
    page = visit(java_script_enabled=False)
    page.fill("#q", "red")
    page.click(".box-go")
    seen = names(page)
    page.click("[data-more]")
    seen += names(page)
    assert len(seen) == len(set(seen)) == 46
    page.click(".tile a >> nth=0")
    expect(page.locator(".view-stage img")).to_be_visible()
    page.click("a.back")
    expect(page.locator("#q")).to_have_value("red")


def test_nothing_moves_while_pictures_arrive(visit: Visits, services: Services) -> None:
    """Every picture has its place before it is there."""
    reds(services, 30)
    page = visit("/?q=red")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFT) < 0.01
    rows: dict[int, set[int]] = {}
    for tile in page.locator(".tile").all():
        box = tile.bounding_box()
        assert box is not None
        rows.setdefault(round(box["y"]), set()).add(round(box["height"]))
    assert all(max(heights) - min(heights) <= 1 for heights in rows.values())


def in_pieces(app: WSGIApplication) -> WSGIApplication:
    """The same app over a slow line: a page of results comes in six pieces."""

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        whole = app(environ, start_response)
        if environ["PATH_INFO"] != "/":
            return whole
        return trickle(b"".join(whole))

    return slow


def trickle(page: bytes) -> Iterator[bytes]:
    """A page in six pieces, with time to paint what has come."""
    piece = len(page) // 6 + 1
    for at in range(0, len(page), piece):
        yield page[at : at + piece]
        sleep(0.25)


def test_a_page_that_comes_in_pieces_does_not_move(chromium: Browser, services: Services) -> None:
    """Over a slow line the grid is painted when all of it is there, so no row grows before eyes."""
    reds(services, 30)
    server = make_server("127.0.0.1", 0, in_pieces(create_app(services)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = chromium.new_page(viewport={"width": 1280, "height": 844})
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/?q=red")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(SHIFT) < 0.01
    finally:
        page.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_slash_leads_to_the_box(visit: Visits, services: Services) -> None:
    """The key `/` focuses the box, but can be typed into it; Tab reaches the first picture."""
    reds(services, 1)
    page = visit("/?q=red")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("#q")).to_have_value("a/b")
    page.locator(".tile a").first.focus()
    expect(page.locator(".tile .detail").first).to_have_css("opacity", "1")


def test_waiting_and_failing_are_shown(visit: Visits, services: Services) -> None:
    """While an answer is awaited its place is held; when none comes one can try again."""
    reds(services, 2)
    page = visit("/?q=red")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/results?**", hold)
    page.fill("#q", "blue")
    # What typing asks is waited for as well, once Enter was pressed.
    expect(page).to_have_url(re.compile("q=blue$"))
    expect(page.locator(".skeleton")).to_have_count(0)
    page.press("#q", "Enter")
    expect(page.locator(".skeleton")).to_be_visible()
    held[0].abort()
    expect(page.locator("[data-again]")).to_be_visible()
    page.unroute("**/results?**")
    page.click("[data-again]")
    expect(page.locator(".tile img").first).to_have_attribute("alt", "blue.png")
    visit.watch.complaints.clear()


def test_a_refused_question_is_explained_in_place(visit: Visits, services: Services) -> None:
    """A question without words is explained where the results would be."""
    reds(services, 1)
    page = visit("/?q=red")
    page.fill("#q", "?!")
    page.press("#q", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("no letter and no digit")


def test_a_phone_never_scrolls_sideways(visit: Visits, services: Services) -> None:
    """At 360 pixels every page fits its width, in both languages."""
    reds(services, 5)
    for locale in ("en-GB", "ru-RU"):
        page = visit(width=360, has_touch=True, locale=locale)
        for path in ("/", "/?q=red", "/?q=...", "/sign-in", "/api/v1/docs", "/none"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_dark_follows_the_system_and_the_switch_stays(visit: Visits) -> None:
    """A dark system gets dark pages; the switch overrules it and is remembered."""
    page = visit(color_scheme="dark")
    assert lightness(page) < 60
    page.click("[data-theme-choice=light]")
    assert lightness(page) > 200
    page.reload()
    assert lightness(page) > 200
    expect(page.locator("[data-theme-choice=light]")).to_have_attribute("aria-current", "true")


def lightness(page: Page) -> float:
    """How light the page's ground is, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (float(n) for n in colour.strip("rgb()").split(",")[:3])
    return (red + green + blue) / 3


def test_the_language_can_be_switched(visit: Visits, services: Services) -> None:
    """The switch in the footer keeps the question and is remembered."""
    reds(services, 1)
    page = visit("/?q=red")
    page.click(".foot a[hreflang=ru]")
    expect(page.locator(".box-go")).to_have_text("Найти")
    expect(page.locator("#q")).to_have_value("red")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
