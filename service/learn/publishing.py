"""Publishing a scorer, which serves every search from then on, and taking it back."""

from dataclasses import dataclass

from sqlalchemy import Connection

from service.db import audit, encoders, locks, scorers
from service.db.scorers import StoredScorer
from service.errors import Conflict, NotFound
from service.jobs import Job
from service.law.training import TrainedOn
from service.learn.reading import NoEncoderServes
from service.live_scorer import LiveScorer, opened
from service.transaction import Transactions

NOBODY = "command line"


class NoSuchScorer(NotFound):
    """There is no scorer {scorer_id}. glimpse scorers list names them."""


class WorseThanPublished(Conflict):
    """Scorer {scorer_id} errs by {rmse:.4f}, the published one by {published:.4f}.

    That lies beyond what chance explains (at most {most:.4f}).
    Train it on more judgements, or publish it nevertheless and say why (--force REASON).
    """


class NothingPublished(Conflict):
    """No scorer is published, so there is nothing to take back."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """Which scorer serves: one at a time, each change on the audit trail."""

    transactions: Transactions
    live: LiveScorer

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
            opened(conn, scorer_id, serving_fingerprint(conn))
            if stored.state != "published":
                scorers.retire(conn)
                scorers.publish(conn, scorer_id, reason=reason)
            note(conn, who, "scorer published", stored.name, {"reason": reason})
            transaction.nudge(Job.CAPTIONS)
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


def serving_fingerprint(conn: Connection) -> str:
    """What the vectors of the encoder that serves depend on."""
    stored = encoders.serving(conn)
    if stored is None:
        raise NoEncoderServes
    return stored.fingerprint


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
