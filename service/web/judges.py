"""The admin's page of judges: what each one did, and whose judgements do not count."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Role
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.words import say as _

blueprint = Blueprint("judges", __name__, url_prefix="/admin/judges")


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """The words of this page."""
    return {"judge_kind_words": judge_kind_words}


def judge_kind_words(kind: str) -> str:
    """What kind of judge it is, for people."""
    return {"person": _("Person"), "panel": _("Unnamed panel"), "crowd": _("Crowd")}[kind]


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """All judges, those who judged most first."""
    return render_template("judges.html", judges=services().judges.listed())


@blueprint.post("/<int:judge_id>/exclude")
@requires(Role.ADMIN)
def exclude(judge_id: int) -> ResponseReturnValue:
    """Let the judgements not count; they stay stored."""
    reason = request.form.get("reason", "")
    name = services().judges.exclude(str(judge_id), reason=reason, admin=signed_in())
    flash(_("The judgements of %(name)s do not count any more.", name=name))
    return redirect(url_for("judges.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:judge_id>/include")
@requires(Role.ADMIN)
def include(judge_id: int) -> ResponseReturnValue:
    """Let the judgements count again."""
    name = services().judges.include(str(judge_id), admin=signed_in())
    flash(_("The judgements of %(name)s count again.", name=name))
    return redirect(url_for("judges.overview"), HTTPStatus.SEE_OTHER)
