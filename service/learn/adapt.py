"""A joint encoder gets an adapter learned from this home, if one measures better than none."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from service.db import questions
from service.db.engine import connection
from service.db.targets import targets
from service.domain import AllowedQuery, TargetFormula
from service.encoder.port import PictureTower, TextTower
from service.errors import Conflict
from service.learn.adapter import Taught, Trial, try_adapter
from service.learn.align import Aligned, Aligning, Watching, looked_at, store
from service.learn.described_pairs import DescribedPairs, described_pairs, passed
from service.learn.tuning import FOLDS

METHOD = "residual linear adapter"


class AdapterNoBetter(Conflict):
    """No adapter is kept: out of fold it does no better, beyond chance, than the encoder alone.

    Mean reciprocal rank {adapted} with it and {plain} without; agreement with judgements (Spearman)
    {adapted_agreement} and {plain_agreement}. More captions or judgements may change that.
    """


def adapt(
    work: Aligning,
    *,
    pictures: PictureTower,
    texts: TextTower,
    folder: Path,
    collections: Sequence[str] = (),
    seed: int = 0,
    watch: Callable[[int], Watching] = lambda _: lambda _: None,
) -> Aligned:
    """Learn an adapter, and keep it as an encoder where it measures better out of fold."""
    lesson = described_pairs(work.engine, work.gate, work.law, collections=collections)
    lesson, shown = looked_at(work, pictures, lesson, watch)
    queries, judged = judgements(work, lesson)
    said = texts.encode([*lesson.captions, *queries])
    trial = try_adapter(shown, said, captions=own_captions(lesson), judged=judged, seed=seed)
    if trial.adapter is None:
        raise AdapterNoBetter(
            adapted=trial.adapted.found.mrr,
            plain=trial.plain.found.mrr,
            adapted_agreement=trial.adapted.spearman,
            plain_agreement=trial.plain.spearman,
        )
    learned = facts(lesson, trial, len(judged.texts), collections, seed)
    return store(folder, pictures, texts, trial.adapter, learned)


def own_captions(lesson: DescribedPairs) -> Taught:
    """Each caption with its own picture, at full weight."""
    count = len(lesson.captions)
    return Taught(np.array(lesson.owners, np.intp), np.arange(count), np.ones(count))


def judgements(work: Aligning, lesson: DescribedPairs) -> tuple[list[AllowedQuery], Taught]:
    """Judged texts that the gate lets through, and the judged pairs with the lesson's pictures."""
    place = {pair.picture.image_key: at for at, pair in enumerate(lesson.pairs)}
    with connection(work.engine) as conn:
        judged = [one for one in targets(conn, TargetFormula()) if one.image_key in place]
        known = questions.texts(conn, sorted({one.query_key for one in judged}))
    allowed = {key: query for key, text in known.items() if (query := passed(work.gate, text))}
    row = {key: len(lesson.captions) + at for at, key in enumerate(allowed)}
    pairs = [one for one in judged if one.query_key in row and one.target is not None]
    return list(allowed.values()), Taught(
        np.array([place[one.image_key] for one in pairs], np.intp),
        np.array([row[one.query_key] for one in pairs], np.intp),
        np.array([one.target for one in pairs], np.float64),
    )


def facts(
    lesson: DescribedPairs, trial: Trial, judged: int, collections: Sequence[str], seed: int
) -> dict[str, Any]:
    """What the card tells of how the adapter came to be."""
    return {
        "method": METHOD,
        "data": {**lesson.facts(collections), "judgements": judged},
        "setting": {"strength": trial.strength},
        "out_of_fold": {"folds": FOLDS, **asdict(trial.adapted.found)},
        "without": asdict(trial.plain.found),
        "spearman": {"adapted": trial.adapted.spearman, "without": trial.plain.spearman},
        "seed": seed,
    }
