"""How an alignment's setting is chosen: by pictures it has never seen.

Pictures are parted into folds, captions with their picture. Each fold's captions look for their
own among the fold's pictures, under an alignment fitted on the other folds; what finds them best
is taken. Then class names are tried beside it, where the picture tower knows any, and stay where
they find more, beyond chance. A control with the pictures swapped tells what chance alone would
reach.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.encoder.alignment import Alignment
from service.encoder.class_names import ClassNames
from service.encoder.port import Vectors
from service.learn.alignment import Places
from service.learn.methods import Lesson, Setting, sweep, with_names

TextRows = Callable[[Places], Vectors]
"""The text tower's rows for all captions, where it may have learned from these captions only."""

FOLDS = 5
ERRORS = 2
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
    """What was chosen, how it did out of fold, how its control did, and the best without names."""

    setting: Setting
    found: Found
    control: Found
    unnamed: Found


def tune(
    pictures: Vectors,
    owners: Places,
    text_rows: TextRows,
    *,
    seed: int,
    grid: Sequence[Setting],
    folds: int = FOLDS,
    names: ClassNames | None = None,
) -> Tuned:
    """The setting of the grid under which held-back pictures are found best."""
    parts = list(split(pictures, owners, text_rows, seed=seed, folds=folds, names=names))
    ranks = ranked(parts, grid)
    found = {setting: summed(parts, ranks[setting]) for setting in grid}
    plain = max(grid, key=lambda setting: (found[setting].mrr, -setting.dimension))
    beside = {} if names is None else ranked(parts, with_names(plain))
    told = {setting: each for setting, each in beside.items() if better(parts, each, ranks[plain])}
    found |= {setting: summed(parts, each) for setting, each in told.items()}
    best = max(told or [plain], key=lambda setting: found[setting].mrr)
    swapped = np.random.default_rng(seed).permutation(len(pictures))[owners]
    control = list(split(pictures, swapped, text_rows, seed=seed, folds=folds, names=names))
    chance = summed(control, ranked(control, [best])[best])
    return Tuned(best, found[best], chance, found[plain])


def better(parts: Sequence[Fold], beside: Places, plain: Places) -> bool:
    """Whether pictures are found better, beyond chance: captions of one go together."""
    starts = np.cumsum([0, *(len(part.pictures) for part in parts)])
    own = np.concatenate([start + part.owners for start, part in zip(starts, parts, strict=False)])
    captions = np.bincount(own)
    sums = np.bincount(own, 1 / (beside + 1) - 1 / (plain + 1))
    return beyond_chance(sums[captions > 0] / captions[captions > 0])


def beyond_chance(gains: NDArray[np.float64]) -> bool:
    """Whether what pictures gain is more than they would by chance.

    What gained was chosen by these very pictures, so the usual two errors are the least to ask.
    """
    return bool(gains.mean() > ERRORS * gains.std(ddof=1) / np.sqrt(len(gains)))


def split(
    pictures: Vectors,
    owners: Places,
    text_rows: TextRows,
    *,
    seed: int,
    folds: int,
    names: ClassNames | None = None,
) -> Iterator[Fold]:
    """The folds, each with its lesson."""
    order = np.random.default_rng(seed).permutation(len(pictures))
    for held in (np.sort(order[at::folds]) for at in range(folds)):
        asked = np.isin(owners, held)
        rest = np.setdiff1d(np.arange(len(pictures)), held)
        rows = text_rows(np.flatnonzero(~asked))
        yield Fold(
            lesson=Lesson(
                pictures[rest], rows[~asked], np.searchsorted(rest, owners[~asked]), names
            ),
            pictures=pictures[held],
            texts=rows[asked],
            owners=np.searchsorted(held, owners[asked]),
        )


def ranked(parts: Sequence[Fold], grid: Sequence[Setting]) -> dict[Setting, Places]:
    """Each caption's place for its own picture under each setting, over all folds."""
    ranks: dict[Setting, list[Places]] = {setting: [] for setting in grid}
    for part in parts:
        for setting, alignment in sweep(part.lesson, grid):
            ranks[setting].append(ranks_of(alignment, part))
    return {setting: np.concatenate(each) for setting, each in ranks.items()}


def summed(parts: Sequence[Fold], ranks: Places) -> Found:
    """How well captions find their pictures, over all folds."""
    return figures(ranks, [len(part.pictures) for part in parts])


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
