"""Would a new training pay: judgements that came since, and searches that find other things.

When a scorer is trained, short queries that it has not learnt from are asked, and quantiles of the
best probability that each finds are kept with it. Searches note theirs. How far the two lie apart
is told by the population stability index, the sum over equal steps of (now - then) times the
logarithm of now over then: by custom nothing below 0.1, and another population above 0.25.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy import Connection

from service.db import judged, scorers, searches
from service.db.scorers import StoredScorer
from service.learn.figures import Numbers

# Less than this says nothing of a distribution over so many steps.
STEPS = 10
FEWEST_SEARCHES = 100
MOST_SEARCHES = 2_000
SHIFTED, SHIFTING = 0.25, 0.1
# A training pays when so large a share of what was learnt from is new, and at least so much.
NEW_SHARE, FEWEST_NEW = 0.05, 50
# A step that nothing falls into counts as this share: its logarithm would be none.
LEAST_SHARE = 1e-3


class Advice(StrEnum):
    """What to do."""

    NOTHING_SERVES = "train a first scorer"
    TRAIN = "train: many judgements are new"
    JUDGE = "judge what searches find now, then train: they find other things than in training"
    WATCH = "look again: searches begin to find other things than in training"
    FINE = "nothing: the published scorer is up to date"


@dataclass(frozen=True, slots=True)
class Drift:
    """How the published scorer stands to what came after it.

    psi is None where too few searches were made since it was published, or where it was trained
    before quantiles were kept. empty is the share of those searches that found nothing.
    """

    advice: Advice
    new_judgements: int | None = None
    new_share: float | None = None
    searches: int = 0
    psi: float | None = None
    empty: float | None = None


def drift(conn: Connection) -> Drift:
    """How it stands now."""
    serving = scorers.published(conn)
    if serving is None:
        return Drift(Advice.NOTHING_SERVES)
    new = judged.judged_since(conn, serving.created_at)
    share = new / max(1, serving.pairs)
    since = serving.published_at or serving.created_at
    found = searches.best_since(conn, since, most=MOST_SEARCHES)
    psi = stability(serving, found)
    return Drift(
        advice=advice(new, share, psi),
        new_judgements=new,
        new_share=round(share, 4),
        searches=len(found),
        psi=psi,
        empty=round(sum(one == 0 for one in found) / len(found), 4) if found else None,
    )


def advice(new: int, share: float, psi: float | None) -> Advice:
    """The first that applies."""
    if new >= FEWEST_NEW and share >= NEW_SHARE:
        return Advice.TRAIN
    if psi is not None and psi >= SHIFTED:
        return Advice.JUDGE
    if psi is not None and psi >= SHIFTING:
        return Advice.WATCH
    return Advice.FINE


def stability(serving: StoredScorer, found: Sequence[float]) -> float | None:
    """The population stability index of what searches found against what training found."""
    known = np.array((serving.figures.get("cutoff") or {}).get("best") or [])
    if not len(known) or len(found) < FEWEST_SEARCHES:
        return None
    # What stays below the cutoff is shown to nobody, and all of it is one step.
    shown = known[known >= serving.cutoff]
    inner = np.quantile(shown, np.arange(1, STEPS) / STEPS) if len(shown) else []
    edges = np.unique([serving.cutoff, *inner])
    then, now = (shares(np.asarray(one), edges) for one in (known, found))
    return round(float(((now - then) * np.log(now / then)).sum()), 4)


def shares(values: Numbers, edges: Numbers) -> Numbers:
    """Of the values, the share in each step."""
    counts = np.bincount(np.digitize(values, edges), minlength=len(edges) + 1)
    return np.maximum(counts / len(values), LEAST_SHARE)
