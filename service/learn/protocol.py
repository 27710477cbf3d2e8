"""The one protocol under which scorers are compared, and what they learn from in each fold."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.learn import folds
from service.learn.figures import Bounds, Figures, Numbers, figures, interval, varies
from service.learn.folds import Fold
from service.learn.pairs import Judged, PairVectors, fitted
from service.scoring.calibrated import fit_kinds
from service.scoring.captions import CAPTION_NAMES
from service.scoring.features import AT, Places
from service.scoring.port import Lesson

INNER_FOLDS = 5
SPLITS = (folds.GROUPED, folds.STRICT, folds.SHARES)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one scorer under one split, and what it said of each pair (nan: nothing).

    captions says whether it was told what the pictures' own captions say; ranks, whether it told
    the pairs of any fold apart.
    """

    scorer: str
    split: str
    figures: Figures
    predicted: Numbers
    captions: bool = False
    ranks: bool = True


Step = Callable[[], None]


def splits(vectors: PairVectors, judged: Judged, split: str, seed: int) -> list[Fold]:
    """The folds of a split."""
    pictures = len(vectors.pictures)
    if split == folds.GROUPED:
        return list(folds.grouped(judged.picture, pictures, seed=seed))
    if split == folds.SHARES:
        return list(folds.shares(judged.picture, pictures, seed=seed))
    written_for = vectors.written_for[judged.text]
    return list(folds.strict(judged.picture, written_for, pictures, seed=seed))


def compare(
    vectors: PairVectors,
    judged: Judged,
    kinds: Sequence[str],
    *,
    seed: int,
    which: Iterable[str] = SPLITS,
    step: Step = lambda: None,
    features: Collection[str] = AT,
) -> list[Row]:
    """What each kind of scorer says of pairs that it has not seen, under each split.

    Of the features they see those that are named, the others are blank. Where the texts' words are
    known, the grouped split is gone through a second time with what captions say: those rows come
    last.
    """
    found = []
    for split in which:
        views = [False, True] if vectors.words is not None and split == folds.GROUPED else [False]
        predicted = {(kind, view): np.full(len(judged), np.nan) for view in views for kind in kinds}
        ranking = set()
        for fold in splits(vectors, judged, split, seed):
            lesson, tested = prepared(vectors, judged, fold, seed=seed)
            blank(lesson.features, features)
            blank(tested, features)
            for view in views:
                width = tested.shape[1] if view else len(AT)
                for kind, scorer in fit_kinds(kinds, lesson.narrow(width)).items():
                    told = predicted[kind, view][fold.tested] = scorer(tested[:, :width])
                    if varies(told):
                        ranking.add((kind, view))
            step()
        for one, said in predicted.items():
            kind, view = one
            ranks = one in ranking
            known = measured(judged, said, ranks=ranks)
            found.append(Row(kind, split, known, said, view, ranks))
    return sorted(found, key=lambda row: row.captions)


def blank(rows: NDArray[np.float32], features: Collection[str]) -> None:
    """Leave these features, and what tells experts' pairs from a crowd's; blank the others."""
    others = [place for name, place in AT.items() if name not in {*features, "by_crowd"}]
    rows[:, others] = 0


def graded_rows(judged: Judged, *rows: Row) -> Places:
    """The pairs that experts judged, or all where none did, of which each row says something."""
    told = ~judged.by_crowd | judged.by_crowd.all()
    for one in rows:
        told = told & ~np.isnan(one.predicted)
    return np.flatnonzero(told)


def more_error(judged: Judged, row: Row, other: Row, *, seed: int) -> Bounds | None:
    """Between what bounds the first row's RMSE lies above the other's (95 %, by picture)."""
    rows = graded_rows(judged, row, other)
    target = judged.truth.target[rows]
    squares = [(one.predicted[rows] - target) ** 2 for one in (row, other)]

    def above(places: Places) -> float:
        errors = [float(np.sqrt(each[places].mean())) for each in squares]
        return errors[0] - errors[1]

    return interval(judged.picture[rows], above, seed=seed)


def measured(judged: Judged, predicted: Numbers, *, ranks: bool = True) -> Figures:
    """The figures over the pairs that were predicted.

    Errors and grades are those of the pairs that experts judged, where there are any; the crowd's
    share is compared over every pair that a crowd saw.
    """
    told = ~np.isnan(predicted)
    graded = told & ~judged.by_crowd
    rows = np.flatnonzero(graded if graded.any() else told)
    voted = np.flatnonzero(told)
    judged_so = figures(judged.truth.taken(rows), predicted[rows], ranks=ranks)
    crowd = figures(judged.truth.taken(voted), predicted[voted], ranks=ranks)
    return replace(judged_so, tau_b=crowd.tau_b)


def prepared(
    vectors: PairVectors, judged: Judged, fold: Fold, *, seed: int
) -> tuple[Lesson, NDArray[np.float32]]:
    """What is learnt from in a fold, and the features of the pairs that are held out."""
    whole = fitted(vectors, fold.training, seed=seed)
    tested = whole.of(judged.picture[fold.tested], judged.text[fold.tested])
    return lesson(vectors, judged, fold.training, seed=seed), tested


def lesson(
    vectors: PairVectors, judged: Judged, training: NDArray[np.bool_], *, seed: int
) -> Lesson:
    """The pairs of the training pictures, with features that are fitted without their picture.

    A pair whose text was written for a picture that is held out is not learnt from.
    """
    rows = known(vectors, judged, training)
    width = len(AT) + (0 if vectors.words is None else len(CAPTION_NAMES))
    features = np.empty((len(rows), width), np.float32)
    for held, inner in inner_folds(training, seed):
        here = np.flatnonzero(held[judged.picture[rows]])
        if len(here):
            places = rows[here]
            features[here] = fitted(vectors, inner, seed=seed).of(
                judged.picture[places], judged.text[places]
            )
    graded = ~judged.by_crowd[rows]
    # Where nobody but a crowd judged there is no other scale to be told apart from.
    features[:, AT["by_crowd"]] = 0 if not graded.any() else ~graded
    return Lesson(
        features, judged.truth.target[rows], judged.weight[rows], judged.picture[rows], seed
    )


def known(vectors: PairVectors, judged: Judged, training: NDArray[np.bool_]) -> Places:
    """The pairs of training pictures whose texts were written for no held-out one."""
    owner = vectors.written_for[judged.text]
    return np.flatnonzero(training[judged.picture] & ((owner < 0) | training[owner]))


def inner_folds(
    training: NDArray[np.bool_], seed: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Which training pictures are held out in turn, and those that stay."""
    rows: Places = np.flatnonzero(training)
    order = np.random.default_rng(seed + 1).permutation(len(rows))
    for number in range(INNER_FOLDS):
        held = np.zeros(len(training), bool)
        held[rows[order % INNER_FOLDS == number]] = True
        yield held, training & ~held
