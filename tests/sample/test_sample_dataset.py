"""The sample collection on disk: the layout, the numbers, and that it repeats."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from statistics import mean

import pytest
from PIL import Image

from sample.dataset import collection, write_tables

FILES = (
    "captions.csv", "train_dataset.csv", "ExpertAnnotations.tsv", "CrowdAnnotations.tsv",
    "test_queries.csv",
)  # fmt: skip


def rows(path: Path, separator: str) -> list[list[str]]:
    """A file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=separator))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handful of pictures, drawn by the command."""
    folder = tmp_path_factory.mktemp("small")
    sizes = ["--train", "8", "--test", "2", "--size", "96"]
    subprocess.run([sys.executable, "-m", "sample", "draw", folder, *sizes], check=True)
    return folder


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the whole collection, without its pictures."""
    folder = tmp_path_factory.mktemp("tables")
    write_tables(folder, *collection(1, 1000, 100), Random(1))
    return folder


def test_a_handful(small: Path) -> None:
    """Eight training and two test pictures come with all their tables."""
    names = {path.name for path in (small / "train_images").iterdir()}
    assert len(names) == 8
    assert len(list((small / "test_images").iterdir())) == 2
    for path in (small / "train_images").iterdir():
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("JPEG", (96, 96))
    captions = rows(small / "captions.csv", ",")
    assert captions[0] == ["image", "query_id", "query_text"]
    assert Counter(row[0] for row in captions[1:]) == dict.fromkeys(names, 5)
    queries = rows(small / "test_queries.csv", "|")
    assert queries[0] == ["", "query_id", "query_text", "image"]
    assert [row[0] for row in queries[1:]] == [str(number) for number in range(10)]


def test_it_repeats(tmp_path: Path) -> None:
    """The same seed writes the same bytes; another seed writes others."""
    written = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        folder = tmp_path / name
        folder.mkdir()
        write_tables(folder, *collection(seed, 30, 5), Random(seed))
        written.append([(folder / file).read_bytes() for file in FILES])
    assert written[0] == written[1]
    assert all(one != other for one, other in zip(written[0], written[2], strict=True))


def test_the_files_hang_together(tables: Path) -> None:
    """Every judged pair names a picture and one of the captions, and graders' rows have a text."""
    captions = {row[1]: row for row in rows(tables / "captions.csv", ",")[1:]}
    pictures = {row[0] for row in captions.values()}
    assert (len(captions), len(pictures)) == (5000, 1000)
    experts = rows(tables / "ExpertAnnotations.tsv", "\t")
    crowd = rows(tables / "CrowdAnnotations.tsv", "\t")
    for judged in (experts, crowd):
        pairs = [(row[0], row[1]) for row in judged]
        assert len(set(pairs)) == len(pairs)
        assert all(image in pictures and query in captions for image, query in pairs)
    texts = rows(tables / "train_dataset.csv", ",")[1:]
    assert [row[:2] for row in texts] == [row[:2] for row in experts]
    assert all(captions[query][2] == text for _, query, text in texts)
    asked = rows(tables / "test_queries.csv", "|")[1:]
    assert len(asked) == 500
    assert not {row[3] for row in asked} & pictures


def test_the_experts_judge_as_the_real_ones(tables: Path) -> None:
    """As many pairs, the same spread of grades, and agreement like that of the real corpus."""
    grades = [tuple(map(int, row[2:])) for row in rows(tables / "ExpertAnnotations.tsv", "\t")]
    assert 5700 < len(grades) < 5900
    assert all(row == tuple(sorted(row)) for row in grades)
    assert {grade for row in grades for grade in row} == {1, 2, 3, 4}
    assert 0.53 < mean(len(set(row)) == 1 for row in grades) < 0.65
    assert 0.15 < mean((mean(row) - 1) / 3 for row in grades) < 0.23
    assert mean(row[1] == 1 for row in grades) > 0.5


def test_the_crowd_votes_as_the_real_one(tables: Path) -> None:
    """As many votes, nearly all of three people, nearly all of them no."""
    crowd = rows(tables / "CrowdAnnotations.tsv", "\t")
    assert 45_000 < len(crowd) < 50_000
    for _, _, share, yes, no in crowd:
        assert float(share) == pytest.approx(int(yes) / (int(yes) + int(no)))
    assert mean(int(row[3]) + int(row[4]) == 3 for row in crowd) > 0.96
    assert 0.04 < mean(float(row[2]) for row in crowd) < 0.1


def test_the_crowd_follows_the_experts(tables: Path) -> None:
    """The higher the experts grade a pair, the more of the crowd say yes."""
    middle = {(row[0], row[1]): int(row[3]) for row in rows(tables / "ExpertAnnotations.tsv", "\t")}
    shares: dict[int, list[float]] = {1: [], 2: [], 3: [], 4: []}
    for image, query, share, _, _ in rows(tables / "CrowdAnnotations.tsv", "\t"):
        if (image, query) in middle:
            shares[middle[image, query]].append(float(share))
    means = [mean(shares[grade]) for grade in (1, 2, 3, 4)]
    assert means == sorted(means)
    assert means[0] < 0.03
    assert 0.2 < means[2] < 0.5
    assert means[3] > 0.8
