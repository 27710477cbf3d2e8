"""Takes a picture of every page, with the sample collection, for docs/gallery.md.

make screenshots
python -m tools.gallery --url http://127.0.0.1:8000 --password …    # of one that runs already

One that runs already is taken as it is, unless `--furnish` asks for something on every page:
a collection, a near duplicate, people, judgements, a second scorer and more, by its own forms.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import IO

from playwright.sync_api import sync_playwright

from tools.gallery.document import write
from tools.gallery.furnishing import Furnishing
from tools.gallery.pages import SHOTS, Gallery, take_all
from tools.gallery.visiting import everything_is_there, signed_in

PORT = 8790
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
MOST_BYTES = 6_000_000


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A Glimpse of its own with the whole sample; answers its address and the admin's password."""
    with tempfile.TemporaryDirectory(prefix="glimpse-gallery-") as home:
        env = os.environ | {"GLIMPSE_HOME": home, "GLIMPSE_PORT": str(PORT)}
        command = [sys.executable, "-m", "service", "up", "--sample"]
        # What it logs goes to a file: a pipe that nobody empties would bring it to a halt.
        with (
            tempfile.TemporaryFile("w+") as log,
            subprocess.Popen(command, env=env, stdout=log, stderr=log) as process,  # noqa: S603 - ourselves
        ):
            try:
                yield f"http://127.0.0.1:{PORT}", first_password(log, process)
            finally:
                process.terminate()
                process.wait(60)


def first_password(log: IO[str], process: subprocess.Popen[bytes]) -> str:
    """The admin's one-time password, as soon as it is printed."""
    while process.poll() is None:
        log.seek(0)
        if found := re.search(r"One-time password\s+(\S+)", log.read()):
            return found[1]
        sleep(1)
    log.seek(0)
    sys.exit(f"Glimpse did not start:\n{log.read()[-2000:]}")


def take(site: str, password: str, *, furnishes: bool) -> Gallery:
    """Wait until everything is there, furnish it where that is asked for, and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no Chromium here. Install it (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        admin = playwright.request.new_context(base_url=site)
        everything_is_there(admin)
        signed_in(admin, password)
        if furnishes:
            password = Furnishing(admin).all(password)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        try:
            return take_all(browser, site, password)
        finally:
            browser.close()


def main() -> None:
    """Take everything, of a Glimpse of its own or of one that runs."""
    parser = argparse.ArgumentParser(prog="python -m tools.gallery", description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--password", default="")
    parser.add_argument("--furnish", action="store_true")
    given = parser.parse_args()
    if given.url:
        gallery = take(given.url.rstrip("/"), given.password, furnishes=given.furnish)
    else:
        with demo() as (site, password):
            gallery = take(site, password, furnishes=True)
    write(gallery)
    weight = sum(path.stat().st_size for path in SHOTS.iterdir())
    print(f"{len(gallery.taken)} pages, {weight / 1e6:.1f} MB in {SHOTS}")
    if weight > MOST_BYTES:
        sys.exit("That is more than a repository should carry: lower QUALITY or SCREENS.")


if __name__ == "__main__":
    main()
