"""The page of scorers: how good each is, which one serves, how that came about, and training."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.analytics.export import MEDIA
from service.db.scorers import StoredScorer
from service.domain import Role
from service.jobs import alive_workers
from service.scoring.kinds import ALL, KINDS
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.downloads import as_file
from service.web.quality_cards import all_cards, event_words, serves_words
from service.web.quality_words import (
    advice_words,
    capital,
    columns,
    guess,
    kind_words,
    scorer_state_words,
    scorer_words,
    serving_words,
    told,
    written,
)
from service.web.words import say as _

blueprint = Blueprint("quality", __name__, url_prefix="/quality")
COMPARISON = "scorers"


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """The words of these pages."""
    return {
        "scorer_words": scorer_words,
        "scorer_state_words": scorer_state_words,
        "kind_words": kind_words,
        "event_words": event_words,
        "serves_words": serves_words,
        "told": told,
        "capital": capital,
        "advice_words": advice_words,
        "written": written,
    }


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """What serves, how the newest scorers compare, and how the last training stands."""
    found = services().quality.overview(scorer_id=request.args.get("scorer", type=int))
    return render_template(
        "quality.html",
        found=found,
        sentence=serving_words(found.serving),
        guess=guess(found.serving) if found.serving else None,
        columns=columns(),
        cards=all_cards(found),
        training=services().trainings.progress(),
        workers=len(alive_workers(services().cache.client)),
        kinds=[ALL, *KINDS],
    )


@blueprint.get("/figures/<name>.<kind>")
@requires(Role.ADMIN)
def figure_file(name: str, kind: str) -> Response:
    """What a chart or the table shows, as a file."""
    found = services().quality.overview(scorer_id=request.args.get("scorer", type=int))
    if kind not in MEDIA:
        abort(404)
    if name == COMPARISON:
        return as_file(name, kind, COLUMNS, [row(one) for one in found.every])
    card = all_cards(found).get(name) or abort(404)
    return as_file(name, kind, card.columns, card.rows)


COLUMNS = (
    "scorer", "kind", "state", "pairs", "cutoff", "seed", "trained", "published", "reason",
    *(f"{column}{end}" for column in
      ("rmse", "mae", "r2", "tau_c", "auc", "ece", "recall_at_1", "mrr")
      for end in ("", "_low", "_high")),
)  # fmt: skip


def row(scorer: StoredScorer) -> list[object]:
    """A scorer with all its figures, for a file."""
    figures = [told(scorer, column) for column in columns()]
    return [
        scorer.name, scorer.kind, scorer.state, scorer.pairs, scorer.cutoff, scorer.seed,
        scorer.created_at.isoformat(), scorer.published_at and scorer.published_at.isoformat(),
        scorer.reason, *(cell for one in figures for cell in (one.value, one.low, one.high)),
    ]  # fmt: skip


@blueprint.post("/train")
@requires(Role.ADMIN)
def train() -> ResponseReturnValue:
    """Have a worker train."""
    services().trainings.start(
        kind=request.form.get("kind", ALL),
        seed=request.form.get("seed", default=0, type=int),
        publish=request.form.get("publish") == "yes",
        who=who(),
    )
    return back(_("The training has begun."), "training")


@blueprint.post("/train/stop")
@requires(Role.ADMIN)
def stop() -> ResponseReturnValue:
    """Stop the training."""
    services().trainings.cancel()
    return back(_("The training ends at its next step."), "training")


def who() -> str:
    """The name for the audit trail."""
    user = signed_in()
    return user.name if user else ""


def back(message: str, anchor: str | None = None, *, undo: str = "") -> ResponseReturnValue:
    """The page again, with a word on what was done, and the address that undoes it."""
    flash(message, f"undo-at:{undo}" if undo else "message")
    return redirect(url_for("quality.overview", _anchor=anchor), HTTPStatus.SEE_OTHER)
