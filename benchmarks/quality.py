"""How well the bundled encoder finds fresh scenes through the product's path, by kind of text."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

from benchmarks.table import show
from sample.queries import LANGUAGES, answers, questions
from sample.scene import Pairs
from service.config import read_settings
from service.db import migrate
from service.domain import Asker
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.conftest import new_database
from tests.found import Gallery, hang, ranks, recall
from tests.servers import throwaway_servers

GALLERY = 1_000
SIZE = 512
DEPTH = 10


@contextmanager
def hung_gallery(endpoints: Endpoints, pairs: Pairs) -> Iterator[tuple[Services, Gallery]]:
    """A gallery in a home of its own, with the bundled encoder."""
    with (
        tempfile.TemporaryDirectory() as home,
        new_database(endpoints.database_url, f"quality_{pairs.name.lower()}") as url,
    ):
        migrate.upgrade(url)
        there = Endpoints(database_url=url, redis_url=endpoints.redis_url)
        with wired(read_settings(home=Path(home)), there, secret_key="bench") as services:  # noqa: S106 - thrown away
            yield services, hang(services, GALLERY, pairs=pairs, size=SIZE)


def recall_rows(endpoints: Endpoints, name: str, pairs: Pairs) -> Iterator[tuple[object, ...]]:
    """Recall of full captions in one gallery."""
    with hung_gallery(endpoints, pairs) as (services, hung):
        for language in LANGUAGES:
            places = ranks(services, hung, language)
            yield (name, language, *(f"{100 * recall(places, at):.1f}" for at in (1, 5, 10)))


def precision_rows(endpoints: Endpoints) -> Iterator[tuple[object, ...]]:
    """Precision at ten of short questions in a mixed gallery."""
    with hung_gallery(endpoints, Pairs.ALL) as (services, hung):
        found = {language: precisions(services, hung, language) for language in LANGUAGES}
    for kind in found["en"]:
        cases = len(found["en"][kind])
        shares = (f"{100 * mean(found[language][kind]):.1f}" for language in LANGUAGES)
        yield (kind, cases, *shares)


def precisions(services: Services, hung: Gallery, language: str) -> dict[str, list[float]]:
    """The share of right pictures among the first ten, or among as many as are right."""
    asked = questions(language, children=False)
    found: dict[str, list[float]] = defaultdict(list)
    for question, right in zip(asked, answers(asked, list(hung.scenes)), strict=True):
        depth = min(DEPTH, len(right))
        if depth:
            page = services.search(text=question.text, asker=Asker(), limit=depth, min_score=0)
            wanted = {hung.image_ids[number] for number in right}
            found[question.kind].append(mean(hit.image_id in wanted for hit in page.hits))
    return found


def main() -> None:
    """Measure three galleries."""
    with throwaway_servers() as endpoints:
        rows = [
            *recall_rows(endpoints, "A: known pairs of colour and thing", Pairs.KNOWN),
            *recall_rows(endpoints, "B: each scene with a pair never trained", Pairs.NEW),
        ]
        show(
            f"Full captions, {GALLERY:,} fresh scenes a gallery, per cent",
            ("gallery", "language", "R@1", "R@5", "R@10"),
            rows,
        )
        show(
            f"Short texts, {GALLERY:,} fresh scenes, precision at {DEPTH}, per cent",
            ("kind", "texts", "English", "Russian"),
            list(precision_rows(endpoints)),
        )
