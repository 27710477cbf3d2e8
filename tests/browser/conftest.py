"""A real Chromium before the real app; every page is watched for errors and foreign requests."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from service.domain import Role
from service.ingest.embed import embed_waiting
from service.services import Services
from service.web.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REQUIRED = bool(os.environ.get("CI") or os.environ.get("GLIMPSE_REQUIRE_BROWSER"))
PATIENCE_MS = 60_000
# Chromium reports every refused page as an error of its own; tests of refusals expect it.
REFUSED = "Failed to load resource: the server responded with a status of"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a Chromium."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            # The tests' own server forgets to close what it was sending to a page that is left.
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    if not CHROMIUM:
        if REQUIRED:
            pytest.fail("no Chromium: install it (Debian: apt-get install chromium)")
        pytest.skip("no Chromium here")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def services(services: Services) -> Services:
    """Everything real but the encoder, which serves already."""
    services.register_encoder()
    return services


@pytest.fixture
def site(services: Services) -> Iterator[str]:
    """The address of the app, with pictures embedded in the background as a worker would."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    stop = threading.Event()
    threads = (
        # The usual half a second between two looks at the end would be paid by every test.
        threading.Thread(target=server.serve_forever, args=(0.02,)),
        threading.Thread(target=embed_until, args=(services, stop)),
    )
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()


def embed_until(services: Services, stop: threading.Event) -> None:
    """Embed what waits, every now and then."""
    work = services.embedding()
    while not stop.wait(0.2):
        embed_waiting(work, seconds=5)


@dataclass
class Watch:
    """What a visit said and asked for."""

    home: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked(request.url))

    def heard(self, message: ConsoleMessage) -> None:
        """Keep warnings and errors."""
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.complaints.append(message.text)

    def asked(self, url: str) -> None:
        """Keep addresses of others."""
        if urlsplit(url).scheme in {"http", "https"} and not url.startswith(self.home):
            self.foreign.append(url)


class Visits:
    """Opens pages of visitors with their own screens and habits."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser = browser
        self.site = site
        self.watch = Watch(site)
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, path: str = "/", *, width: int = 1280, password: str = "", **habits: Any
    ) -> Page:
        """A fresh visitor's page; with a password ada is signed in when it opens."""
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": 844},
            locale=habits.pop("locale", "en-GB"),
            **habits,
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        self.watch.follow(page)
        if password:
            sign_in(page, password)
        page.goto(path)
        return page


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visits]:
    """Opens pages; at the end nothing may have complained or asked anybody else."""
    visits = Visits(chromium, site)
    yield visits
    for context in visits.contexts:
        context.close()
    assert visits.watch.complaints == []
    assert visits.watch.foreign == []


@pytest.fixture
def password(services: Services) -> str:
    """The password of the admin ada, who has chosen her own."""
    user, _first = services.accounts.add(name="ada", role=Role.ADMIN)
    services.change_password(user_id=user.user_id, password="a word of her own")
    return "a word of her own"


def sign_in(page: Page, password: str, name: str = "ada") -> None:
    """Send what the form would; that the form works is tried once, in test_uploading."""
    answer = page.context.request.post(
        "/sign-in", form={"name": name, "password": password}, max_redirects=0
    )
    assert answer.status == 303
