"""Scorers at a glance: what serves, how the newest compare, what happened, whether it is time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine

from service.db import audit, scorers
from service.db.audit import AuditEntry, Wanted
from service.db.engine import connection
from service.db.scorers import StoredScorer
from service.learn.drift import Drift, drift
from service.learn.publishing import NoSuchScorer

PUBLISHED, TAKEN_BACK = "scorer published", "scorer taken back"
LATEST = 60


@dataclass(frozen=True, slots=True)
class Event:
    """A training, a publish or a taking back; scorers are those it brought or concerned."""

    at: datetime
    kind: Literal["trained", "published", "taken back"]
    scorers: tuple[StoredScorer, ...]
    who: str
    reason: str
    serves: StoredScorer | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page of quality tells.

    The compared are those of the last training, with what serves beside them; looked_at is the one
    whose errors are shown.
    """

    serving: StoredScorer | None
    compared: tuple[StoredScorer, ...]
    looked_at: StoredScorer | None
    events: tuple[Event, ...]
    drift: Drift
    every: tuple[StoredScorer, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The scorers of one installation, to be looked at."""

    engine: Engine

    def overview(self, *, scorer_id: int | None = None) -> Overview:
        """What there is to tell; of the scorer asked for, or else of what serves, its errors."""
        with connection(self.engine) as conn:
            every = scorers.listed(conn)
            acts = [
                entry
                for action in (PUBLISHED, TAKEN_BACK)
                for entry in audit.entries(conn, Wanted(action=action), limit=LATEST)
            ]
            serving = next((one for one in every if one.state == "published"), None)
            stands = drift(conn)
        compared = together(every, serving)
        return Overview(
            serving=serving,
            compared=compared,
            looked_at=chosen(every, scorer_id, serving, compared),
            events=events(every, acts),
            drift=stands,
            every=tuple(every),
        )


def together(
    every: Sequence[StoredScorer], serving: StoredScorer | None
) -> tuple[StoredScorer, ...]:
    """Those of the last training, the one that errs least first, then what serves if it is older.

    What was trained together was stored at one moment.
    """
    newest = [one for one in every if one.created_at == every[0].created_at]
    newest.sort(key=lambda one: one.figures.get("rmse", 1.0))
    if serving is not None and serving not in newest:
        newest.append(serving)
    return tuple(newest)


def chosen(
    every: Sequence[StoredScorer],
    scorer_id: int | None,
    serving: StoredScorer | None,
    compared: Sequence[StoredScorer],
) -> StoredScorer | None:
    """The scorer to look at."""
    if scorer_id is not None:
        found = next((one for one in every if one.scorer_id == scorer_id), None)
        if found is None:
            raise NoSuchScorer(scorer_id=scorer_id)
        return found
    return serving or next(iter(compared), None)


def events(every: Sequence[StoredScorer], acts: Sequence[AuditEntry]) -> tuple[Event, ...]:
    """What happened, the first first; after each event, what serves."""
    by_name = {one.name: one for one in every}
    by_key = {one.scorer_id: one for one in every}
    trained: dict[datetime, list[StoredScorer]] = {}
    for one in every:
        trained.setdefault(one.created_at, []).append(one)
    told: list[Event | AuditEntry] = [
        Event(at, "trained", tuple(found), "", "", None) for at, found in trained.items()
    ]
    found: list[Event] = []
    serves: StoredScorer | None = None
    for step in sorted([*told, *acts], key=moment_of):
        if isinstance(step, AuditEntry):
            serves = after(step, by_name, by_key)
            kind: Literal["published", "taken back"] = (
                "published" if step.action == PUBLISHED else "taken back"
            )
            subject = tuple(filter(None, [by_name.get(step.subject)]))
            reason = str(step.detail.get("reason") or "")
            found.append(Event(step.created_at, kind, subject, step.who, reason, serves))
        else:
            found.append(Event(step.at, "trained", step.scorers, "", "", serves))
    return tuple(found[-LATEST:])


def moment_of(one: Event | AuditEntry) -> datetime:
    """When it was."""
    return one.created_at if isinstance(one, AuditEntry) else one.at


def after(
    act: AuditEntry, by_name: dict[str, StoredScorer], by_key: dict[int, StoredScorer]
) -> StoredScorer | None:
    """What serves from this act on."""
    if act.action == PUBLISHED:
        return by_name.get(act.subject)
    former = act.detail.get("serves now")
    return by_key.get(former) if isinstance(former, int) else None
