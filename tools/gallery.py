"""Takes a picture of every page, with the sample collection, for docs/gallery.md.

    make screenshots
    python tools/gallery.py --url http://127.0.0.1:8000 --password …    # of one that runs already

The pages are those of the app's own map; what stands for the arguments in an address is found on
the pages visited before. Each is taken light on a desktop and dark on a phone, some in Russian too.
What a page weighs without its pictures is printed beside it.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from urllib.parse import urlsplit

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from service.web.app import PAGES, IdConverter

ROOT = Path(__file__).parents[1]
SHOTS = ROOT / "docs" / "screenshots"
GALLERY = ROOT / "docs" / "gallery.md"
SITE = "http://127.0.0.1:{port}"
PORT = 8790
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
# How high a picture of a long page may be, in screens.
SCREENS = 2
DESKTOP, PHONE = (1280, 800), (390, 844)
QUALITY = 72
MOST_BYTES = 6_000_000
NO_PAGES = re.compile(
    r"^(health|static$|pictures\.(file|thumbnail)|search\.results|terms\.progress)"
)
# Addresses worth a picture of their own, by the name it gets; the gallery begins with them.
ASKED = {
    "search-results": "/?q=a+red+car+on+a+beach",
    "search-nothing": "/?q=a+teapot&min_score=0.95",
    "search-refused": "/?q=a+little+boy",
    "search-filters": "/?q=dog+-snow&orientation=landscape&sort=newest",
    "not-found": "/nothing-here",
    "api": "/api/v1/docs",
}
IN_RUSSIAN = {"search", "search-results", "search-refused", "pictures", "annotate", "terms"}
RUSSIAN_QUERIES = {"search-results": "/?q=красная+машина+на+пляже", "search-refused": "/?q=мальчик"}
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
                self.found.setdefault(str(rule.endpoint), parts.path)

    def take(self, page: Page, name: str, address: str, look: str) -> None:
        """Take one picture, if the address answers with a page."""
        answer = page.goto(self.site + address, wait_until="networkidle")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return
        self.learn(page)
        size = page.viewport_size or {"width": 0, "height": 0}
        high = page.evaluate("document.documentElement.scrollHeight")
        shot = page.screenshot(
            full_page=True,
            clip={
                "x": 0,
                "y": 0,
                "width": size["width"],
                "height": min(high, SCREENS * size["height"]),
            },
        )
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


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A Glimpse of its own with the whole sample; answers its address and the admin's password."""
    with tempfile.TemporaryDirectory(prefix="glimpse-gallery-") as home:
        env = os.environ | {"GLIMPSE_HOME": home, "GLIMPSE_PORT": str(PORT)}
        command = [sys.executable, "-m", "service", "up", "--sample"]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
            try:
                assert process.stdout  # noqa: S101 - asked for above
                said = ""
                for line in process.stdout:
                    said += line
                    if found := re.search(r"One-time password\s+(\S+)", said):
                        yield SITE.format(port=PORT), found[1]
                        break
            finally:
                process.terminate()
                process.wait(60)


def everything_is_there(page: Page, site: str) -> None:
    """Wait for the sample collection and its scorer."""
    while True:
        answer = page.request.get(f"{site}/health/ready")
        if answer.ok and not answer.json().get("loading") and not answer.json().get("pending"):
            return
        sleep(2)


def visitor(browser: Browser, size: tuple[int, int], scheme: str, locale: str) -> BrowserContext:
    """Somebody with this screen, these colours and this language."""
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=locale,
        reduced_motion="reduce",
    )


def take_all(browser: Browser, site: str, password: str) -> Gallery:
    """Every page in its looks."""
    adapter, pages = rules()
    gallery = Gallery(site, adapter)
    looks = (
        ("desktop", visitor(browser, DESKTOP, "light", "en-GB")),
        ("phone-dark", visitor(browser, PHONE, "dark", "en-GB")),
        ("russian", visitor(browser, DESKTOP, "light", "ru-RU")),
    )
    for number, (look, context) in enumerate(looks):
        page = context.new_page()
        if number == 0:
            everything_is_there(page, site)
        if look != "russian":
            gallery.take(page, "sign-in", "/sign-in", look)
        form: dict[str, str | float | bool] = {"name": "admin", "password": password}
        answer = context.request.post(f"{site}/sign-in", form=form, max_redirects=0)
        if answer.status != 303:  # noqa: PLR2004 - on to where one came from
            sys.exit("The password is not the admin's.")
        for name, address in addresses(gallery, pages):
            if look != "russian":
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


def write(gallery: Gallery) -> None:
    """The page that shows them all."""
    lines = [
        "# Gallery",
        "",
        "Every page with the sample collection, whose pictures Glimpse draws itself: light on a",
        "desktop, dark on a phone, some in Russian. `make screenshots` takes them anew.",
        "",
    ]
    for name, shots in sorted(gallery.taken.items(), key=lambda one: one[0] not in ASKED):
        title = gallery.titles[name]
        lines += [f"## {title}", "", "<p>"]
        lines += [
            f'<img src="screenshots/{path.name}" alt="{title}, {look}" '
            f'width="{220 if "phone" in look else 640}">'
            for look, path in shots.items()
        ]
        lines += ["</p>", ""]
    GALLERY.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Take everything, of a Glimpse of its own or of one that runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--password", default="")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no Chromium here. Install it (Debian: apt-get install chromium).")
    SHOTS.mkdir(parents=True, exist_ok=True)
    for old in SHOTS.glob("*.webp"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        if given.url:
            gallery = take_all(browser, given.url.rstrip("/"), given.password)
        else:
            with demo() as (site, password):
                gallery = take_all(browser, site, password)
        browser.close()
    write(gallery)
    weight = sum(path.stat().st_size for path in SHOTS.iterdir())
    print(f"{len(gallery.taken)} pages, {weight / 1e6:.1f} MB in {SHOTS}")
    if weight > MOST_BYTES:
        sys.exit("That is more than a repository should carry: lower QUALITY or SCREENS.")


if __name__ == "__main__":
    main()
