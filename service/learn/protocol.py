"""The one protocol under which scorers are compared, and what they learn from in each fold."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.learn import folds
from service.learn.figures import Bounds, Figures, Numbers, figures, interval
from service.learn.folds import Fold
from service.learn.pairs import Judged, PairVectors, fitted
from service.scoring.calibrated import fit_kinds
from service.scoring.features import AT, Places
from service.scoring.port import Lesson

INNER_FOLDS = 5
CONTROL = "boosting"
# The features that no picture has a part in.
OF_THE_TEXT = ("usual_text", "spread_text", "words", "cyrillic")
SPLITS = (folds.GROUPED, folds.STRICT, folds.SHARES)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one scorer under one split, and what it said of each pair (nan: nothing)."""

    scorer: str
    split: str
    figures: Figures
    predicted: Numbers


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

    Of the features they see those that are named, the others are blank.
    """
    found = []
    for split in which:
        predicted = {kind: np.full(len(judged), np.nan) for kind in kinds}
        for fold in splits(vectors, judged, split, seed):
            lesson, tested = prepared(vectors, judged, fold, seed=seed)
            blank(lesson.features, features)
            blank(tested, features)
            for kind, scorer in fit_kinds(kinds, lesson).items():
                predicted[kind][fold.tested] = scorer(tested)
            step()
        found += [
            Row(kind, split, measured(judged, predicted[kind]), predicted[kind]) for kind in kinds
        ]
    return found


def control(vectors: PairVectors, judged: Judged, *, seed: int, step: Step = lambda: None) -> Row:
    """The same with each pair's picture swapped for another's: only the text can tell anything."""
    order = np.random.default_rng(seed).permutation(len(judged))
    swapped = replace(judged, picture=judged.picture[order])
    (row,) = compare(vectors, swapped, [CONTROL], seed=seed, which=[folds.GROUPED], step=step)
    return row


def text_only(vectors: PairVectors, judged: Judged, *, seed: int, step: Step = lambda: None) -> Row:
    """The same of the true pairs by features of the text alone, which the control may not beat.

    Some texts are graded higher than others whatever the picture. That is no leak, and it is all
    that a scorer can learn from swapped pictures.
    """
    (row,) = compare(
        vectors,
        judged,
        [CONTROL],
        seed=seed,
        which=[folds.GROUPED],
        step=step,
        features=OF_THE_TEXT,
    )
    return row


def controls(
    vectors: PairVectors, judged: Judged, *, seed: int, step: Step = lambda: None
) -> tuple[Row, Row, Bounds | None]:
    """The control, what the text alone tells, and by how much the control errs more."""
    swapped = control(vectors, judged, seed=seed, step=step)
    by_text = text_only(vectors, judged, seed=seed, step=step)
    return swapped, by_text, leaked(judged, swapped, by_text, seed=seed)


def leaked(judged: Judged, swapped: Row, by_text: Row, *, seed: int) -> Bounds | None:
    """Between what bounds the control's error lies above that of the text alone.

    Both rows predict the same targets, pair by pair. Wholly below nothing, the swapped pictures
    told what they cannot know: something leaks.
    """
    graded = ~judged.by_crowd | judged.by_crowd.all()
    told = ~np.isnan(swapped.predicted) & ~np.isnan(by_text.predicted)
    rows = np.flatnonzero(told & graded)
    target = judged.truth.target[rows]
    squares = [(one.predicted[rows] - target) ** 2 for one in (swapped, by_text)]

    def above(places: Places) -> float:
        errors = [float(np.sqrt(each[places].mean())) for each in squares]
        return errors[0] - errors[1]

    return interval(judged.picture[rows], above, seed=seed)


def blank(rows: NDArray[np.float32], features: Collection[str]) -> None:
    """Leave these features, and what tells experts' pairs from a crowd's; blank the others."""
    others = [place for name, place in AT.items() if name not in {*features, "by_crowd"}]
    rows[:, others] = 0


def measured(judged: Judged, predicted: Numbers) -> Figures:
    """The figures over the pairs that were predicted.

    Errors and grades are those of the pairs that experts judged, where there are any; the crowd's
    share is compared over every pair that a crowd saw.
    """
    told = ~np.isnan(predicted)
    graded = told & ~judged.by_crowd
    rows = np.flatnonzero(graded if graded.any() else told)
    voted = np.flatnonzero(told)
    judged_so = figures(judged.truth.taken(rows), predicted[rows])
    crowd = figures(judged.truth.taken(voted), predicted[voted])
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
    features = np.empty((len(rows), len(AT)), np.float32)
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
