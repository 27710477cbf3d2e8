"""How well an encoder finds the stored test queries' pictures, agrees with judges, and how fast."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from service.db import questions, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.db.targets import targets
from service.domain import AllowedQuery, TargetFormula
from service.encoder.port import Encoder
from service.law.live_gate import LiveGate
from service.picture import open_upright
from service.policy.gate import Refused
from service.store import Store, original_key

Rows = NDArray[np.float32]

# More texts than this change a rank correlation by less than chance does, and take minutes.
MOST_JUDGED_TEXTS = 2_000
SPEED_PICTURES = 16
SPEED_TEXTS = 20
SAMPLE_TEXTS = ("a dog on a beach", "красная машина у дома", "two people talking")


@dataclass(frozen=True, slots=True)
class Measuring:
    """What measuring needs; the encoder is loaded with both towers."""

    engine: Engine
    store: Store
    gate: LiveGate
    encoder: Encoder
    stored: StoredEncoder
    max_pixels: int
    clock: Callable[[], float] = perf_counter

    def allowed(self, text: str) -> AllowedQuery | None:
        """The text as a query, unless somewhere the law refuses it."""
        try:
            return self.gate.allow(text)
        except Refused:
            return None


def measure(work: Measuring) -> dict[str, Any]:
    """All figures, as they are stored and shown."""
    with connection(work.engine) as conn:
        return {
            "retrieval": retrieval(work, conn),
            "judgements": agreement(work, conn),
            "speed": speed(work, conn),
        }


def retrieval(work: Measuring, conn: Connection) -> dict[str, Any]:
    """At which place each question's own picture stands among all pictures of the test parts."""
    keys = questions.gallery(conn, encoder_id=work.stored.encoder_id)
    pictures = matrix(work, conn, keys)
    place = {key: at for at, key in enumerate(keys)}
    asked, refused, texts, answers = 0, 0, [], []
    for question in questions.known_answers(conn):
        own = [place[key] for key in question.image_keys if key in place]
        if not own:
            continue
        asked += 1
        query = work.allowed(question.text)
        if query is None:
            refused += 1
            continue
        texts.append(query)
        answers.append(own)
    ranks = ranks_of(work, texts, answers, pictures)
    return {
        "queries": asked,
        "refused": refused,
        "gallery": len(keys),
        **{f"recall_at_{k}": share(ranks < k) for k in (1, 5, 10)},
        "mrr": share(1 / (ranks + 1.0)),
    }


def ranks_of(
    work: Measuring,
    texts: Sequence[AllowedQuery],
    answers: Sequence[Sequence[int]],
    pictures: Rows,
) -> NDArray[np.int64]:
    """The best place, from 0, of each text's answers; a tie counts against the encoder."""
    ranks = np.empty(len(texts), np.int64)
    if texts:
        found = work.encoder.encode_texts(texts)
        for at, own in enumerate(answers):
            similar = pictures @ found[at]
            best = similar[list(own)].max()
            others = np.delete(similar, list(own))
            ranks[at] = int((others >= best).sum())
    return ranks


def agreement(work: Measuring, conn: Connection) -> dict[str, Any]:
    """Spearman's rank correlation of similarity with what people judged."""
    judged = [one for one in targets(conn, TargetFormula()) if one.target is not None]
    texts = questions.texts(conn, sorted({one.query_key for one in judged}))
    chosen = sorted(texts)[:: max(1, -(-len(texts) // MOST_JUDGED_TEXTS))]
    queries = {key: query for key in chosen if (query := work.allowed(texts[key])) is not None}
    seen = questions.embedded(
        conn, sorted({one.image_key for one in judged}), encoder_id=work.stored.encoder_id
    )
    pairs = [one for one in judged if one.query_key in queries and one.image_key in seen]
    correlation = None
    if pairs:
        by_picture = {key: row for row, key in enumerate(sorted({p.image_key for p in pairs}))}
        by_text = {key: row for row, key in enumerate(queries)}
        pictures = matrix(work, conn, list(by_picture))
        found = work.encoder.encode_texts(list(queries.values()))
        left = pictures[[by_picture[pair.image_key] for pair in pairs]]
        right = found[[by_text[pair.query_key] for pair in pairs]]
        correlation = spearman((left * right).sum(axis=1), [pair.target for pair in pairs])
    return {"pairs": len(pairs), "texts": len(queries), "spearman": correlation}


def speed(work: Measuring, conn: Connection) -> dict[str, float | None]:
    """Milliseconds for one text, and pictures a second, on this machine as busy as it is now."""
    queries = [query for text in SAMPLE_TEXTS if (query := work.allowed(text)) is not None]
    took = []
    for query in (queries * SPEED_TEXTS)[:SPEED_TEXTS]:
        began = work.clock()
        work.encoder.encode_texts([query])
        took.append(work.clock() - began)
    pictures = []
    for sha256, suffix in questions.originals(
        conn, encoder_id=work.stored.encoder_id, most=SPEED_PICTURES
    ):
        with work.store.open(original_key(sha256, suffix)) as file:
            side = work.encoder.picture_side
            pictures.append(open_upright(file, max_pixels=work.max_pixels, side=side))
    began = work.clock()
    work.encoder.encode_pictures(pictures)
    seconds = work.clock() - began
    return {
        "text_ms": round(1000 * median(took), 1) if took else None,
        "pictures_per_second": round(len(pictures) / seconds, 1) if pictures else None,
    }


def matrix(work: Measuring, conn: Connection, keys: Sequence[int]) -> Rows:
    """The stored vectors of these pictures, one row each."""
    found = vectors.of_pictures(conn, encoder=work.stored, image_keys=keys)
    rows = np.zeros((len(keys), work.stored.dimension), np.float32)
    for at, key in enumerate(keys):
        if key in found:
            rows[at] = found[key]
    return rows


def spearman(left: Sequence[float] | Rows, right: Sequence[float | None]) -> float | None:
    """The correlation of ranks; None where all are alike."""
    import pandas as pd

    ranks = pd.DataFrame(
        {"left": np.asarray(left, float), "right": np.asarray(right, float)}
    ).rank()
    correlation = float(ranks["left"].corr(ranks["right"]))
    return None if np.isnan(correlation) else round(correlation, 4)


def share(values: NDArray[Any]) -> float | None:
    """The mean, where there is anything."""
    return round(float(np.mean(values)), 4) if len(values) else None
