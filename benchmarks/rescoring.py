"""Milliseconds to rescore 200 candidates of one query: in memory, and with what the database gives.

All products of matrices are taken by one thread, as the web process has it. Beside the clock stand
the processor time and how many products of 200 × 512 by 512 × 512 the median lasts, taken in the
same run: these say the same on a machine that has other work.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import numpy as np
from sqlalchemy import Connection, Engine, text

from benchmarks.table import show
from service.db import caption_vectors, captions, migrate, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import make_engine
from service.domain import AllowedQuery, Candidate
from service.learn import protocol
from service.learn.pairs import PairVectors, fitted
from service.live_scorer import Serving, heard_by, rescored
from service.matrix_threads import one_thread_each
from service.scoring.calibrated import fit_kinds
from service.scoring.features import AT, text_facts
from service.scoring.files import Manifest, TrainedScorer
from tests.factories import an_encoder, many_vectors, unit_vectors
from tests.learn.worlds import a_world
from tests.servers import throwaway_servers

CANDIDATES, ROUNDS = 200, 200
PICTURES, DIMENSION = 600, 512
STORED, CAPTIONS = 2_000, (0, 1, 5)
KINDS = ("cosine", "linear", "boosting", "network", "blend")
WORDS = ("a red dog runs over the beach", "two boats lie at anchor", "the old house on the hill",
         "a market in the rain", "snow on a wooden fence")  # fmt: skip
ASKED = "a dog on the beach"


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds: of the processor, and on the clock at best and usually."""

    processor: float
    quickest: float
    usual: float

    def cells(self, product: float) -> tuple[str, ...]:
        """As cells of a table."""
        times = (f"{one:.2f}" for one in (self.processor, self.quickest, self.usual))
        return *times, f"{self.usual / product:.1f}"


def timed(act: Callable[[int], object]) -> Took:
    """What something takes, told the number of the round."""
    clock, began = [], process_time()
    for number in range(ROUNDS):
        start = perf_counter()
        act(number)
        clock.append(1000 * (perf_counter() - start))
    spent = 1000 * (process_time() - began) / ROUNDS
    return Took(spent, min(clock), median(clock))


def main() -> None:
    """A world of 600 pictures, so that the bank of features is as full as it gets."""
    one_thread_each()
    world, scorers = trained()
    left, right = unit_vectors(CANDIDATES, DIMENSION), unit_vectors(DIMENSION, DIMENSION)
    product = timed(lambda _: left @ right)
    head = ("processor", "quickest", "median", "median in products")
    rows = [("one product", *product.cells(product.usual))]
    rows += [(kind, *in_memory(world, one).cells(product.usual)) for kind, one in scorers.items()]
    show(f"Rescoring {CANDIDATES} candidates in memory, {DIMENSION} dimensions, milliseconds",
         ("scorer", *head), rows)  # fmt: skip
    rows = []
    with throwaway_servers() as endpoints:
        migrate.upgrade(endpoints.database_url)
        engine = make_engine(endpoints.database_url)
        for each in CAPTIONS:
            for name, took in stored(engine, each, scorers):
                rows.append((str(each), name, *took.cells(product.usual)))
        engine.dispose()
    show(f"The same out of {STORED:,} stored pictures, with their captions read and heard",
         ("captions a picture", "work", *head), rows)  # fmt: skip


def trained() -> tuple[PairVectors, Mapping[str, TrainedScorer]]:
    """Scorers of every kind that hear captions, and the world that they learnt from."""
    world, judged = a_world(pictures=PICTURES, dimension=DIMENSION, judged=2, spoken=True)
    everything = np.ones(PICTURES, bool)
    lesson = protocol.lesson(world, judged, everything, seed=0)
    features = fitted(world, everything, seed=0).features
    heard = fit_kinds(KINDS, lesson)
    return world, {
        kind: TrainedScorer(
            Manifest(kind, "an encoder", 1, "data", 0, "0", 0.0, {}), features, scorer, heard[kind]
        )
        for kind, scorer in fit_kinds(KINDS, lesson.narrow(len(AT))).items()
    }


def in_memory(world: PairVectors, scorer: TrainedScorer) -> Took:
    """Features of 200 pictures and the answer for each; no captions."""
    found, keys = world.pictures[:CANDIDATES], [int(key) for key in world.keys[:CANDIDATES]]
    (facts,) = text_facts([ASKED])
    return timed(lambda row: scorer.probabilities(found, keys, world.texts[row], facts))


def stored(
    engine: Engine, each: int, scorers: Mapping[str, TrainedScorer]
) -> Sequence[tuple[str, Took]]:
    """What a search does after it has found 200 of many pictures, and its parts."""
    with engine.connect() as conn:
        encoder = an_encoder(conn, dimension=DIMENSION)
        keys = many_vectors(conn, encoder, unit_vectors(STORED, DIMENSION, seed=1))
        describe(conn, encoder, keys, each)
        conn.execute(text("ANALYZE"))
        drawn = np.random.default_rng(3).permutation(keys)[:CANDIDATES]
        near = [int(key) for key in drawn]
        found = [Candidate(key=key, similarity=0.0) for key in near]
        asked = unit_vectors(ROUNDS, DIMENSION, seed=4)
        query = AllowedQuery(ASKED, 0)

        def whole(scorer: TrainedScorer) -> Took:
            serving = Serving(1, "measured", scorer)
            return timed(lambda row: rescored(conn, found, query, asked[row], encoder, serving))

        def vectors_alone(_: int) -> object:
            return vectors.matrix(conn, encoder=encoder, image_keys=near)

        def captions_alone(row: int) -> object:
            return heard_by(conn, hears, encoder, ASKED, asked[row], near)

        hears = Serving(1, "measured", scorers["linear"])
        told = [
            ("vectors alone", timed(vectors_alone)),
            ("captions alone", timed(captions_alone)),
            *((f"all, {kind}", whole(scorers[kind])) for kind in ("linear", "boosting", "blend")),
        ]
        conn.rollback()
    return told


def describe(conn: Connection, encoder: StoredEncoder, keys: Sequence[int], each: int) -> None:
    """Give every picture its captions, and the encoder's vectors of what they say."""
    said = {key: [f"{WORDS[at]}, number {key}" for at in range(each)] for key in keys}
    for key, texts in said.items():
        captions.replace(conn, image_key=key, captions=texts)
    texts = [one for own in said.values() for one in own]
    rows = unit_vectors(max(1, len(texts)), DIMENSION, seed=2)
    caption_vectors.keep(conn, encoder=encoder, vectors=dict(zip(texts, rows, strict=False)))
