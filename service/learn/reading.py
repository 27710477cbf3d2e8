"""Texts that may be learnt from, with their vectors; each passes the policy gate on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sqlalchemy import Connection

from service.db.caption_vectors import lexemes
from service.db.encoders import StoredEncoder
from service.db.judged import OwnText
from service.domain import AllowedQuery, TargetFormula
from service.errors import Unavailable
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.learn.apart import TakenApart
from service.learn.material import Texts
from service.learn.nonsense import fragments, nonsense
from service.learn.own_captions import words_of
from service.policy.gate import Refused
from service.scoring.features import NOWHERE, text_facts
from service.scoring.rows import Matrix

ENCODED_TOGETHER = 256
SHORT_QUERIES = 1_600

Encode = Callable[[StoredEncoder, Sequence[AllowedQuery]], Matrix]


class NoEncoderServes(Unavailable):
    """No encoder serves yet: import pictures first, or start a worker."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading needs, all of it given."""

    gate: LiveGate
    law: PictureLaw
    formula: TargetFormula
    encode: Encode
    apart: TakenApart | None = None
    encode_under: StoredEncoder | None = None


def allowed(gate: LiveGate, text: str) -> AllowedQuery | None:
    """The text as something that may be learnt from, or None."""
    try:
        return gate.allow(text)
    except Refused:
        return None


def encoded(work: Reading, texts: Sequence[str]) -> Matrix:
    """The texts' vectors; each passes the gate on the way, and equal texts are encoded once.

    Where there are towers to be taken apart, these are the text tower's own.
    """
    under = work.encode_under
    if under is None:
        raise NoEncoderServes
    encode = partial(work.encode, under) if work.apart is None else work.apart.texts
    unique = sorted(set(texts))
    queries = [work.gate.allow(text) for text in unique]
    parts = [
        encode(queries[at : at + ENCODED_TOGETHER])
        for at in range(0, len(queries), ENCODED_TOGETHER)
    ]
    place = {text: number for number, text in enumerate(unique)}
    found: Matrix = np.concatenate(parts)[[place[text] for text in texts]]
    return found


def in_common(work: Reading, rows: Matrix) -> Matrix:
    """Texts in the space that pictures and texts have in common."""
    return rows if work.apart is None else work.apart.joined(rows)


def short_queries(
    conn: Connection, work: Reading, captions: Sequence[OwnText], keys: Sequence[int]
) -> tuple[Texts, Texts]:
    """A few words out of captions with their pictures, and as many queries that say nothing."""
    place = {key: row for row, key in enumerate(sorted(keys))}
    cut = fragments([one.text for one in captions], SHORT_QUERIES, seed=0)
    spoiled = [Short(text, NOWHERE, text) for text in nonsense(cut, seed=1)]
    sources = [captions[one.source] for one in cut]
    whole = [
        Short(one.text, place[source.image_key], source.text)
        for one, source in zip(cut, sources, strict=True)
    ]
    return told(conn, work, whole), told(conn, work, spoiled)


@dataclass(frozen=True, slots=True)
class Short:
    """A short query, the picture it belongs to, and the text that it says again."""

    text: str
    owner: int
    source: str


def told(conn: Connection, work: Reading, made: Sequence[Short]) -> Texts:
    """Those of the texts that the law lets through."""
    queries = [allowed(work.gate, one.text) for one in made]
    made = [one for one, query in zip(made, queries, strict=True) if query]
    said = tuple(query for query in queries if query)
    owner = np.array([one.owner for one in made], np.intp)
    if not made:
        return Texts(np.zeros((0, 0), np.float32), np.zeros((0, 2), np.float32), owner)
    texts = [one.text for one in made]
    words = words_of(lexemes(conn, texts), [one.source for one in made])
    return Texts(encoded(work, texts), text_facts(texts), owner, words, said)
