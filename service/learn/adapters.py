"""What an adapter changes: the encoder that serves, with and without it, on what neither saw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from sqlalchemy import Connection, Engine

from service.db import encoders
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.domain import AllowedQuery
from service.encoder.alignment import load_alignment
from service.encoder.pair.folder import ALIGNMENT, Card, place, read_card
from service.encoder.pair.spec import JOINT, PAIR
from service.encoder.port import Encoder, Vectors, as_aligned
from service.errors import GlimpseError
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.learn.evaluate import Asked, Retrieval, asked_questions, retrieval

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an adapter: captions out of fold, and the test questions by similarity alone."""

    out_of_fold: Mapping[str, Any]
    questions: Retrieval


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter of the encoder that serves, or that itself serves, seen from both sides."""

    encoder: str
    of: str
    serves: bool
    adapted: Side
    plain: Side


@dataclass(frozen=True, slots=True)
class Made:
    """An adapter as it lies in its folder, and the encoder that its vectors are stored under."""

    stored: StoredEncoder
    folder: Path
    card: Card


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters of one home."""

    engine: Engine
    gate: LiveGate
    law: PictureLaw
    home: Path
    load: Callable[[str], Encoder]

    def of_serving(self) -> Adapter | None:
        """The newest adapter of the encoder that serves, or the one that serves; None without.

        An adapter leaves pictures where they are, so one gallery does for both sides. Neither
        side is rescored: a scorer belongs to one of them only.
        """
        with connection(self.engine) as conn:
            serving = encoders.serving(conn)
            made = None if serving is None else self._made(conn, serving)
            if serving is None or made is None:
                return None
            asked = asked_questions(conn, self.gate, self.law, serving)
        own = plain_texts(self.load(serving.spec), asked.queries)
        adapted = load_alignment(made.folder / ALIGNMENT).texts(own) if len(own) else own
        return Adapter(
            encoder=made.stored.spec,
            of=made.card.picture.spec.removeprefix(JOINT),
            serves=made.stored.encoder_id == serving.encoder_id,
            adapted=side(made.card, asked, adapted, part="out_of_fold", judged="adapted"),
            plain=side(made.card, asked, own, part="without", judged="without"),
        )

    def _made(self, conn: Connection, serving: StoredEncoder) -> Made | None:
        """The adapter to tell of: that which serves, else the newest one of what serves."""
        found = [made for one in encoders.all_of_them(conn) if (made := self._opened(one))]
        for made in reversed(found):
            if made.stored.encoder_id == serving.encoder_id:
                return made
        own = [made for made in found if made.card.picture.fingerprint == serving.fingerprint]
        return own[-1] if own else None

    def _opened(self, stored: StoredEncoder) -> Made | None:
        """The encoder as an adapter, where it is one and can be read."""
        if not stored.spec.startswith(PAIR):
            return None
        folder = place(stored.spec, self.home)
        try:
            card = read_card(folder, name=stored.spec)
        except GlimpseError as error:
            log.warning("not looked at", encoder=stored.spec, reason=error.message)
            return None
        return Made(stored, folder, card) if "without" in card.learned else None


def plain_texts(encoder: Encoder, queries: Sequence[AllowedQuery]) -> Vectors:
    """The texts as the encoder reads them without its adapter, if it has one."""
    if not queries:
        return np.zeros((0, 1), np.float32)
    pair = as_aligned(encoder)
    if pair is None or pair.towers.texts is None:
        return encoder.encode_texts(queries)
    return pair.towers.texts.encode(queries)


def side(card: Card, asked: Asked, texts: Vectors, *, part: str, judged: str) -> Side:
    """One side's figures: what the card tells of folds, and the questions asked now."""
    folds = {**card.learned[part], "spearman": card.learned["spearman"][judged]}
    folds.pop("folds", None)
    return Side(out_of_fold=folds, questions=retrieval(asked, texts, None))
