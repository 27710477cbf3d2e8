"""Writes the sample collection as a data set: pictures, captions and simulated judgements."""

import csv
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np

from sample.captions import JUDGED, Caption, five_captions
from sample.fit import Grades, grades
from sample.judges import grade, vote
from sample.paint.picture import paint
from sample.scene import Scene, make_scene

# Judgements a picture, as in the real corpus: 5,822 and 47,830 over a thousand pictures.
EXPERT_PAIRS, CROWD_PAIRS = 5.82, 47.83
# How many pictures are judged with their own caption, and how many of the experts'
# pairs the crowd has judged too, by true grade.
OWN_EXPERT, OWN_CROWD = 0.2, 0.72
JUDGED_TWICE = {1: 0.18, 2: 0.6, 3: 0.9, 4: 0.97}
# How the judged pairs spread over the four true grades.
EXPERT_SPREAD = {1: 0.58, 2: 0.25, 3: 0.095, 4: 0.04}
CROWD_SPREAD = {1: 0.66, 2: 0.2, 3: 0.085, 4: 0.003}
TEST_SEEDS = 500_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture of the collection: its file name, its scene and its captions."""

    name: str
    scene: Scene
    captions: list[Caption]


def collection(seed: int, train: int, test: int) -> tuple[list[Drawn], list[Drawn]]:
    """What the two folders hold, before anything is painted."""
    first = 1_000_000 * (seed + 1)
    return (
        [_drawn(make_scene(first + number), number) for number in range(train)],
        [_drawn(make_scene(first + TEST_SEEDS + number), number) for number in range(test)],
    )


def draw(
    folder: Path,
    *,
    seed: int = 1,
    size: int = 512,
    train: int = 1000,
    test: int = 100,
    tell: Callable[[int, int], None] | None = None,
) -> None:
    """Write everything into the folder; the same arguments give the same bytes."""
    training, testing = collection(seed, train, test)
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, training, testing, Random(seed))
    jobs = [(folder / "train_images", drawn, size) for drawn in training]
    jobs += [(folder / "test_images", drawn, size) for drawn in testing]
    for name in ("train_images", "test_images"):
        (folder / name).mkdir(exist_ok=True)
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as painters:
        for done, _ in enumerate(painters.map(_paint, jobs, chunksize=8), start=1):
            if tell:
                tell(done, len(jobs))


def write_tables(
    folder: Path, training: Sequence[Drawn], testing: Sequence[Drawn], rng: Random
) -> None:
    """The captions, the judgements and the test queries."""
    captions = [
        (drawn.name, f"{drawn.name}#{n}", caption.text)
        for drawn in training for n, caption in enumerate(drawn.captions)
    ]  # fmt: skip
    _write(folder / "captions.csv", [("image", "query_id", "query_text"), *captions], ",")
    fits = grades([drawn.captions[JUDGED].claim for drawn in training], [d.scene for d in training])
    own_experts, own_crowd = (_own(len(fits), share, rng) for share in (OWN_EXPERT, OWN_CROWD))
    experts = _pairs(fits, EXPERT_PAIRS, EXPERT_SPREAD, rng, own_experts)
    both = {(i, q) for i, q in sorted(experts) if rng.random() < JUDGED_TWICE[int(fits[q, i])]}
    crowd = _pairs(fits, CROWD_PAIRS, CROWD_SPREAD, rng, own_crowd | both)
    named = [
        (drawn.name, f"{drawn.name}#{JUDGED}", drawn.captions[JUDGED].text) for drawn in training
    ]
    order = sorted(range(len(named)), key=lambda number: named[number][0])
    _write(
        folder / "ExpertAnnotations.tsv",
        (
            (named[i][0], named[q][1], *grade(int(fits[q, i]), rng, own=q == i))
            for i, q in _sorted(experts, order)
        ),
        "\t",
    )
    _write(
        folder / "CrowdAnnotations.tsv", _crowd_rows(_sorted(crowd, order), named, fits, rng), "\t"
    )
    judged = ((named[i][0], *named[q][1:]) for i, q in _sorted(experts, order))
    _write(folder / "train_dataset.csv", [("image", "query_id", "query_text"), *judged], ",")
    asked = [
        (f"{drawn.name}#{n}", caption.text, drawn.name)
        for drawn in testing for n, caption in enumerate(drawn.captions)
    ]  # fmt: skip
    rows = [
        ("", "query_id", "query_text", "image"),
        *((str(n), *row) for n, row in enumerate(asked)),
    ]
    _write(folder / "test_queries.csv", rows, "|")


def _drawn(scene: Scene, number: int) -> Drawn:
    group = scene.groups[0]
    name = f"{group.colour}-{group.kind.replace('_', '-')}-{scene.place}-{scene.seed:07d}.jpg"
    return Drawn(name, scene, five_captions(scene, number))


def _paint(job: tuple[Path, Drawn, int]) -> None:
    folder, drawn, size = job
    paint(drawn.scene, size).save(folder / drawn.name, "JPEG", quality=90)


def _pairs(
    fits: Grades, each: float, spread: dict[int, float], rng: Random, wanted: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """The wanted (picture, caption) pairs, and others spread over the true grades."""
    pictures = len(fits)
    total = min(round(each * pictures), fits.size)
    pairs = set(wanted)
    for true, share in spread.items():
        pool = np.argwhere(fits == true)
        picks = rng.sample(range(len(pool)), min(len(pool), round(share * total)))
        pairs.update((int(i), int(q)) for q, i in pool[picks] if i != q)
    while len(pairs) < total:
        pairs.add((rng.randrange(pictures), rng.randrange(pictures)))
    return pairs


def _own(pictures: int, share: float, rng: Random) -> set[tuple[int, int]]:
    """Pictures that are judged with their own caption."""
    return {(i, i) for i in range(pictures) if rng.random() < share}


def _sorted(pairs: Iterable[tuple[int, int]], order: list[int]) -> list[tuple[int, int]]:
    place = {number: rank for rank, number in enumerate(order)}
    return sorted(pairs, key=lambda pair: (place[pair[0]], place[pair[1]]))


def _crowd_rows(
    pairs: list[tuple[int, int]], named: list[tuple[str, str, str]], fits: Grades, rng: Random
) -> Iterable[tuple[object, ...]]:
    for i, q in pairs:
        yes, no = vote(int(fits[q, i]), rng, own=q == i)
        share = f"{yes / (yes + no):.15g}"
        yield named[i][0], named[q][1], share, yes, no


def _write(path: Path, rows: Iterable[Sequence[object]], separator: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator, lineterminator="\n").writerows(rows)
