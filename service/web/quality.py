"""The page of scorers: how good each is, which one serves, training, publishing, taking back."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Role
from service.scoring.kinds import ALL, KINDS
from service.web.auth import requires
from service.web.charts.reliability import reliability
from service.web.context import services, signed_in
from service.web.words import say as _

blueprint = Blueprint("quality", __name__, url_prefix="/quality")
SHOWN = 40


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Every scorer, the newest first, and how the last training stands."""
    learning = services().learning
    found = learning.listed()[:SHOWN]
    serving = next((one for one in found if one.state == "published"), None)
    curve = serving.figures.get("reliability", []) if serving else []
    return render_template(
        "quality.html",
        scorers=found,
        serving=serving,
        drawing=reliability(_("What the published scorer says, and what people say"), curve),
        curve=curve,
        new=learning.new_judgements(),
        training=services().trainings.progress(),
        kinds=[ALL, *KINDS],
    )


@blueprint.post("/train")
@requires(Role.ADMIN)
def train() -> ResponseReturnValue:
    """Have a worker train."""
    publish = request.form.get("publish") == "yes"
    services().trainings.start(kind=request.form.get("kind", ALL), publish=publish, who=who())
    return back(_("The training has begun."))


@blueprint.post("/train/stop")
@requires(Role.ADMIN)
def stop() -> ResponseReturnValue:
    """Stop the training."""
    services().trainings.cancel()
    return back(_("The training ends at its next step."))


@blueprint.post("/<int:scorer_id>/publish")
@requires(Role.ADMIN)
def publish(scorer_id: int) -> ResponseReturnValue:
    """Let this scorer serve."""
    reason = request.form.get("reason", "").strip() or None
    services().learning.publish(scorer_id, reason=reason, who=who())
    return back(_("Scorer %(id)s scores every search now.", id=scorer_id))


@blueprint.post("/rollback")
@requires(Role.ADMIN)
def rollback() -> ResponseReturnValue:
    """Let the one before serve again."""
    former = services().learning.rollback(who=who())
    if former is None:
        return back(_("No scorer serves now: searches go by similarity."))
    return back(_("Scorer %(id)s serves again.", id=former))


def who() -> str:
    """The name for the audit trail."""
    user = signed_in()
    return user.name if user else ""


def back(message: str) -> ResponseReturnValue:
    """The page again, with a word on what was done."""
    flash(message)
    return redirect(url_for("quality.overview"), HTTPStatus.SEE_OTHER)
