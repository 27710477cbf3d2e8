"""How well a pair of towers finds real photos, asked over HTTP of a whole running service.

`glimpse up` runs in a throw-away home: the page, the worker and the clock as processes of their
own. Everything is done with commands, as an owner would do it: import, align, switch, empty the
rules. Then the test queries are asked over the test photos, whose captions nobody consults.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import httpx

from benchmarks.retrieval import DATA, DEPTHS, SENTENCES, TOWER, WEIGHTS, Asked, ask, image_tower
from benchmarks.table import show
from service.cli.running import running_services
from service.config import read_settings
from service.law import terms_file
from service.policy.rules import EVERYWHERE, RuleSet
from service.services import Services
from tests.journeys.program import run
from tests.journeys.up import Up, new_home, up

MINUTES = 60.0
LONGEST = 30 * MINUTES


@dataclass(frozen=True, slots=True)
class Served:
    """A running service, its commands, and its database to read the questions from."""

    up: Up
    services: Services

    def command(self, *arguments: str) -> Any:
        """One command, to its end; answers the JSON it prints."""
        done = run(*arguments, env=self.up.env, within=LONGEST)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def learn(self, name: str, *, text: str = SENTENCES, method: str | None = None) -> None:
        """Align the towers on what is stored, and let the pair serve once a worker has built it."""
        how = ("--method", method) if method else ()
        made = self.command(
            "encoders", "align", "--image", image_tower(), "--text", text, *how,
            "--name", name, "--json",
        )  # fmt: skip
        number = made["encoder_id"]
        while self.services.catalogue.one(number).encoder.state != "ready":
            self.up.program.check()
            sleep(1)
        self.command("encoders", "switch", str(number), "--anyway")
        while self.search({"q": "a dog", "limit": 1})[1]["encoder"] != f"pair:{name}":
            sleep(0.5)

    def empty_the_rules(self) -> None:
        """A research run in a throw-away home: from now on no rule refuses anything."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(terms_file.written_whole([RuleSet(0, (EVERYWHERE,))]))
            file.flush()
            self.command("policy", "terms", "import", file.name)

    def search(self, asked: Any) -> tuple[int, Any]:
        """One search over HTTP."""
        answer = httpx.get(f"{self.up.url}/api/v1/search", params=asked, timeout=60)
        return answer.status_code, answer.json()

    def ask(self) -> Asked:
        """Every test query, over HTTP."""
        return ask(self.services, self.search)


def served(started: Up) -> Iterator[tuple[str, Asked]]:
    """What is found under the rules that Glimpse brings, and with these emptied."""
    with running_services(read_settings(home=started.home), towers="text") as services:
        there = Served(started, services)
        # The encoder of the first minutes knows drawings only, and would suspect photos at random.
        there.command("picture-check", "--off", "--why", "photographs")
        there.command("import", "dataset", str(DATA), "--name", "flickr8k", "--json")
        there.learn("lawful")
        yield "the rules Glimpse brings", there.ask()
        there.empty_the_rules()
        there.learn("research")
        yield "rules emptied before aligning", there.ask()


def missing() -> Path | None:
    """What there would have to be, and is not."""
    return next((path for path in (DATA, WEIGHTS / TOWER) if not path.exists()), None)


def main() -> None:
    """Measure, or say what is missing."""
    if lacking := missing():
        print(f"served: nothing to measure without {lacking}")
        return
    with new_home() as home, up(home, "--no-sample") as started:
        rows = [asked.row(name) for name, asked in served(started)]
    head = ("what", "pictures", "queries", "refused", "hidden", *(f"R@{one}" for one in DEPTHS))
    show("Text to photo on flickr8k, over HTTP from a running service", head, rows)
