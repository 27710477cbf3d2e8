"""The cutoff: below which probability a picture is not worth showing, chosen from data.

Captions are asked as queries, and so are a few words out of them and nonsense, of which the scorer
has learnt from neither, each of what was fitted without its picture. Two ways lead from there to a
cutoff.

*By what is found* (the usual one): what nearly all nonsense stays below lies under what nearly all
captions give their own picture and nearly all short queries their best one; the cutoff is taken
between, nearer to the nonsense. Where the two overlap, it is taken where the smallest shares of
captions, short queries and nonsense together get the wrong answer; but captions come first.

*By precision*: the lowest probability from which on, of all that captions and short queries bring,
the share that is stated matches. Probabilities are calibrated, so their mean is that share.

A scorer that hears captions is asked with them and without: pictures of either sort are searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.learn.rehearsal import Gallery, Rehearsal
from service.scoring.features import Places
from service.scoring.files import TrainedScorer
from service.scoring.port import Numbers

# Of captions, this share may lose its own picture; of nonsense, this share may find something.
MAY_LOSE = 0.04
MAY_FIND = 0.04
TOWARDS_CAPTIONS = 0.2
QUANTILES = 40
# Fewer results than this say nothing of a precision.
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Cut:
    """A cutoff and what it does.

    answered is the share of captions whose own picture stays if it is near at all, refused that of
    nonsense that finds nothing; precision is the mean probability of what captions are shown, which
    calibration makes an expected precision, and shown how many pictures that is. stated is the
    precision that was asked for, if any was. best are quantiles of the best probability that a
    short query finds, for what searches find later to be held against.
    """

    cutoff: float
    answered: float
    refused: float
    precision: float
    shown: float
    stated: float | None = None
    best: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What queries found: each caption's own picture, the best of short ones and of nonsense.

    shown is everything that captions were shown, and asked how many captions that were.
    """

    own: Numbers
    short: Numbers
    none: Numbers
    shown: Numbers
    asked: int


def choose_cutoff(
    rehearsed: Sequence[Rehearsal], trained: TrainedScorer, *, precision: float | None = None
) -> Cut:
    """The cutoff for one scorer; a picture's own caption is no evidence among its features."""
    if not rehearsed:
        return Cut(0.0, 1.0, 0.0, 0.0, 0.0, precision)
    found = views(rehearsed, trained)
    cutoff = (
        max(by_found(one) for one in found)
        if precision is None
        else max(by_precision(one, precision) for one in found)
    )
    own, none, shown = (
        np.concatenate([getattr(one, name) for one in found]) for name in ("own", "none", "shown")
    )
    kept = shown[shown >= cutoff]
    return Cut(
        cutoff=round(cutoff, 4),
        answered=round(float(np.mean(own >= cutoff)), 4) if len(own) else 1.0,
        refused=round(float(np.mean(none < cutoff)), 4) if len(none) else 0.0,
        precision=round(float(kept.mean()), 4) if len(kept) else 0.0,
        shown=round(len(kept) / sum(one.asked for one in found), 2),
        stated=precision,
        best=quantiles(np.concatenate([one.short for one in found])),
    )


def quantiles(values: Numbers) -> tuple[float, ...]:
    """The middles of equal shares of the values."""
    if not len(values):
        return ()
    middles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return tuple(round(float(one), 4) for one in np.quantile(values, middles))


def by_found(found: Answers) -> float:
    """Between nonsense and captions, and under the captions in any case."""
    something = [one for one in (found.own, found.short) if len(one)]
    if not len(found.own):
        return 0.0
    high = min(float(np.quantile(one, MAY_LOSE)) for one in something)
    low = float(np.quantile(found.none, 1 - MAY_FIND)) if len(found.none) else high
    if low < high:
        return low + TOWARDS_CAPTIONS * (high - low)
    most = float(np.quantile(found.own, MAY_LOSE))
    cuts = np.unique(np.concatenate([[high], found.none, *something]))
    cuts = cuts[(cuts >= high) & (cuts <= most)]
    wrong = sum(
        (np.searchsorted(np.sort(one), cuts) / len(one) for one in something),
        start=1 - np.searchsorted(np.sort(found.none), cuts) / max(1, len(found.none)),
    )
    return float(cuts[np.argmin(wrong)])


def by_precision(found: Answers, stated: float) -> float:
    """The lowest probability from which on so large a share of what is shown matches.

    Level results are shown together or not at all, and searches round to four places.
    """
    falling = np.sort(np.round(found.shown, 4))[::-1]
    mean = np.cumsum(falling) / np.arange(1, len(falling) + 1)
    lowest = np.flatnonzero(np.append(np.diff(falling) < 0, True))
    enough = lowest[mean[lowest] >= stated]
    # The mean only falls; where even the best results are no such share, few are shown.
    few = lowest[lowest >= min(FEWEST, len(falling)) - 1][0]
    return float(falling[max(int(enough[-1]) if len(enough) else 0, few)])


def views(rehearsed: Sequence[Rehearsal], trained: TrainedScorer) -> list[Answers]:
    """What was found without captions and, where the scorer hears them, with captions."""
    parts = [[answers(one, gallery) for gallery in one.galleries(trained)] for one in rehearsed]
    return [joined(view) for view in zip(*parts, strict=True)]


def joined(parts: Sequence[Answers]) -> Answers:
    """All of them as one."""
    own, short, none, shown = (
        np.concatenate([getattr(one, name) for one in parts])
        for name in ("own", "short", "none", "shown")
    )
    return Answers(own, short, none, shown, sum(one.asked for one in parts))


def answers(one: Rehearsal, gallery: Gallery) -> Answers:
    """Ask captions, short queries and nonsense of these pictures."""
    found = [gallery.asked(row) for row in one.captions]
    written_for = gallery.vectors.written_for[one.captions]
    # A picture that is not even near is lost under any cutoff.
    own = [
        scores[rows == picture][0]
        for picture, (rows, scores) in zip(written_for, found, strict=True)
        if picture in rows
    ]
    return Answers(
        own=np.array(own),
        short=best(gallery, one.short),
        none=best(gallery, one.nonsense),
        shown=np.concatenate([scores for _, scores in found]),
        asked=len(found),
    )


def best(gallery: Gallery, texts: Places) -> Numbers:
    """The highest probability that each text gives to any picture."""
    return np.array([gallery.asked(row)[1].max(initial=0.0) for row in texts])
