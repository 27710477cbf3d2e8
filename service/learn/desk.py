"""Scorers as the edges call them: train, list, publish, take back, measure, score one pair."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from sqlalchemy import Connection, Engine

from service.at_work import AtWork, Chosen
from service.db import caption_vectors, encoders, judged, scorers
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.db.scorers import NewScorer, StoredScorer
from service.domain import AllowedQuery, Asker, TargetFormula
from service.encoder.port import Encoder
from service.errors import Conflict
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.learn import data
from service.learn.apart import TakenApart, apart
from service.learn.drift import Drift, drift
from service.learn.evaluate import Hear, Retrieval, asked_questions, retrieval
from service.learn.gain import gain, ranks
from service.learn.material import Excluded, Material
from service.learn.one_pair import OnePair, PairScore
from service.learn.publishing import NOBODY, Publishing
from service.learn.reading import NoEncoderServes, Reading
from service.learn.train import NobodyWatches, Plan, Training, Watch, train
from service.live_scorer import LiveScorer, Serving, heard_by, opened
from service.matrix_threads import one_thread
from service.scoring.files import digest, packed
from service.scoring.rows import Matrix
from service.transaction import Transactions


class NotBuilt(Conflict):
    """Encoder {encoder_id} is not there or not built yet, so no scorer can be trained for it.

    See how far it is with glimpse encoders list.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training brought: the comparison, what was left out, and the scorers' keys."""

    training: Training
    excluded: Excluded
    stored: dict[str, int]
    published: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good what is served is, with and without rescoring; figures are out of fold."""

    encoder: str
    scorer: str | None
    retrieval: Retrieval
    unscored: Retrieval
    judgements: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Learning:
    """The scorers of one installation."""

    engine: Engine
    transactions: Transactions
    gate: LiveGate
    law: PictureLaw
    # Reads texts; the picture tower is not needed.
    encoder: AtWork
    live: LiveScorer
    pair: OnePair
    formula: TargetFormula = field(default_factory=TargetFormula)

    def material(
        self, towers: TakenApart | None = None, *, encoder_id: int | None = None
    ) -> Material:
        """What can be learnt from now; by the towers given, else by an encoder, or what serves."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn) if encoder_id is None else built(conn, encoder_id)
            if towers is None and stored is not None:
                towers = apart(self._loaded(stored))
            reading = Reading(self.gate, self.law, self.formula, self._encode, towers, stored)
            return data.read(conn, reading)

    def train(
        self,
        plan: Plan,
        *,
        publish: bool = False,
        watch: Watch | None = None,
        who: str = NOBODY,
        encoder_id: int | None = None,
    ) -> Outcome:
        """Train, store every scorer, and publish the best if asked to and it is no worse.

        For an encoder that does not serve yet nothing can be published: its newest scorer comes
        along when it is switched to.
        """
        with one_thread():
            material = self.material(encoder_id=encoder_id)
            training = train(material, plan, watch or NobodyWatches())
        keys = self._store(material, training)
        self.measure(list(keys.values()), encoder_id=encoder_id)
        published = None
        if publish:
            published = keys[training.best()]
            self.publish(published, who=who)
        return Outcome(training, material.excluded, keys, published)

    def _store(self, material: Material, training: Training) -> dict[str, int]:
        keys = {}
        with self.transactions() as transaction:
            for kind, trained in training.scorers.items():
                found = packed(trained)
                told = trained.manifest
                scorer = NewScorer(
                    kind=kind,
                    encoder_id=material.encoder.encoder_id,
                    artefact=found,
                    sha256=digest(found),
                    figures=told.figures,
                    cutoff=told.cutoff,
                    policy_version=told.policy_version,
                    data_fingerprint=told.data_fingerprint,
                    pairs=material.pairs,
                    seed=told.seed,
                    code_version=told.code_version,
                )
                keys[kind] = scorers.insert(transaction.conn, scorer)
            if any(trained.hears_captions for trained in training.scorers.values()):
                caption_vectors.keep(
                    transaction.conn, encoder=material.encoder, vectors=material.captions()
                )
        return keys

    def publish(self, scorer_id: int, *, reason: str | None = None, who: str = NOBODY) -> None:
        """Let this scorer serve every search; a worse one only with a reason."""
        self._publishing().publish(scorer_id, reason=reason, who=who)

    def rollback(self, *, who: str = NOBODY) -> int | None:
        """Let the scorer before this one serve again, or none; answers which."""
        return self._publishing().rollback(who=who)

    def _publishing(self) -> Publishing:
        return Publishing(self.transactions, self.live)

    def score(
        self,
        *,
        text: str,
        asker: Asker,
        image_id: str | None = None,
        file: BinaryIO | None = None,
    ) -> PairScore:
        """How probably the text fits a stored picture or the one in a file; stores nothing."""
        return self.pair.score(text=text, asker=asker, image_id=image_id, file=file)

    def measure(self, scorer_ids: Sequence[int], *, encoder_id: int | None = None) -> None:
        """Ask every test question with and without each of these scorers, and keep what came."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn) if encoder_id is None else built(conn, encoder_id)
            if stored is None:
                raise NoEncoderServes
            known = asked_questions(conn, self.gate, self.law, stored)
            ready = [opened(conn, one, stored.fingerprint) for one in scorer_ids]
        if not known.queries:
            return
        wanted = self._encode(stored, known.queries)
        before = ranks(known, wanted, None)
        found = {
            one.scorer_id: gain(known, before, ranks(known, wanted, one, self._hear(one, stored)))
            for one in ready
        }
        with self.transactions() as transaction:
            for scorer_id, told in found.items():
                scorers.keep_retrieval(transaction.conn, scorer_id, told)

    def listed(self) -> list[StoredScorer]:
        """Every scorer, the newest first."""
        with connection(self.engine) as conn:
            return scorers.listed(conn)

    def drift(self) -> Drift:
        """Whether a new training would pay: judgements since, and what searches find now."""
        with connection(self.engine) as conn:
            return drift(conn)

    def new_judgements(self) -> int | None:
        """How many judgements came after the published scorer was trained."""
        with connection(self.engine) as conn:
            serving = scorers.published(conn)
            return None if serving is None else judged.judged_since(conn, serving.created_at)

    def evaluate(self) -> Evaluation:
        """Ask every test question, and tell the figures of what is served."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn)
            if stored is None:
                raise NoEncoderServes
            published = scorers.published(conn)
            serving = self.live.serving(conn, stored)
            known = asked_questions(conn, self.gate, self.law, stored)
        wanted = (
            self._encode(stored, known.queries) if known.queries else np.zeros((0, 1), np.float32)
        )
        figures = dict(published.figures) if published is not None and serving else {}
        return Evaluation(
            encoder=stored.spec,
            scorer=None if serving is None else serving.name,
            retrieval=retrieval(known, wanted, serving, self._hear(serving, stored)),
            unscored=retrieval(known, wanted, None),
            judgements=judgement_row(
                None if serving is None else serving.trained.manifest.kind, figures
            ),
        )

    def _hear(self, serving: Serving | None, stored: StoredEncoder) -> Hear:
        """What asks captions for a scorer that hears them."""

        def hear(query: AllowedQuery, vector: Matrix, keys: list[int]) -> Matrix | None:
            if serving is None or not serving.trained.hears_captions:
                return None
            with connection(self.engine) as conn:
                return heard_by(conn, serving, stored, query.text, vector, keys)

        return hear

    def _encode(self, stored: StoredEncoder, queries: Sequence[AllowedQuery]) -> Matrix:
        return self._loaded(stored).encode_texts(queries)

    def _loaded(self, stored: StoredEncoder) -> Encoder:
        chosen = Chosen(stored, self.encoder.shelf.holder(stored.spec)).checked()
        return chosen.encoder.get()


def built(conn: Connection, encoder_id: int) -> StoredEncoder:
    """An encoder that has seen every picture, and so can be trained for."""
    stored = encoders.find(conn, encoder_id)
    if stored is None or stored.state not in {"ready", "serving"}:
        raise NotBuilt(encoder_id=encoder_id)
    return stored


FIGURES = ("pairs", "rmse", "mse", "mae", "r2", "pearson", "tau_c", "tau_b", "auc", "ece")


def judgement_row(kind: str | None, figures: dict[str, Any]) -> dict[str, Any]:
    """The published scorer's figures on pictures it had not seen, as a row of train's table."""
    return {"scorer": kind, "split": "grouped"} | {name: figures.get(name) for name in FIGURES}
