"""The ways to align two towers: canonical correlation, ridge regression, a contrastive loss.

Each is a grid of settings to choose from on held-back pictures, and a fit under one of them. What
settings have in common is done once for all of them. Beside any of them the names of the picture
tower's classes can count, which nothing is fitted for but how much and how sharply.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service.encoder.alignment import Alignment
from service.encoder.class_names import ClassNames
from service.encoder.port import Vectors
from service.errors import Invalid
from service.learn.alignment import Places, solve, whitened
from service.learn.ridge import regressed

CCA, RIDGE, CONTRASTIVE = "cca", "ridge", "contrastive"


class UnknownMethod(Invalid):
    """There is no method {method}. Choose one of {known}."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to fit an alignment; what a method does not ask for stays as it is.

    naming is how much class names count beside what is fitted, and sharpness how few classes a
    picture is taken for; without a weight, or without a lesson's class names, there are none.
    """

    dimension: int
    regularisation: tuple[float, float]
    weight: float = 1.0
    method: str = CCA
    steps: int = 0
    naming: float = 0.0
    sharpness: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Pictures, their texts, and for each text the row of its picture; the towers' own vectors.

    names are those of the classes that the picture tower tells apart, if it does.
    """

    pictures: Vectors
    texts: Vectors
    owners: Places
    names: ClassNames | None = None


Sweep = Callable[[Lesson, Sequence[Setting]], Iterator[tuple[Setting, Alignment]]]


def sweep_cca(lesson: Lesson, grid: Sequence[Setting]) -> Iterator[tuple[Setting, Alignment]]:
    """Dimensions and weights only cut and stretch what one regularisation has solved."""
    fitted = whitened(lesson.pictures, lesson.texts, owners=lesson.owners)
    for regularisation in dict.fromkeys(one.regularisation for one in grid):
        solved = solve(fitted, regularisation)
        for one in grid:
            if one.regularisation == regularisation:
                yield one, solved.alignment(dimension=one.dimension, weight=one.weight)


def sweep_ridge(lesson: Lesson, grid: Sequence[Setting]) -> Iterator[tuple[Setting, Alignment]]:
    """Pictures as texts foretell them, under each ridge."""
    fitted = whitened(lesson.pictures, lesson.texts, owners=lesson.owners)
    for ridge in dict.fromkeys(one.regularisation[1] for one in grid):
        solved = regressed(fitted, ridge)
        for one in grid:
            if one.regularisation[1] == ridge:
                yield one, solved.alignment(dimension=one.dimension, weight=one.weight)


def sweep_contrastive(
    lesson: Lesson, grid: Sequence[Setting]
) -> Iterator[tuple[Setting, Alignment]]:
    """From each canonical solution downhill, looked at after so many steps."""
    from service.learn.contrastive import descended  # torch takes seconds

    starts = dict.fromkeys((one.dimension, one.regularisation, one.weight) for one in grid)
    fitted = whitened(lesson.pictures, lesson.texts, owners=lesson.owners)
    for dimension, regularisation, weight in starts:
        of_this = [
            one
            for one in grid
            if (one.dimension, one.regularisation, one.weight)
            == (dimension, regularisation, weight)
        ]
        start = solve(fitted, regularisation).alignment(dimension=dimension, weight=weight)
        found = descended(
            start,
            lesson.pictures,
            lesson.texts,
            owners=lesson.owners,
            stops=sorted({one.steps for one in of_this}),
        )
        yield from ((one, found[one.steps]) for one in of_this)


SWEEPS: Mapping[str, Sweep] = {
    CCA: sweep_cca,
    RIDGE: sweep_ridge,
    CONTRASTIVE: sweep_contrastive,
}
BEST = CCA

GRIDS: Mapping[str, tuple[Setting, ...]] = {
    CCA: tuple(
        Setting(dimension, (pictures, texts), weight)
        for pictures in (1.0, 3.0, 10.0, 30.0)
        for texts in (0.1, 0.3, 1.0, 3.0)
        for dimension in (64, 96, 128, 192)
        for weight in (0.5, 1.0)
    ),
    RIDGE: tuple(
        Setting(dimension, (0.0, texts), 0.0, RIDGE)
        for texts in (0.1, 0.3, 1.0, 3.0, 10.0)
        for dimension in (64, 128, 192, 384)
    ),
    CONTRASTIVE: tuple(
        Setting(dimension, regularisation, 0.5, CONTRASTIVE, steps)
        for regularisation in ((10.0, 1.0), (30.0, 1.0))
        for dimension in (128, 192)
        for steps in (5, 10, 20, 40)
    ),
}


NAMING = (0.3, 0.6, 1.0)
SHARPNESS = (1.0, 1.5, 2.0)


def grid_of(method: str) -> tuple[Setting, ...]:
    """The settings that are tried."""
    if method not in GRIDS:
        raise UnknownMethod(method=method, known=", ".join(GRIDS))
    return GRIDS[method]


def with_names(setting: Setting) -> tuple[Setting, ...]:
    """The same setting with class names beside it, counting more and less, taken sharply or not."""
    return tuple(
        replace(setting, naming=weight, sharpness=sharpness)
        for weight in NAMING
        for sharpness in SHARPNESS
    )


def sweep(lesson: Lesson, grid: Sequence[Setting]) -> Iterator[tuple[Setting, Alignment]]:
    """The alignment under each setting; all settings are of one method."""
    for setting, alignment in SWEEPS[grid[0].method](lesson, grid):
        yield setting, named(alignment, lesson.names, setting)


def named(alignment: Alignment, names: ClassNames | None, setting: Setting) -> Alignment:
    """The alignment with class names beside it, where there are any and they count."""
    if names is None or not setting.naming:
        return alignment
    counted = replace(names, weight=setting.naming, sharpness=setting.sharpness)
    return replace(alignment, names=counted)


def fit(lesson: Lesson, setting: Setting) -> Alignment:
    """The alignment under one setting."""
    ((_, alignment),) = sweep(lesson, [setting])
    return alignment
