"""The real data: as many rows come in as the files hold, and the second time none."""

import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from service.db import targets
from service.domain import TargetFormula
from service.services import Services
from tests.dataset.conftest import Import, contents
from tests.factories import an_image

DATA = Path(
    os.environ.get("GLIMPSE_FLICKR8K", Path(__file__).parents[2] / "../shared/data/flickr8k")
)
FILES = {
    "test_queries.csv": 495,
    "captions.csv": 3555,
    "train_dataset.csv": 2961,
    "ExpertAnnotations.tsv": 2961,
    "CrowdAnnotations.tsv": 23624,
}
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no real data at {DATA}; set GLIMPSE_FLICKR8K"
)


@pytest.fixture
def files_only(services: Services, tmp_path: Path) -> Path:
    """The files without the folders of pictures, whose rows are here under their names."""
    folder = tmp_path / "flickr8k"
    folder.mkdir()
    for name in FILES:
        (folder / name).symlink_to(DATA / name)
    with services.engine.begin() as conn:
        for picture in sorted((*DATA.glob("train_images/*"), *DATA.glob("test_images/*"))):
            an_image(conn, name=picture.name)
    return folder


def test_counts_equal_the_files(services: Services, files_only: Path, import_: Import) -> None:
    """Every row is added, none is refused; the second time every row is unchanged."""
    first = import_(files_only)
    assert {file.name: file.counts.added for file in first.files} == FILES
    assert not first.errors
    assert first.without_text == 0
    before = contents(services.engine)
    second = import_(files_only)
    assert {file.name: file.counts.unchanged for file in second.files} == FILES
    assert contents(services.engine) == before


def test_targets_equal_an_independent_computation(
    services: Services, files_only: Path, import_: Import
) -> None:
    """Straight from the files with plain arithmetic: the same targets for all 25,391 pairs."""
    import_(files_only)
    with services.engine.connect() as conn:
        names = conn.execute(text("SELECT id, name FROM images"))
        images = {row.id: row.name for row in names}
        keys = {row.id: row.query_id for row in conn.execute(text("SELECT * FROM queries"))}
        found = {(images[one.image_key], keys[one.query_key]): one.target
                 for one in targets.targets(conn, TargetFormula())}  # fmt: skip
    experts, crowd = {}, {}
    with (DATA / "ExpertAnnotations.tsv").open(newline="") as file:
        for image, query, *grades in csv.reader(file, delimiter="\t"):
            experts[image, query] = (sum(map(int, grades)) / 3 - 1) / 3
    with (DATA / "CrowdAnnotations.tsv").open(newline="") as file:
        for image, query, _, yes, no in csv.reader(file, delimiter="\t"):
            crowd[image, query] = int(yes) / (int(yes) + int(no))
    expected = crowd | {
        pair: 0.9 * score + 0.1 * crowd[pair] if pair in crowd else score
        for pair, score in experts.items()
    }
    assert len(found) == 25_391
    assert found == pytest.approx(expected)


@pytest.mark.long
def test_everything_with_its_pictures(import_: Import) -> None:
    """All 810 pictures, through the same path as uploads, and all rows; then nothing again."""
    first = import_(DATA)
    restricted = first.pictures.pop("restricted")
    assert first.pictures == {"added": 810, "duplicates": 0, "rejected": 0}
    assert 0 < restricted < 810
    assert {file.name: file.counts.added for file in first.files} == FILES
    second = import_(DATA)
    assert second.pictures.pop("restricted") == restricted
    assert second.pictures == {"added": 0, "duplicates": 810, "rejected": 0}
    assert {file.name: file.counts.unchanged for file in second.files} == FILES
