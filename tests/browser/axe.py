"""What axe-core objects to on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, where: str) -> list[str]:
    """What it objects to, each with the first element it names."""
    # Half-way through a fade colours are neither here nor there.
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    return [f"{where}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
