"""Every page there is, walked in both languages and colours, by everybody who may see it.

axe-core finds no violation, nothing moves after it is painted, no page is heavier than its budget
or wider than a phone. The pages are those of the app's own map, so none is forgotten. Colours do
not depend on the language: English pages are looked at light and, for contrasts, dark; Russian
ones dark, on a phone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize
from werkzeug.routing import Rule

from service.domain import Role
from service.services import Services
from service.web.app import create_app
from tests.browser.conftest import Watch, sign_in
from tests.browser.furnished import PASSWORD, furnish

PHONE: ViewportSize = {"width": 360, "height": 780}
DESKTOP: ViewportSize = {"width": 1280, "height": 844}
# Without pictures, as they are sent: compressed.
MOST_BYTES = 100_000
MOST_REQUESTS = 24
MOST_SHIFT = 0.02
# What the map leads to that is no page: parts, files, and what machines ask for.
NO_PAGES = {
    "health.live",
    "health.ready",
    "health.metrics",
    "pictures.file",
    "pictures.thumbnail",
    "restricted.view",
    "search.results",
    "static",
    "terms.progress",
}
# Pages that look different when something is asked of them, and answers that refuse.
ASKED = (
    "/?q=red",
    "/?q=red&min_score=0.999",
    "/?q=red&sort=newest&orientation=landscape",
    "/?like={image_id}&q=red",
    "/?q=...",
    "/?q=a+boy",
    "/images/{restricted}",
    "/images/{image_id}?q=red",
    "/none",
    "/api/v1/docs",
)
ADMINS_ASKED = (
    "/admin?state=pending",
    "/admin/restricted/{restricted}",
    "/analytics/sql?figure=matrix",
    "/annotate?mode=crowd",
)
MEASURE = """() => new Promise((done) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const asked = performance.getEntriesByType("resource")
    .filter((one) => !new URL(one.name).pathname.match(/^\\/images\\/|view$/));
  const page = performance.getEntriesByType("navigation")[0];
  const bytes = asked.reduce((sum, one) => sum + one.encodedBodySize, page.encodedBodySize);
  const late = [...document.querySelectorAll("[data-grid] img[loading=lazy]")]
    .filter((one) => one.getBoundingClientRect().bottom < innerHeight).length;
  requestAnimationFrame(() => setTimeout(() =>
    done({ shift, bytes, requests: asked.length + 1, late }), 30));
})"""
FLIP = """() => new Promise((done) => {
  document.documentElement.dataset.theme = "dark";
  requestAnimationFrame(() => requestAnimationFrame(() =>
    Promise.allSettled(document.getAnimations().map((one) => one.finished))
      .then(() => done())));
})"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RUN = "(options) => axe.run(document, options).then((found) => found.violations)"

Look = tuple[str, Literal["light", "dark"], ViewportSize]
ENGLISH: Look = ("en-GB", "light", DESKTOP)
RUSSIAN: Look = ("ru-RU", "dark", PHONE)


@dataclass
class Walk:
    """One visitor's way through pages, and what was wrong on it."""

    page: Page
    scheme: str
    size: ViewportSize
    wrong: list[str] = field(default_factory=list)

    def to(self, path: str) -> bool:
        """Open a page and look at it; answers whether there was one to look at."""
        answer = self.page.goto(path)
        if answer is None or not is_page(answer):
            return False
        self.look(path)
        return True

    def look(self, where: str) -> None:
        """Measure what is open now, and let axe look at it in both colours."""
        measured = self.page.evaluate(MEASURE)
        for name, most in (
            ("shift", MOST_SHIFT),
            ("bytes", MOST_BYTES),
            ("requests", MOST_REQUESTS),
            ("late", 0),
        ):
            if measured[name] > most:
                self.wrong.append(f"{where}: {name} {measured[name]}, at most {most}")
        self.judge(where, {"resultTypes": ["violations"]})
        if self.scheme == "light":
            self.page.evaluate(FLIP)
            self.judge(f"{where} in the dark", {"runOnly": ["color-contrast"]})
            self.page.set_viewport_size(PHONE)
        if (wide := self.page.evaluate(TOO_WIDE)) > 0:
            self.wrong.append(f"{where}: {wide} pixels wider than a phone")
        self.page.set_viewport_size(self.size)

    def judge(self, where: str, options: dict[str, Any]) -> None:
        """What axe objects to, each with the first element it names."""
        for one in self.page.evaluate(RUN, options):
            self.wrong.append(f"{where}: {one['id']}: {one['nodes'][0]['html'][:200]}")


def is_page(answer: Response) -> bool:
    """Whether something to look at was answered."""
    return answer.headers.get("content-type", "").startswith("text/html")


class Walker:
    """Makes walks of people in their looks, and knows every page."""

    def __init__(
        self, browser: Browser, site: str, rules: Sequence[Rule], known: dict[str, Any]
    ) -> None:
        """Keep what every walk needs."""
        self.browser, self.site, self.rules, self.known = browser, site, rules, known
        self.watch = Watch(site)
        self.contexts: list[BrowserContext] = []

    def walk(self, look: Look, role: Role | None = None) -> Walk:
        """A visitor of that role, in that language and those colours."""
        locale, scheme, size = look
        context = self.browser.new_context(
            base_url=self.site,
            viewport=size,
            locale=locale,
            color_scheme=scheme,
            # Half-way through a fade colours are neither here nor there.
            reduced_motion="reduce",
        )
        context.add_init_script(script=Axe().axe_script)
        self.contexts.append(context)
        page = context.new_page()
        self.watch.follow(page)
        if role:
            sign_in(page, PASSWORD, name=role.value)
        return Walk(page, scheme, size)

    def pages(self) -> list[str]:
        """The address of every page of the map."""
        return [
            str(rule.build(self.arguments(rule), append_unknown=False)[1])  # type: ignore[index]
            for rule in self.rules
            if "GET" in (rule.methods or ())
            and rule.endpoint not in NO_PAGES
            and not rule.rule.startswith("/api/")
            and "." not in rule.rule.rsplit("/", 1)[-1]
        ]

    def arguments(self, rule: Rule) -> dict[str, Any]:
        """What stands in a page's address; one that is not known here has to be added."""
        missing = rule.arguments - self.known.keys()
        assert not missing, f"{rule}: let furnish() answer something for {missing}"
        return {name: self.known[name] for name in rule.arguments}

    def asked(self, paths: Sequence[str]) -> list[str]:
        """These addresses with what is known filled in."""
        return [path.format(**self.known) for path in paths]


@pytest.fixture
def walker(chromium: Browser, services: Services, site: str, tmp_path: Path) -> Iterator[Walker]:
    """Walks through a furnished service; at the end nothing may have complained."""
    known = furnish(services, tmp_path / "small")
    rules = sorted(create_app(services).url_map.iter_rules(), key=str)
    walker = Walker(chromium, site, rules, known)
    yield walker
    for context in walker.contexts:
        context.close()
    assert walker.watch.complaints == []
    assert walker.watch.foreign == []


@pytest.mark.parametrize("look", [ENGLISH, pytest.param(RUSSIAN, marks=pytest.mark.long)])
def test_every_page_is_for_everybody(walker: Walker, look: Look) -> None:
    """Whoever may see it, whatever the language, colours and screen."""
    admin = walker.walk(look, Role.ADMIN)
    seen = [path for path in walker.pages() if admin.to(path)]
    assert len(seen) > 20
    for path in walker.asked(ADMINS_ASKED):
        assert admin.to(path), path
    visitor = walker.walk(look)
    for path in ("/", "/sign-in", *walker.asked(ASKED)):
        assert visitor.to(path), path
    visitor.page.goto("/?q=red")
    visitor.page.click(".tile a >> nth=0")
    visitor.page.wait_for_selector("dialog[open] .facts")
    visitor.look("a picture in large")
    annotator = walker.walk(look, Role.ANNOTATOR)
    analyst = walker.walk(look, Role.ANALYST)
    assert annotator.to("/annotate")
    assert analyst.to("/analytics")
    assert analyst.to("/admin")
    wrong = [*admin.wrong, *visitor.wrong, *annotator.wrong, *analyst.wrong]
    assert not wrong, "\n".join(wrong)
