"""How an alignment's setting is chosen: by pictures it has never seen.

Pictures are parted into folds, captions with their picture. Each fold's captions look for their
own among the fold's pictures, under an alignment fitted on the other folds; what finds them best
is taken. A control with the pictures swapped tells what chance alone would reach.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.encoder.alignment import Alignment
from service.encoder.port import Vectors
from service.learn.alignment import Places
from service.learn.methods import Lesson, Setting, sweep

TextRows = Callable[[Places], Vectors]
"""The text tower's rows for all captions, where it may have learned from these captions only."""

FOLDS = 5
DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Found:
    """How well captions find their pictures: recall within some places, and mean reciprocal rank.

    `gallery` is how many pictures each caption had to choose from, on average.
    """

    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr: float
    captions: int
    gallery: float


@dataclass(frozen=True, slots=True)
class Fold:
    """Some pictures held back, and what all others teach."""

    lesson: Lesson
    pictures: Vectors
    texts: Vectors
    owners: Places


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was chosen, how it did out of fold, and how its control did."""

    setting: Setting
    found: Found
    control: Found


def tune(
    pictures: Vectors,
    owners: Places,
    text_rows: TextRows,
    *,
    seed: int,
    grid: Sequence[Setting],
    folds: int = FOLDS,
) -> Tuned:
    """The setting of the grid under which held-back pictures are found best."""
    parts = list(split(pictures, owners, text_rows, seed=seed, folds=folds))
    found = dict(judged(parts, grid))
    best = max(grid, key=lambda setting: (found[setting].mrr, -setting.dimension))
    swapped = np.random.default_rng(seed).permutation(len(pictures))[owners]
    control = list(split(pictures, swapped, text_rows, seed=seed, folds=folds))
    return Tuned(best, found[best], dict(judged(control, [best]))[best])


def split(
    pictures: Vectors, owners: Places, text_rows: TextRows, *, seed: int, folds: int
) -> Iterator[Fold]:
    """The folds, each with its lesson."""
    order = np.random.default_rng(seed).permutation(len(pictures))
    for held in (np.sort(order[at::folds]) for at in range(folds)):
        asked = np.isin(owners, held)
        rest = np.setdiff1d(np.arange(len(pictures)), held)
        rows = text_rows(np.flatnonzero(~asked))
        yield Fold(
            lesson=Lesson(pictures[rest], rows[~asked], np.searchsorted(rest, owners[~asked])),
            pictures=pictures[held],
            texts=rows[asked],
            owners=np.searchsorted(held, owners[asked]),
        )


def judged(parts: Sequence[Fold], grid: Sequence[Setting]) -> Iterator[tuple[Setting, Found]]:
    """How well captions find their pictures under each setting, over all folds."""
    galleries = [len(part.pictures) for part in parts]
    ranks: dict[Setting, list[Places]] = {setting: [] for setting in grid}
    for part in parts:
        for setting, alignment in sweep(part.lesson, grid):
            ranks[setting].append(ranks_of(alignment, part))
    for setting in grid:
        yield setting, figures(np.concatenate(ranks[setting]), galleries)


def ranks_of(alignment: Alignment, part: Fold) -> Places:
    """The place, from 0, of each caption's own picture; a tie counts against it."""
    likeness = alignment.texts(part.texts) @ alignment.pictures(part.pictures).T
    own = likeness[np.arange(len(part.owners)), part.owners]
    ranks: Places = (likeness >= own[:, None]).sum(axis=1) - 1
    return ranks


def figures(ranks: NDArray[Any], galleries: Sequence[int]) -> Found:
    """The ranks as figures."""
    first, fifth, tenth = (round(float((ranks < depth).mean()), 4) for depth in DEPTHS)
    return Found(
        recall_at_1=first,
        recall_at_5=fifth,
        recall_at_10=tenth,
        mrr=round(float((1 / (ranks + 1)).mean()), 4),
        captions=len(ranks),
        gallery=round(float(np.mean(galleries)), 1),
    )
