"""Two towers become an encoder: stored pictures and captions are its lesson, a folder its place."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol
from uuid import uuid4

import numpy as np
import structlog
from PIL.Image import Image
from sqlalchemy import Engine

from service.db import tower_vectors
from service.db.described import Described
from service.db.engine import connection
from service.domain import AllowedQuery
from service.encoder.pair.folder import ALIGNMENT, Card, TowerFacts, content_hash, write_card
from service.encoder.pair.tfidf import TfIdf
from service.encoder.port import PictureTower, TextTower, Vectors
from service.errors import Conflict, GlimpseError, Invalid, Unavailable
from service.ingest.seen import look
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.learn.alignment import Alignment, TooFewPairs
from service.learn.card import readme
from service.learn.described_pairs import DescribedPairs, described_pairs, passed
from service.learn.methods import BEST, CCA, CONTRASTIVE, RIDGE, Lesson, fit, grid_of
from service.learn.naming import Naming, naming
from service.learn.tuning import FOLDS, TextRows, Tuned, tune
from service.picture import open_upright
from service.store import Store, original_key
from service.transaction import Transactions

log = structlog.get_logger()

README = "CARD.md"
FEWEST_PICTURES = 2 * FOLDS
METHODS = {
    CCA: "regularised canonical correlation",
    RIDGE: "ridge regression of pictures on texts",
    CONTRASTIVE: "contrastive loss, begun at regularised canonical correlation",
}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class NameTaken(Conflict):
    """There is a pair of another making in {folder} already. Choose another --name."""


class BadName(Invalid):
    """{name} is no name for a pair: use letters, digits, dots, dashes and underscores."""


@dataclass(frozen=True, slots=True)
class Aligning:
    """What aligning needs, all of it given."""

    engine: Engine
    transactions: Transactions
    store: Store
    gate: LiveGate
    law: PictureLaw
    max_pixels: int
    batch: int


class Watching(Protocol):
    """Whoever wants to know how far the pictures are."""

    def __call__(self, taken: int, /) -> None:
        """So many more are done."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """What came out: where it lies, and everything its card says."""

    folder: Path
    card: Card


def align(
    work: Aligning,
    *,
    pictures: PictureTower,
    texts: TextTower | Callable[[Sequence[AllowedQuery]], TfIdf],
    folder: Path,
    collections: Sequence[str] = (),
    seed: int = 0,
    method: str = BEST,
    names: bool = True,
    watch: Callable[[int], Watching] = lambda _: lambda _: None,
) -> Aligned:
    """Learn an alignment from what is stored, tell how it does out of fold, and keep it.

    A text tower that is itself learned from captions is given as what learns it, so that it
    too is learned inside each fold; it knows no names of classes that no caption said.
    """
    grid = grid_of(method)
    lesson = described_pairs(work.engine, work.gate, work.law, collections=collections)
    lesson, shown = looked_at(work, pictures, lesson, watch)
    owners = np.array(lesson.owners, np.intp)
    reading = texts(lesson.captions) if callable(texts) else texts
    rows = text_rows(lesson, texts, reading)
    found = naming(partial(passed, work.gate), pictures, reading) if names else None
    known = None if found is None else found.names
    tuned = tune(shown, owners, rows, seed=seed, grid=grid, names=known)
    said = rows(np.arange(len(owners)))
    alignment = fit(Lesson(shown, said, owners, known), tuned.setting)
    learned = facts(lesson, tuned, collections, seed) | class_facts(found, tuned)
    return store(folder, pictures, reading, alignment, learned)


def looked_at(
    work: Aligning,
    tower: PictureTower,
    lesson: DescribedPairs,
    watch: Callable[[int], Watching],
) -> tuple[DescribedPairs, Vectors]:
    """The picture tower's own vectors; those it has not seen yet are made, and kept.

    Pictures whose bytes cannot be read leave the lesson, and are counted.
    """
    keys = [pair.picture.image_key for pair in lesson.pairs]
    with connection(work.engine) as conn:
        known = tower_vectors.of_pictures(conn, tower=tower.fingerprint, image_keys=keys)
    missing = [pair.picture for pair in lesson.pairs if pair.picture.image_key not in known]
    step = watch(len(missing))
    for at in range(0, len(missing), work.batch):
        opened = readable(work, tower, missing[at : at + work.batch])
        if opened:
            known |= dict(zip(opened, look(work.transactions, tower, opened), strict=True))
        step(len(missing[at : at + work.batch]))
    kept = lesson.only(known)
    if len(kept.pairs) < FEWEST_PICTURES:
        raise TooFewPairs(pictures=len(kept.pairs), fewest=FEWEST_PICTURES)
    return kept, np.stack([known[pair.picture.image_key] for pair in kept.pairs])


def readable(
    work: Aligning, tower: PictureTower, pictures: Sequence[Described]
) -> dict[int, Image]:
    """Those pictures that can be opened; an unavailable store is no fault of a picture."""
    opened = {}
    for one in pictures:
        try:
            with work.store.open(original_key(one.sha256, one.suffix)) as file:
                opened[one.image_key] = open_upright(
                    file, max_pixels=work.max_pixels, side=tower.side
                )
        except Unavailable:
            raise
        except GlimpseError as error:
            log.warning("not learned from", image_key=one.image_key, reason=error.message)
    return opened


def text_rows(
    lesson: DescribedPairs,
    texts: TextTower | Callable[[Sequence[AllowedQuery]], TfIdf],
    reading: TextTower,
) -> TextRows:
    """The captions as the text tower reads them, where it may have learned from some only."""
    captions = lesson.captions
    if not callable(texts):
        found = reading.encode(captions)
        return lambda _: found
    learn = texts
    return lambda places: (
        reading if len(places) == len(captions) else learn([captions[at] for at in places])
    ).encode(captions)


def facts(
    lesson: DescribedPairs, tuned: Tuned, collections: Sequence[str], seed: int
) -> dict[str, Any]:
    """What the card tells of how the alignment came to be."""
    return {
        "method": METHODS[tuned.setting.method],
        "data": lesson.facts(collections),
        "setting": asdict(tuned.setting),
        "out_of_fold": {"folds": FOLDS, **asdict(tuned.found)},
        "control": asdict(tuned.control),
        "seed": seed,
    }


def class_facts(found: Naming | None, tuned: Tuned) -> dict[str, Any]:
    """What the card tells of class names, whether or not they came to count."""
    if found is None:
        return {}
    known = len(found.names.vectors)
    return {"classes": {"named": known, "refused": found.refused, "without": asdict(tuned.unnamed)}}


def place_of(home: Path, name: str) -> Path:
    """Where a pair of that name is to lie; a name leads nowhere else, and is not taken."""
    if NAME.fullmatch(name) is None:
        raise BadName(name=name)
    folder = home / "encoders" / name
    if folder.exists():
        raise NameTaken(folder=folder)
    return folder


def store(
    folder: Path,
    pictures: PictureTower,
    texts: TextTower,
    alignment: Alignment,
    learned: dict[str, Any],
) -> Aligned:
    """Write everything beside the place and move it there, so that no half of a pair is found."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}-{uuid4().hex[:8]}")
    draft.mkdir()
    try:
        alignment.save(draft / ALIGNMENT, notes={"learned": json.dumps(learned)})
        if isinstance(texts, TfIdf):
            texts.save(draft)
        card = Card(
            picture=TowerFacts(pictures.spec, pictures.fingerprint, pictures.width),
            text=TowerFacts(texts.spec, texts.fingerprint, texts.width),
            alignment=content_hash(draft / ALIGNMENT),
            dimension=alignment.dimension,
            side=pictures.side,
            learned=learned,
        )
        write_card(draft, card)
        (draft / README).write_text(readme(folder.name, card), encoding="utf-8")
        draft.rename(folder)
    finally:
        rmtree(draft, ignore_errors=True)
    return Aligned(folder, card)
