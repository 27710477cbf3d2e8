"""What scorers learn from, out of the database and through the policy gate."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection

from service.db import encoders, judged, vectors
from service.db.caption_vectors import lexemes
from service.db.judged import JudgedText, OwnText
from service.db.targets import PairTarget, judge_errors, targets
from service.errors import Conflict
from service.learn.figures import Truth
from service.learn.material import Material, Own
from service.learn.own_captions import words_of
from service.learn.pairs import Judged, PairVectors
from service.learn.reading import (
    NoEncoderServes,
    Reading,
    allowed,
    encoded,
    in_common,
    short_queries,
)
from service.learn.sifting import sifted
from service.learn.targets import reliability
from service.scoring.features import NOWHERE, text_facts
from service.scoring.rows import Matrix

FEWEST_PAIRS = 50
FEWEST_PICTURES = 10
CROWD_WEIGHT = 0.2


class TooFewJudgements(Conflict):
    """{pairs} judged pairs of {pictures} pictures are too few to learn from.

    It takes {fewest} pairs of {fewest_pictures} pictures: import a data set with judgements, or
    judge more pairs.
    """


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
    short = short_queries(conn, work, captions, keys)
    pairs, answers = assembled(conn, work, kept, said, captions, keys, pictures, grades)
    own = None
    if work.apart is not None:
        texts = [one.text for one in captions]
        texts += [said[key].text or "" for key in sorted({one.query_key for one in kept})]
        queries = tuple(work.gate.allow(one) for one in texts)
        own = Own(work.apart.own(conn, pairs, answers, queries), *short)
    return Material(
        vectors=replace(pairs, texts=in_common(work, pairs.texts)),
        judged=answers,
        pairs=tuple((one.image_key, one.query_key) for one in kept),
        fragments=replace(short[0], vectors=in_common(work, short[0].vectors)),
        nonsense=replace(short[1], vectors=in_common(work, short[1].vectors)),
        written=tuple(one.text for one in captions),
        own=own,
        excluded=excluded,
        encoder=encoder,
        policy_version=work.gate.policy_version,
        fingerprint=fingerprint(kept, captions),
    )


def assembled(
    conn: Connection,
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
        words=words_of(lexemes(conn, texts), texts),
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


def fingerprint(kept: Sequence[PairTarget], captions: Sequence[OwnText]) -> str:
    """What was learnt from, hashed: equal data gives an equal fingerprint."""
    told = hashlib.sha256()
    for one in kept:
        told.update(repr((one.image_key, one.query_key, one.target)).encode())
    for caption in captions:
        told.update(repr((caption.image_key, caption.text)).encode("utf-8", "surrogatepass"))
    return told.hexdigest()
