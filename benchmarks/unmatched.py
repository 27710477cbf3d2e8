"""Texts that match nothing: how many are told so, and what answerable queries lose by it.

`python -m benchmarks unmatched [sample|photos] [--precision P]` loads the sample collection, or the
real photos under empty rules with their towers aligned, has boosting trained and published as
`glimpse train` does, and asks the texts of tests/quality/unmatched.toml through searches.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks import retrieval
from benchmarks.table import show
from sample.dataset import collection
from sample.learn import PLAN, first_scorer
from sample.load import SEED, load
from service.db import questions
from service.db.engine import connection
from service.db.migrate import upgrade
from service.domain import Asker
from service.ingest.dataset.work import NobodyWatches
from service.law.versions import Editor
from service.learn.train import Plan
from service.policy.rules import EVERYWHERE, RuleSet
from service.services import Services
from service.stack.endpoints import Endpoints
from tests.conftest import new_database
from tests.quality.answered import lost, lost_of, refused, unmatched
from tests.servers import throwaway_servers

TRAIN, TEST, SIZE = 1_000, 100, 256
NOBODY = Editor("benchmark", "a research run in a throw-away home")
HEAD = ("pictures", "scorer", "cutoff", "nonsense", "absent", "together", "answerable, lost")


def main() -> None:
    """Measure both, or the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks unmatched")
    parser.add_argument("which", nargs="?", choices=("sample", "photos"))
    parser.add_argument("--precision", type=float)
    asked = parser.parse_args(sys.argv[2:])
    plan = replace(PLAN, precision=asked.precision)
    rows: list[tuple[str, ...]] = []
    if asked.which != "photos":
        rows += sample(plan)
    if asked.which != "sample":
        rows += photos(plan)
    show("Texts that match nothing, and answerable queries that lose all right answers", HEAD, rows)


def sample(plan: Plan) -> Iterator[tuple[str, ...]]:
    """The sample collection with the encoder that Glimpse brings."""
    with fresh_home("bundled") as services:
        services.register_encoder()
        load(services, train=TRAIN, test=TEST, size=SIZE, after=lambda it: first_scorer(it, plan))
        drawn = [one for part in collection(SEED, TRAIN, TEST) for one in part]
        scenes = {one.name: one.scene for one in drawn if not one.scene.shows_child}
        for language, texts in unmatched()["sample"].items():
            yield row(f"sample, {language}", services, texts, lost(services, scenes, language))


def photos(plan: Plan) -> Iterator[tuple[str, ...]]:
    """The real photos, the test ones among them; test queries are asked of all of them."""
    with fresh_home("bundled") as services:
        services.book.replace(NOBODY, [RuleSet(0, (EVERYWHERE,))])
        services.import_dataset(
            folder=retrieval.DATA, name="flickr8k", asker=Asker(), watch=NobodyWatches()
        )
        services.law.judge_waiting(services.transactions)
        retrieval.learn(services, "research", retrieval.SENTENCES, "cca")
        retrieval.serve(services, "research")
        services.learning.train(replace(plan, captions=True), publish=True)
        with connection(services.engine) as conn:
            known, names = questions.known_answers(conn), questions.names(conn)
        asked = [(one.text, {names[key] for key in one.image_keys}) for one in known]
        for language, texts in unmatched()["photos"].items():
            yield row(f"photos, {language}", services, texts, lost_of(services, asked))


def row(
    name: str, services: Services, texts: dict[str, Sequence[str]], gone: float
) -> tuple[str, ...]:
    """One row of the table."""
    told = [refused(services, texts[kind]) for kind in ("nonsense", "absent")]
    every = refused(services, [*texts["nonsense"], *texts["absent"]])
    serving = services.learning.listed()[0]
    return (
        name, serving.name, f"{serving.cutoff:.4f}",
        *(f"{100 * share:.1f} %" for share in (*told, every, gone)),
    )  # fmt: skip


@contextmanager
def fresh_home(encoder: str) -> Iterator[Services]:
    """Services in a home of their own, thrown away afterwards."""
    with (
        throwaway_servers() as servers,
        tempfile.TemporaryDirectory() as folder,
        new_database(servers.database_url, "unmatched") as url,
    ):
        upgrade(url)
        there = Endpoints(database_url=url, redis_url=servers.redis_url)
        with retrieval.home(there, Path(folder), encoder) as services:
            yield services
