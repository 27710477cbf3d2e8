"""Brings the sample's simulated judgements in, and has a first scorer learn from them."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import structlog

from sample.dataset import Drawn, write_tables
from service.db import datasets
from service.db.datasets import NamedPicture
from service.domain import Asker
from service.errors import GlimpseError
from service.ingest.dataset.work import NobodyWatches
from service.learn.train import Plan
from service.services import Services

log = structlog.get_logger()

DATASET = "sample"
# The kind that is quickest for how well it does, compared only as far as publishing needs.
PLAN = Plan(kinds=("boosting",), splits=("grouped",), control=False, captions=False)


def bring_judgements(
    services: Services,
    training: Sequence[Drawn],
    testing: Sequence[Drawn],
    ids: Sequence[NamedPicture],
    *,
    seed: int,
) -> None:
    """Import the collection's tables, whose pictures are here already under these names."""
    with services.transactions() as transaction:
        conn = transaction.conn
        dataset_id = datasets.ensure(conn, DATASET)
        datasets.name_pictures(conn, dataset_id=dataset_id, import_id=None, pictures=ids)
    with tempfile.TemporaryDirectory() as folder:
        write_tables(Path(folder), training, testing, Random(seed))
        services.import_dataset(
            folder=Path(folder), name=DATASET, asker=Asker(), watch=NobodyWatches()
        )


def first_scorer(services: Services, plan: Plan = PLAN) -> None:
    """Train and publish, once everything is embedded, unless somebody has trained already."""
    if services.learning.listed():
        return
    try:
        services.settle(progress=lambda _: None)
        outcome = services.learning.train(plan, publish=True, who="sample")
    except GlimpseError as error:
        # The collection is of use without: searches go by similarity, and anyone can train.
        log.error("no scorer for the sample", reason=error.message)  # noqa: TRY400 - one line says it
    else:
        log.info("the sample's scorer is published", scorer=outcome.published)
