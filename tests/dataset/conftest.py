"""A small data set and what an import leaves in the database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from service.domain import Asker
from service.imports import ImportProgress
from service.ingest.dataset.work import NobodyWatches
from service.services import Services
from tests.dataset_folders import DatasetFolder

Import = Callable[..., ImportProgress]

CONTENTS = {
    "captions": "SELECT i.name, c.position, c.text FROM captions c"
    " JOIN images i ON i.id = c.image_id",
    "queries": "SELECT q.query_id, q.text, i.name FROM queries q"
    " LEFT JOIN images i ON i.id = q.image_id",
    "pairs": "SELECT i.name, q.query_id FROM training_pairs p JOIN images i ON i.id = p.image_id"
    " JOIN queries q ON q.id = p.query_key",
    "grades": "SELECT i.name, q.query_id, g.grades, j.kind FROM expert_grades g"
    " JOIN images i ON i.id = g.image_id JOIN queries q ON q.id = g.query_key"
    " JOIN judges j ON j.id = g.judge_id",
    "votes": "SELECT i.name, q.query_id, v.yes, v.no, v.share, j.kind FROM crowd_votes v"
    " JOIN images i ON i.id = v.image_id JOIN queries q ON q.id = v.query_key"
    " JOIN judges j ON j.id = v.judge_id",
    "questions": "SELECT t.query_id, t.text, i.name FROM test_queries t"
    " JOIN images i ON i.id = t.image_id",
    "collections": "SELECT c.name, i.name FROM image_collections m"
    " JOIN collections c ON c.id = m.collection_id JOIN images i ON i.id = m.image_id",
}


def contents(engine: Engine) -> dict[str, list[str]]:
    """Everything that imports write, without keys and times."""
    with engine.connect() as conn:
        return {name: sorted(str(tuple(row)) for row in conn.execute(text(statement)))
                for name, statement in CONTENTS.items()}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> DatasetFolder:
    """A data set that is not written yet."""
    return DatasetFolder(tmp_path / "small")


@pytest.fixture
def import_(services: Services) -> Import:
    """Imports a folder in this process."""

    def run(path: Path, name: str | None = None) -> ImportProgress:
        return services.import_dataset(folder=path, name=name, asker=Asker(), watch=NobodyWatches())

    return run
