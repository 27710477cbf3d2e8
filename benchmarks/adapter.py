"""What an adapter gains the bundled encoder on real photos, out of fold."""

import tempfile
from pathlib import Path

from benchmarks.retrieval import DATA, NOBODY, home
from benchmarks.table import show
from service.db.migrate import upgrade
from service.domain import Asker
from service.errors import GlimpseError
from service.ingest.dataset.work import NobodyWatches
from service.policy.rules import EVERYWHERE, RuleSet
from service.stack.endpoints import Endpoints
from tests.conftest import new_database
from tests.servers import throwaway_servers

HALF = "encoder:bundled"
KEYS = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr")


def measure(endpoints: Endpoints, folder: Path) -> None:
    """Import the photos, try an adapter, and tell both figures or why there is none."""
    with home(endpoints, folder, "bundled") as services:
        services.book.replace(NOBODY, [RuleSet(0, (EVERYWHERE,))])
        services.import_dataset(folder=DATA, name="flickr8k", asker=Asker(), watch=NobodyWatches())
        services.law.judge_waiting(services.transactions)
        try:
            made = services.pairing.align(image=HALF, text=HALF, name="fitted")
        except GlimpseError as error:
            print(error.message)
            return
    learned = made.card.learned
    rows = [
        (name, *(f"{learned[part][key]:.3f}" for key in KEYS), learned["spearman"][told])
        for name, part, told in (
            ("without", "without", "without"),
            ("with the adapter", "out_of_fold", "adapted"),
        )
    ]
    head = ("bundled encoder", "R@1", "R@5", "R@10", "MRR", "Spearman")
    show("An adapter on real photos, out of fold", head, rows)


def main() -> None:
    """Measure, or say what is missing."""
    if not DATA.is_dir():
        print(f"adapter: nothing to measure without {DATA}")
        return
    with (
        throwaway_servers() as servers,
        tempfile.TemporaryDirectory() as folder,
        new_database(servers.database_url, "adapter") as url,
    ):
        upgrade(url)
        measure(Endpoints(database_url=url, redis_url=servers.redis_url), Path(folder))
