"""What a scorer tells of itself for people to look at: how sure its figures are, and its errors."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.learn.figures import INTERVAL, Bounds, Numbers, figures, places_by_group
from service.learn.pairs import Judged
from service.learn.protocol import Row

# Resampled so often: enough for two digits of a bound, and seconds for tens of thousands of grades.
RESAMPLES = 100
SURE_OF = ("rmse", "mae", "r2", "tau_c", "auc", "ece")
STEPS = 20
PARTS = 5


def details(judged: Judged, row: Row, *, seed: int) -> dict[str, Any]:
    """Intervals of the figures and the errors of pairs that the scorer had not seen."""
    graded = ~judged.by_crowd | judged.by_crowd.all()
    rows = np.flatnonzero(~np.isnan(row.predicted) & graded)
    target, predicted = judged.truth.target[rows], row.predicted[rows]
    return {
        "intervals": intervals(judged, row, rows, seed=seed),
        "residuals": {
            "steps": steps(predicted - target),
            "by_target": by_target(target, predicted - target),
        },
    }


def intervals(
    judged: Judged, row: Row, rows: NDArray[np.intp], *, seed: int
) -> dict[str, Bounds | None]:
    """Between what bounds each figure lies, by resampling pictures; all from the same draws."""
    members = places_by_group(judged.picture[rows])
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in SURE_OF}
    for _ in range(RESAMPLES):
        lots = rng.integers(len(members), size=len(members))
        taken = rows[np.concatenate([members[number] for number in lots])]
        found = figures(judged.truth.taken(taken), row.predicted[taken], ranks=row.ranks)
        for name in SURE_OF:
            if (value := getattr(found, name)) is not None:
                drawn[name].append(float(value))
    return {name: bounds(values) for name, values in drawn.items()}


def bounds(values: list[float]) -> Bounds | None:
    """Where 95 of 100 lie."""
    if not values:
        return None
    low, high = np.percentile(values, INTERVAL)
    return round(float(low), 4), round(float(high), 4)


def steps(errors: Numbers) -> list[list[float]]:
    """How many errors lie in each of equal steps from -1 (said too little) to 1 (too much)."""
    counts, edges = np.histogram(np.clip(errors, -1, 1), bins=STEPS, range=(-1, 1))
    return [[round(float(edge), 2), int(count)] for edge, count in zip(edges, counts, strict=False)]


def by_target(target: Numbers, errors: Numbers) -> list[list[float]]:
    """For each part of the targets: where it begins and ends, pairs, quartiles and mean."""
    place = np.clip((target * PARTS).astype(int), 0, PARTS - 1)
    found = []
    for part in range(PARTS):
        here = errors[place == part]
        if len(here):
            quartiles = np.percentile(here, (25, 50, 75))
            numbers = [part / PARTS, (part + 1) / PARTS, len(here), *quartiles, here.mean()]
            found.append([round(float(one), 4) for one in numbers])
    return found
