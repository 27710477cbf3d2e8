"""Retrieval on the test questions: is the known answer found, before and after rescoring."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from service.db import judged, vectors
from service.db.encoders import StoredEncoder
from service.domain import AllowedQuery
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.live_scorer import Serving
from service.policy.gate import Refused
from service.scoring.features import text_facts
from service.scoring.rows import Matrix

CANDIDATES = 500
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that may be asked, their answers' rows, and the gallery they are asked of."""

    queries: tuple[AllowedQuery, ...]
    answers: tuple[int, ...]
    refused: int
    keys: tuple[int, ...]
    gallery: Matrix


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How well known answers are found, over the questions that were asked."""

    queries: int
    refused: int
    gallery: int
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_10: float | None
    mrr: float | None
    ndcg_at_10: float | None


def asked_questions(
    conn: Connection, gate: LiveGate, law: PictureLaw, encoder: StoredEncoder
) -> Asked:
    """Every test question; the gallery are all answers that may be shown to everybody."""
    questions = judged.questions(conn)
    answers = sorted({one.image_key for one in questions})
    hidden = law.hidden(conn, answers, ())
    keys, gallery = vectors.matrix(
        conn, encoder=encoder, image_keys=[key for key in answers if key not in hidden]
    )
    place = {key: row for row, key in enumerate(keys)}
    queries: list[AllowedQuery] = []
    rows: list[int] = []
    refused = 0
    for one in questions:
        try:
            query = gate.allow(one.text)
        except Refused:
            refused += 1
            continue
        if one.image_key in place:
            queries.append(query)
            rows.append(place[one.image_key])
        else:
            refused += 1
    return Asked(tuple(queries), tuple(rows), refused, tuple(keys), gallery)


Hear = Callable[[AllowedQuery, Matrix, list[int]], Matrix | None]


def deaf(_: AllowedQuery, __: Matrix, ___: list[int]) -> None:
    """For scorers that are told nothing of captions."""


def retrieval(
    asked: Asked, wanted: Matrix, serving: Serving | None, hear: Hear = deaf
) -> Retrieval:
    """Rank the gallery for each question, by similarity or by what the scorer says."""
    ranks = np.array(
        [
            rank(scores(asked, query, vector, serving, hear), answer)
            for query, vector, answer in zip(asked.queries, wanted, asked.answers, strict=True)
        ],
        np.intp,
    )
    return summed(ranks, refused=asked.refused, gallery=len(asked.keys))


def scores(
    asked: Asked, query: AllowedQuery, vector: Matrix, serving: Serving | None, hear: Hear
) -> NDArray[np.float64]:
    """One number a picture: similarity, and the probability before it where a scorer serves."""
    similarity = (asked.gallery @ vector).astype(np.float64)
    if serving is None:
        return similarity
    near = np.argsort(-similarity, kind="stable")[:CANDIDATES]
    (facts,) = text_facts([query.text])
    keys = [asked.keys[row] for row in near]
    heard = hear(query, vector, keys)
    told = serving.trained.probabilities(asked.gallery[near], keys, vector, facts, heard)
    found = similarity - 10
    # As search rounds and orders them: ties go to the more similar.
    found[near] = np.round(told, 4) + 1e-6 * similarity[near]
    return found


def rank(found: NDArray[np.float64], answer: int) -> int:
    """How many pictures stand before the answer, or level with it."""
    level = int((found == found[answer]).sum()) - 1
    return int((found > found[answer]).sum()) + level


def summed(ranks: NDArray[np.intp], *, refused: int, gallery: int) -> Retrieval:
    """The figures of all ranks."""

    def mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> float | None:
        return round(float(np.mean(values)), 4) if len(values) else None

    gains = np.where(ranks < DEPTH, 1 / np.log2(ranks + 2), 0)
    return Retrieval(
        queries=len(ranks),
        refused=refused,
        gallery=gallery,
        recall_at_1=mean(ranks < 1),
        recall_at_5=mean(ranks < 5),  # noqa: PLR2004 - as the figure is called
        recall_at_10=mean(ranks < DEPTH),
        mrr=mean(1 / (ranks + 1.0)),
        ndcg_at_10=mean(gains),
    )
