"""What scorers learn from, out of the database and through the policy gate."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sqlalchemy import Connection

from service.db import encoders, judged, vectors
from service.db.encoders import StoredEncoder
from service.db.judged import JudgedText, OwnText
from service.db.targets import PairTarget, judge_errors, targets
from service.domain import AllowedQuery, TargetFormula
from service.errors import Conflict, Unavailable
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.learn.apart import TakenApart
from service.learn.figures import Truth
from service.learn.nonsense import fragments, nonsense
from service.learn.pairs import Judged, PairVectors
from service.learn.targets import reliability
from service.policy.gate import Refused
from service.scoring.features import NOWHERE, Matrix, Places, text_facts

FEWEST_PAIRS = 50
FEWEST_PICTURES = 10
CROWD_WEIGHT = 0.2
ENCODED_TOGETHER = 256
SHORT_QUERIES = 1_600

NO_TARGET = "too few judgements"
NO_TEXT = "the text is not known yet"
GONE = "the picture was deleted or is not embedded"
RESTRICTED = "the picture is restricted"
TEST = "the picture answers a test question"
BLOCKED = "the text is blocked"

Encode = Callable[[StoredEncoder, Sequence[AllowedQuery]], Matrix]


class TooFewJudgements(Conflict):
    """{pairs} judged pairs of {pictures} pictures are too few to learn from.

    It takes {fewest} pairs of {fewest_pictures} pictures: import a data set with judgements, or
    judge more pairs.
    """


class NoEncoderServes(Unavailable):
    """No encoder serves yet: import pictures first, or start a worker."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """What was not learnt from, and why."""

    pictures: int
    pairs: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by themselves: vectors, facts, and the row of the picture each belongs to, if any."""

    vectors: Matrix
    facts: Matrix
    owner: Places

    def every_other(self, start: int) -> "Texts":
        """One half of them."""
        return Texts(self.vectors[start::2], self.facts[start::2], self.owner[start::2])


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is learnt from, and where it came from.

    own holds the towers' own vectors where the encoder is of two that were aligned on captions.
    """

    vectors: PairVectors
    judged: Judged
    pairs: tuple[tuple[int, int], ...]
    fragments: Texts
    nonsense: Texts
    excluded: Excluded
    encoder: StoredEncoder
    policy_version: int
    fingerprint: str
    own: "Own | None" = None

    @property
    def measured(self) -> PairVectors:
        """What folds are cut from: vectors that have not seen what a fold holds out."""
        return self.vectors if self.own is None else self.own.vectors


@dataclass(frozen=True, slots=True)
class Own:
    """The towers' own vectors of the same pairs and texts, for folds to align anew."""

    vectors: PairVectors
    fragments: Texts
    nonsense: Texts


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading needs, all of it given."""

    gate: LiveGate
    law: PictureLaw
    formula: TargetFormula
    encode: Encode
    apart: TakenApart | None = None
    encode_under: StoredEncoder | None = None


def read(conn: Connection, work: Reading) -> Material:
    """Every pair that may be learnt from, with vectors; says what was left out.

    The vectors are those of the encoder that is named, or else of the one that serves.
    """
    encoder = work.encode_under or encoders.serving(conn)
    if encoder is None:
        raise NoEncoderServes
    work = replace(work, encode_under=encoder)
    found = targets(conn, work.formula, reliability=reliability(judge_errors(conn)))
    said = judged.texts(conn, sorted({one.query_key for one in found}))
    kept, excluded = sifted(conn, work, encoder, found, said)
    shown = sorted({one.image_key for one in kept})
    if len(kept) < FEWEST_PAIRS or len(shown) < FEWEST_PICTURES:
        raise TooFewJudgements(
            pairs=len(kept),
            pictures=len(shown),
            fewest=FEWEST_PAIRS,
            fewest_pictures=FEWEST_PICTURES,
        )
    keys, pictures = vectors.matrix(conn, encoder=encoder, image_keys=shown)
    captions = [one for one in judged.captions(conn, keys) if allowed(work.gate, one.text)]
    grades = judged.grades(conn)
    short = short_queries(work, captions, keys)
    pairs, answers = assembled(work, kept, said, captions, keys, pictures, grades)
    own = None if work.apart is None else Own(work.apart.own(conn, pairs), *short)
    return Material(
        vectors=replace(pairs, texts=in_common(work, pairs.texts)),
        judged=answers,
        pairs=tuple((one.image_key, one.query_key) for one in kept),
        fragments=replace(short[0], vectors=in_common(work, short[0].vectors)),
        nonsense=replace(short[1], vectors=in_common(work, short[1].vectors)),
        own=own,
        excluded=excluded,
        encoder=encoder,
        policy_version=work.gate.policy_version,
        fingerprint=fingerprint(kept, captions),
    )


def sifted(
    conn: Connection,
    work: Reading,
    encoder: StoredEncoder,
    found: Sequence[PairTarget],
    said: Mapping[int, JudgedText],
) -> tuple[list[PairTarget], Excluded]:
    """The pairs that may be learnt from, and why the others may not."""
    images = sorted({one.image_key for one in found})
    there = set(vectors.matrix(conn, encoder=encoder, image_keys=images)[0])
    there &= judged.usable(conn, images)
    # Nobody's country: the union of all rules.
    hidden = work.law.hidden(conn, images, ())
    tests = judged.answers(conn, images)
    blocked = {
        key
        for key, one in said.items()
        if one.text is not None and not allowed(work.gate, one.text)
    }

    def why_not(one: PairTarget) -> str | None:
        text = said[one.query_key].text if one.query_key in said else None
        reasons = (
            (one.image_key not in there, GONE),
            (one.image_key in hidden, RESTRICTED),
            (one.image_key in tests, TEST),
            (text is None, NO_TEXT),
            (one.query_key in blocked, BLOCKED),
            (one.target is None, NO_TARGET),
        )
        return next((reason for so, reason in reasons if so), None)

    reasons = [why_not(one) for one in found]
    kept = [one for one, reason in zip(found, reasons, strict=True) if reason is None]
    counts = Counter(reason for reason in reasons if reason is not None)
    lost = set(images) - {one.image_key for one in kept}
    return kept, Excluded(len(lost), sum(counts.values()), dict(sorted(counts.items())))


def allowed(gate: LiveGate, text: str) -> AllowedQuery | None:
    """The text as something that may be learnt from, or None."""
    try:
        return gate.allow(text)
    except Refused:
        return None


def assembled(
    work: Reading,
    kept: Sequence[PairTarget],
    said: Mapping[int, JudgedText],
    captions: Sequence[OwnText],
    keys: Sequence[int],
    pictures: Matrix,
    grades: Mapping[tuple[int, int], tuple[int, ...]],
) -> tuple[PairVectors, Judged]:
    """The same as arrays: captions first, then the judged texts."""
    order = np.argsort(np.asarray(keys, np.int64))
    place = {keys[row]: number for number, row in enumerate(order)}
    queries = sorted({one.query_key for one in kept})
    line = {key: len(captions) + number for number, key in enumerate(queries)}
    texts = [one.text for one in captions] + [said[key].text or "" for key in queries]
    owners = [one.image_key for one in captions] + [said[key].image_key for key in queries]
    found = PairVectors(
        pictures=pictures[order],
        keys=np.asarray(keys, np.int64)[order],
        texts=encoded(work, texts),
        facts=text_facts(texts),
        written_for=np.array([place.get(key or NOWHERE, NOWHERE) for key in owners], np.intp),
        captions=np.arange(len(captions), dtype=np.intp),
    )
    own = np.array([said[one.query_key].image_key == one.image_key for one in kept])
    return found, judged_pairs(kept, place, line, own, grades)


def judged_pairs(
    kept: Sequence[PairTarget],
    place: Mapping[int, int],
    line: Mapping[int, int],
    own: np.ndarray[tuple[int], np.dtype[np.bool_]],
    grades: Mapping[tuple[int, int], tuple[int, ...]],
) -> Judged:
    """What people said of the pairs."""
    graded = [
        (row, float(grade))
        for row, one in enumerate(kept)
        if not own[row]
        for grade in grades.get((one.image_key, one.query_key), ())
    ]
    by_crowd = np.array([one.grades == 0 for one in kept])
    shares = [np.nan if one.crowd_score is None else one.crowd_score for one in kept]
    return Judged(
        picture=np.array([place[one.image_key] for one in kept], np.intp),
        text=np.array([line[one.query_key] for one in kept], np.intp),
        truth=Truth(
            target=np.array([one.target for one in kept], np.float64),
            graded=np.array([row for row, _ in graded], np.intp),
            grades=np.array([grade for _, grade in graded], np.float64),
            crowd=np.array(shares, np.float64),
        ),
        weight=np.where(by_crowd, CROWD_WEIGHT, 1.0) if not by_crowd.all() else np.ones(len(kept)),
        by_crowd=by_crowd,
    )


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
    work: Reading, captions: Sequence[OwnText], keys: Sequence[int]
) -> tuple[Texts, Texts]:
    """A few words out of captions with their pictures, and as many queries that say nothing."""
    place = {key: row for row, key in enumerate(sorted(keys))}
    cut = fragments([one.text for one in captions], SHORT_QUERIES, seed=0)
    spoiled = [(text, NOWHERE) for text in nonsense(cut, seed=1)]
    whole = [(one.text, place[captions[one.source].image_key]) for one in cut]
    return told(work, whole), told(work, spoiled)


def told(work: Reading, owned: Sequence[tuple[str, int]]) -> Texts:
    """Those of the texts that the law lets through."""
    made = [one for one in owned if allowed(work.gate, one[0])]
    owner = np.array([row for _, row in made], np.intp)
    if not made:
        return Texts(np.zeros((0, 0), np.float32), np.zeros((0, 2), np.float32), owner)
    texts = [text for text, _ in made]
    return Texts(encoded(work, texts), text_facts(texts), owner)


def fingerprint(kept: Sequence[PairTarget], captions: Sequence[OwnText]) -> str:
    """What was learnt from, hashed: equal data gives an equal fingerprint."""
    told = hashlib.sha256()
    for one in kept:
        told.update(repr((one.image_key, one.query_key, one.target)).encode())
    for caption in captions:
        told.update(repr((caption.image_key, caption.text)).encode("utf-8", "surrogatepass"))
    return told.hexdigest()
