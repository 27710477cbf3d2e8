"""Scorers as the edges call them: train, list, publish, take back, measure, score one pair."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from sqlalchemy import Connection, Engine

from service.at_work import AtWork, Chosen
from service.db import audit, encoders, images, judged, locks, scorers, vectors
from service.db.encoders import StoredEncoder
from service.db.engine import connection
from service.db.scorers import NewScorer, StoredScorer
from service.domain import AllowedQuery, Asker, TargetFormula
from service.encoder.port import Encoder
from service.errors import Conflict, NotFound
from service.law.judging import PictureLaw
from service.law.live_gate import LiveGate
from service.law.training import TrainedOn
from service.learn import data
from service.learn.apart import TakenApart, apart
from service.learn.data import Excluded, Material, NoEncoderServes
from service.learn.evaluate import Retrieval, asked_questions, retrieval
from service.learn.gain import gain, ranks
from service.learn.train import NobodyWatches, Plan, Training, Watch, train
from service.live_scorer import LiveScorer, Serving, mapped, opened
from service.picture import open_upright
from service.scoring.features import Matrix, text_facts
from service.scoring.files import digest, packed
from service.transaction import Transactions

NOBODY = "command line"


class NoSuchScorer(NotFound):
    """There is no scorer {scorer_id}. glimpse scorers list names them."""


class WorseThanPublished(Conflict):
    """Scorer {scorer_id} errs by {rmse:.4f}, the published one by {published:.4f}.

    That lies beyond what chance explains (at most {most:.4f}).
    Train it on more judgements, or publish it nevertheless and say why (--force REASON).
    """


class NotBuilt(Conflict):
    """Encoder {encoder_id} is not there or not built yet, so no scorer can be trained for it.

    See how far it is with glimpse encoders list.
    """


class NothingPublished(Conflict):
    """No scorer is published, so there is nothing to take back."""


class NoVector(Conflict):
    """The picture {image_id} is not embedded yet. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training brought: the comparison, what was left out, and the scorers' keys."""

    training: Training
    excluded: Excluded
    stored: dict[str, int]
    published: int | None


@dataclass(frozen=True, slots=True)
class PairScore:
    """How probably one text fits one picture."""

    score: float
    similarity: float
    scorer: str | None
    encoder: str


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
    encoder: AtWork
    live: LiveScorer
    # The picture tower is loaded when a picture is first sent to be scored.
    eye: AtWork
    max_pixels: int
    formula: TargetFormula = field(default_factory=TargetFormula)

    def material(
        self, towers: TakenApart | None = None, *, encoder_id: int | None = None
    ) -> Material:
        """What can be learnt from now; by the towers given, else by an encoder, or what serves."""
        with connection(self.engine) as conn:
            stored = encoders.serving(conn) if encoder_id is None else built(conn, encoder_id)
            if towers is None and stored is not None:
                towers = apart(self._loaded(stored))
            reading = data.Reading(self.gate, self.law, self.formula, self._encode, towers, stored)
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
        return keys

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
        found = {one.scorer_id: gain(known, before, ranks(known, wanted, one)) for one in ready}
        with self.transactions() as transaction:
            for scorer_id, told in found.items():
                scorers.keep_retrieval(transaction.conn, scorer_id, told)

    def listed(self) -> list[StoredScorer]:
        """Every scorer, the newest first."""
        with connection(self.engine) as conn:
            return scorers.listed(conn)

    def new_judgements(self) -> int | None:
        """How many judgements came after the published scorer was trained."""
        with connection(self.engine) as conn:
            serving = scorers.published(conn)
            return None if serving is None else judged.judged_since(conn, serving.created_at)

    def publish(self, scorer_id: int, *, reason: str | None = None, who: str = NOBODY) -> None:
        """Let this scorer serve every search; a worse one only with a reason."""
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.PUBLISH_SCORER)
            stored = scorers.one(conn, scorer_id)
            if stored is None:
                raise NoSuchScorer(scorer_id=scorer_id)
            if not reason:
                refuse_if_worse(stored, scorers.published(conn))
            opened(conn, scorer_id, self._serving_fingerprint(conn))
            if stored.state != "published":
                scorers.retire(conn)
                scorers.publish(conn, scorer_id, reason=reason)
            note(conn, who, "scorer published", stored.name, {"reason": reason})
        self.live.look_again()

    def rollback(self, *, who: str = NOBODY) -> int | None:
        """Let the scorer before this one serve again, or none; answers which."""
        with self.transactions() as transaction:
            conn = transaction.conn
            locks.hold(conn, locks.Lock.PUBLISH_SCORER)
            serving = scorers.published(conn)
            if serving is None:
                raise NothingPublished
            former = scorers.former(conn)
            scorers.retire(conn, state="trained")
            if former is not None:
                scorers.publish(conn, former)
            note(conn, who, "scorer taken back", serving.name, {"serves now": former})
        self.live.look_again()
        return former

    def score(
        self,
        *,
        text: str,
        asker: Asker,
        image_id: str | None = None,
        file: BinaryIO | None = None,
    ) -> PairScore:
        """How probably the text fits a stored picture or the one in a file; stores nothing."""
        query = self.gate.allow(text, asker.countries)
        with connection(self.engine) as conn:
            chosen = self.encoder.choose(conn)
            stored = chosen.stored
            key, vector = (
                self._of_file(conn, file, asker)
                if file is not None
                else self._of_stored(conn, image_id or "", asker)
            )
            serving = self.live.serving(conn, stored)
        wanted = chosen.encode_text(query)
        similarity = float(vector @ wanted)
        return PairScore(
            score=round(probability(serving, key, vector, wanted, text, similarity), 4),
            similarity=round(similarity, 4),
            scorer=None if serving is None else serving.name,
            encoder=stored.spec,
        )

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
            retrieval=retrieval(known, wanted, serving),
            unscored=retrieval(known, wanted, None),
            judgements=judgement_row(
                None if serving is None else serving.trained.manifest.kind, figures
            ),
        )

    def _of_file(self, conn: Connection, file: BinaryIO, asker: Asker) -> tuple[int | None, Matrix]:
        content = file.read()
        known = images.by_content(conn, hashlib.sha256(content).hexdigest())
        if known is not None and not known.deleted:
            self.law.refuse_if_hidden(conn, known.image_key, asker.countries)
        file.seek(0)
        encoder = self.eye.choose(conn).checked().encoder.get()
        picture = open_upright(file, max_pixels=self.max_pixels, side=encoder.picture_side)
        return known.image_key if known else None, encoder.encode_pictures([picture])[0]

    def _of_stored(
        self, conn: Connection, image_id: str, asker: Asker
    ) -> tuple[int | None, Matrix]:
        stored, encoder = images.stored(conn, image_id), encoders.serving(conn)
        if stored is None or encoder is None:
            raise NoSuchPictureToScore(image_id=image_id)
        self.law.refuse_if_hidden(conn, stored.image_key, asker.countries)
        _, found = vectors.matrix(conn, encoder=encoder, image_keys=[stored.image_key])
        if not len(found):
            raise NoVector(image_id=image_id)
        return stored.image_key, found[0]

    def _encode(self, stored: StoredEncoder, queries: Sequence[AllowedQuery]) -> Matrix:
        return self._loaded(stored).encode_texts(queries)

    def _loaded(self, stored: StoredEncoder) -> Encoder:
        chosen = Chosen(stored, self.encoder.shelf.holder(stored.spec)).checked()
        return chosen.encoder.get()

    def _serving_fingerprint(self, conn: Connection) -> str:
        stored = encoders.serving(conn)
        if stored is None:
            raise NoEncoderServes
        return stored.fingerprint


class NoSuchPictureToScore(NotFound):
    """There is no picture {image_id}, or it was deleted."""


def probability(
    serving: Serving | None,
    key: int | None,
    vector: Matrix,
    wanted: Matrix,
    text: str,
    similarity: float,
) -> float:
    """What the published scorer says, or the similarity mapped to 0..1 where none is."""
    if serving is None:
        return mapped(similarity)
    (facts,) = text_facts([text])
    keys = [-2 if key is None else key]
    return float(serving.trained.probabilities(vector[None, :], keys, wanted, facts)[0])


def built(conn: Connection, encoder_id: int) -> StoredEncoder:
    """An encoder that has seen every picture, and so can be trained for."""
    stored = encoders.find(conn, encoder_id)
    if stored is None or stored.state not in {"ready", "serving"}:
        raise NotBuilt(encoder_id=encoder_id)
    return stored


def published_pairs(conn: Connection) -> TrainedOn | None:
    """What the published scorer learnt from."""
    found = scorers.published(conn)
    if found is None:
        return None
    pairs = scorers.trained_pairs(conn, found.scorer_id)
    return TrainedOn(found.name, found.policy_version, pairs)


def refuse_if_worse(stored: StoredScorer, published: StoredScorer | None) -> None:
    """Refuse a scorer whose error lies beyond the interval of the one that serves."""
    if published is None or published.scorer_id == stored.scorer_id:
        return
    rmse, bounds = stored.figures.get("rmse"), published.figures.get("rmse_interval")
    if rmse is None or bounds is None or published.encoder_id != stored.encoder_id:
        return
    if rmse > bounds[1]:
        raise WorseThanPublished(
            scorer_id=stored.scorer_id,
            rmse=rmse,
            published=published.figures["rmse"],
            most=bounds[1],
        )


def note(conn: Connection, who: str, action: str, subject: str, detail: dict[str, object]) -> None:
    """Put it on the audit trail."""
    audit.add(conn, user_id=None, who=who, action=action, subject=subject, detail=detail)


FIGURES = ("pairs", "rmse", "mse", "mae", "r2", "pearson", "tau_c", "tau_b", "auc", "ece")


def judgement_row(kind: str | None, figures: dict[str, Any]) -> dict[str, Any]:
    """The published scorer's figures on pictures it had not seen, as a row of train's table."""
    return {"scorer": kind, "split": "grouped"} | {name: figures.get(name) for name in FIGURES}
