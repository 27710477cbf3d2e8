"""Publishing a scorer, after a look at what that would change, and taking it back."""

from http import HTTPStatus

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Role
from service.errors import Invalid
from service.learn.publishing import WorseThanPublished
from service.scoring.files import ArtefactBroken
from service.web.auth import requires
from service.web.context import asker, services
from service.web.errors import wording
from service.web.quality import back, who
from service.web.quality_words import capital, columns, kind_words
from service.web.words import say as _

blueprint = Blueprint("publishing", __name__, url_prefix="/quality")
UNDONE = "the taking back was undone"
LONGEST = 500


class ReasonTooLong(Invalid):
    """A reason has at most 500 characters. Shorten it."""

    field = "reason"


@blueprint.get("/<int:scorer_id>/publish")
@requires(Role.ADMIN)
def preview(scorer_id: int) -> str:
    """What would change if this scorer served: ten frequent searches, before and after."""
    return shown(scorer_id)


def shown(scorer_id: int, problem: str = "") -> str:
    """The page, with what keeps the scorer from being published."""
    own = request.args.get("q", "")
    found = services().publishing.of(scorer_id, asker=asker(), own=own)
    if not problem and (refusal := found.unusable or found.worse):
        problem = wording(refusal)
    return render_template(
        "publish.html",
        found=found,
        own=own,
        problem=problem,
        columns=columns(),
        changed=[one for one in found.changes if not one.is_none],
        same=[one for one in found.changes if one.is_none],
        keeps_texts=services().refusals.keep_texts,
    )


@blueprint.post("/<int:scorer_id>/publish")
@requires(Role.ADMIN)
def publish(scorer_id: int) -> ResponseReturnValue:
    """Let this scorer serve; a worse one needs a reason."""
    reason = request.form.get("reason", "").strip()
    if len(reason) > LONGEST:
        raise ReasonTooLong
    try:
        services().learning.publish(scorer_id, reason=reason or None, who=who())
    except (WorseThanPublished, ArtefactBroken) as error:
        return shown(scorer_id, wording(error)), HTTPStatus.CONFLICT
    return back(
        _("%(scorer)s scores every search now.", scorer=name_of(scorer_id)),
        undo=url_for("publishing.rollback"),
    )


@blueprint.post("/rollback")
@requires(Role.ADMIN)
def rollback() -> ResponseReturnValue:
    """Let the one before serve again."""
    serving = services().quality.overview().serving
    former = services().learning.rollback(who=who())
    undo = url_for("publishing.again", scorer_id=serving.scorer_id) if serving else ""
    if former is None:
        return back(_("No scorer serves now: searches go by similarity."), undo=undo)
    return back(_("%(scorer)s serves again.", scorer=name_of(former)), undo=undo)


@blueprint.post("/<int:scorer_id>/again")
@requires(Role.ADMIN)
def again(scorer_id: int) -> ResponseReturnValue:
    """Undo a taking back: this one served a moment ago, and needs no other reason."""
    services().learning.publish(scorer_id, reason=UNDONE, who=who())
    return back(_("%(scorer)s serves again.", scorer=name_of(scorer_id)))


def name_of(scorer_id: int) -> str:
    """A scorer at the beginning of a sentence."""
    kinds = {one.scorer_id: one.kind for one in services().learning.listed()}
    return f"{capital(kind_words(kinds.get(scorer_id, '')))} {scorer_id}"
