"""Takes pictures of the pages of the app's own map, light on a desktop and dark on a phone.

What stands for the arguments in an address is found on the pages visited before. Some pages are
taken in Russian too. What a page weighs without its pictures is printed beside it.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FloatRect, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from service.web.app import PAGES, IdConverter
from tools.gallery.visiting import signed_in

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "docs" / "screenshots"
GALLERY = ROOT / "docs" / "gallery.md"
# How high a picture of a long page may be, in screens.
SCREENS = 2
DESKTOP, PHONE = (1280, 800), (390, 844)
RUSSIAN = "russian"
LOOKS = (
    ("desktop", DESKTOP, "light", "en-GB"),
    ("phone-dark", PHONE, "dark", "en-GB"),
    (RUSSIAN, DESKTOP, "light", "ru-RU"),
)
QUALITY = 72
NO_PAGES = re.compile(
    r"^(health|static$|.*\.(file|thumbnail|view)$|search\.results|terms\.progress)"
)
# Addresses worth a picture of their own, by the name it gets; the gallery begins with them.
ASKED = {
    "search-results": "/?q=a+boat+at+sunset",
    "search-nothing": "/?q=a+teapot&min_score=0.95",
    "search-refused": "/?q=a+little+boy",
    "search-filters": "/?q=dog+-snow&min_side=480&sort=newest",
    "not-found": "/nothing-here",
    "api": "/api/v1/docs",
}
IN_RUSSIAN = {
    "search",
    "search-results",
    "search-refused",
    "pictures",
    "annotate",
    "admin",
    "quality",
}
RUSSIAN_QUERIES = {"search-results": "/?q=лодка+на+закате", "search-refused": "/?q=мальчик"}
# Pictures further down are loaded only when they are scrolled to.
SCROLLED_TO = """async (bottom) => {
  const shown = [...document.images].filter((one) => one.getBoundingClientRect().top < bottom);
  for (const one of shown) one.loading = "eager";
  await Promise.allSettled(shown.map((one) => one.decode()));
}"""
WEIGHT = """() => {
  const asked = performance.getEntriesByType("resource")
    .filter((one) => !new URL(one.name).pathname.startsWith("/images/"));
  const page = performance.getEntriesByType("navigation")[0];
  const weight = asked.reduce((sum, one) => sum + one.encodedBodySize, page.encodedBodySize);
  return [weight, asked.length + 1];
}"""


@dataclass
class Gallery:
    """What was taken, and where pages are still to be found."""

    site: str
    adapter: MapAdapter
    taken: dict[str, dict[str, Path]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    def learn(self, page: Page) -> None:
        """Note where links of this page lead, for pages whose address has arguments."""
        for href in page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)"):
            parts = urlsplit(href)
            if href.startswith(self.site):
                try:
                    rule, _arguments = self.adapter.match(parts.path, return_rule=True)
                except HTTPException:
                    continue
                asked = f"?{parts.query}" if parts.query.startswith("q=") else ""
                self.found.setdefault(str(rule.endpoint), parts.path + asked)

    def take(self, page: Page, name: str, address: str, look: str) -> None:
        """Take one picture, if the address answers with a page."""
        answer = page.goto(self.site + address, wait_until="networkidle")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return
        self.learn(page)
        size = page.viewport_size or {"width": 0, "height": 0}
        whole = page.evaluate("document.documentElement.scrollHeight")
        high = min(whole, SCREENS * size["height"])
        page.evaluate(SCROLLED_TO, high)
        clip = FloatRect(x=0, y=0, width=size["width"], height=high)
        shot = page.screenshot(full_page=True, clip=clip)
        path = SHOTS / f"{name}-{look}.webp"
        with Image.open(io.BytesIO(shot)) as picture:
            picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
        self.taken.setdefault(name, {})[look] = path
        self.titles.setdefault(name, page.title().removesuffix(" · Glimpse"))
        weight, requests = page.evaluate(WEIGHT)
        print(f"{weight / 1000:7.1f} kB {requests:3} requests  {look:14} {address}", flush=True)


def rules() -> tuple[MapAdapter, list[Rule]]:
    """Every page of the app, those without arguments first."""
    app = Flask("service.web")
    app.url_map.converters["id"] = IdConverter
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not NO_PAGES.match(rule.endpoint)
        and "." not in rule.rule.rsplit("/", 1)[-1]
    ]
    return app.url_map.bind(""), sorted(found, key=lambda rule: (len(rule.arguments), rule.rule))


def visitor(
    browser: Browser, site: str, size: tuple[int, int], scheme: str, locale: str
) -> BrowserContext:
    """Somebody with this screen, these colours and this language."""
    return browser.new_context(
        base_url=site,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=locale,
        reduced_motion="reduce",
        is_mobile=size == PHONE,
        has_touch=size == PHONE,
    )


def take_all(browser: Browser, site: str, password: str) -> Gallery:
    """Every page in its looks, in place of the pictures that were taken before."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for old in SHOTS.iterdir():
        old.unlink()
    adapter, pages = rules()
    gallery = Gallery(site, adapter)
    for look, size, scheme, locale in LOOKS:
        context = visitor(browser, site, size, scheme, locale)
        page = context.new_page()
        if look != RUSSIAN:
            gallery.take(page, "sign-in", "/sign-in", look)
        signed_in(context.request, password)
        for name, address in addresses(gallery, pages):
            if look != RUSSIAN:
                gallery.take(page, name, address, look)
            elif name in IN_RUSSIAN:
                gallery.take(page, name, RUSSIAN_QUERIES.get(name, address), look)
        context.close()
    return gallery


def addresses(gallery: Gallery, pages: list[Rule]) -> Iterator[tuple[str, str]]:
    """A name and an address for every page; those with arguments once one is known."""
    yield from ASKED.items()
    for rule in pages:
        name = rule.endpoint.replace(".overview", "").replace(".page", "").replace(".", "-")
        address = rule.rule if not rule.arguments else gallery.found.get(rule.endpoint)
        if name == "account-sign_in":
            continue
        if address is None:
            print(f"  nothing leads to {rule.rule}", flush=True)
        else:
            yield name, address
