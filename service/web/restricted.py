"""The admin's pages of restricted pictures: why they are, consent, and decisions; all audited."""

from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as WerkzeugResponse

from service.domain import Role, User
from service.errors import Invalid, NotSignedIn
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.errors import status_of, wording
from service.web.pictures import send
from service.web.words import say as _

blueprint = Blueprint("restricted", __name__, url_prefix="/admin/restricted")
PAGE = 60
LOOK_WIDTH = 640


class BadDay(Invalid):
    """{given} is no day; write it as 2027-12-31."""


def admin() -> User:
    """Who decides."""
    user = signed_in()
    if user is None:
        raise NotSignedIn
    return user


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Restricted pictures by name and reason, without the pictures themselves."""
    kind, before = request.args.get("kind", ""), request.args.get("before") or None
    review = services().review
    listed = review.listed(limit=PAGE, before=before, kind=kind)
    return render_template(
        "restricted.html",
        listed=listed,
        count=review.count(),
        by_kind=review.by_kind(),
        kind=kind,
        older=listed[-1].image_id if len(listed) == PAGE else None,
    )


@blueprint.post("/open")
@requires(Role.ADMIN)
def open_one() -> ResponseReturnValue:
    """Go to a picture by its id, or by its address as a complaint names it."""
    parts = urlsplit(request.form.get("picture", "").strip()).path.strip("/").split("/")
    named = parts[parts.index("images") + 1 :] if "images" in parts else parts
    image_id = (named or [""])[0]
    if not image_id:
        return redirect(url_for("restricted.overview"), 303)
    return redirect(url_for("restricted.page", image_id=image_id), 303)


@blueprint.get("/<id:image_id>")
@requires(Role.ADMIN)
def page(image_id: str) -> str:
    """One picture with what restricts and what lifts it."""
    return _page(image_id)


@blueprint.get("/<id:image_id>/view")
@requires(Role.ADMIN)
def view(image_id: str) -> WerkzeugResponse:
    """The picture itself, for the one who has to decide; nobody keeps a copy."""
    services().review.note_view(image_id, admin=admin())
    response = send(services().shelf.for_review(image_id, width=LOOK_WIDTH))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<id:image_id>/restrict")
@requires(Role.ADMIN)
def restrict(image_id: str) -> ResponseReturnValue:
    """Hide the picture because the admin says so."""
    services().review.restrict(
        image_id,
        admin=admin(),
        reason=request.form.get("reason", ""),
        countries=_countries() or ["*"],
        until_reviewed="until_reviewed" in request.form,
    )
    return _done(image_id, _("The picture is restricted."))


@blueprint.post("/<id:image_id>/lift")
@requires(Role.ADMIN)
def lift(image_id: str) -> ResponseReturnValue:
    """Take back what admins decided."""
    services().review.lift(image_id, admin=admin(), reason=request.form.get("reason", ""))
    return _done(image_id, _("What people decided is taken back; what the rules say stays."))


@blueprint.post("/<id:image_id>/consent")
@requires(Role.ADMIN)
def consent(image_id: str) -> ResponseReturnValue:
    """Record a parent's or guardian's consent."""
    services().review.record_consent(
        image_id,
        admin=admin(),
        given_by=request.form.get("given_by", ""),
        document=request.form.get("document", ""),
        countries=_countries(),
        valid_until=_end_of_day(request.form.get("until", "")),
        now=datetime.now(UTC),
    )
    return _done(image_id, _("The consent is recorded."))


@blueprint.post("/<id:image_id>/consent/<int:consent_id>/withdraw")
@requires(Role.ADMIN)
def withdraw(image_id: str, consent_id: int) -> ResponseReturnValue:
    """End a consent at once."""
    services().review.withdraw_consent(image_id, consent_id, admin=admin())
    return _done(image_id, _("The consent is withdrawn."))


@blueprint.post("/<id:image_id>/undo/<int:entry_id>")
@requires(Role.ADMIN)
def undo(image_id: str, entry_id: int) -> ResponseReturnValue:
    """Take the last decision back."""
    services().review.undo(image_id, entry_id, admin=admin())
    flash(_("The decision is taken back."))
    return redirect(url_for("restricted.page", image_id=image_id), 303)


@blueprint.errorhandler(Invalid)
def explain(error: Invalid) -> ResponseReturnValue:
    """What is wrong with a form, on the picture's page where it can be mended."""
    image_id = (request.view_args or {}).get("image_id", "")
    return _page(image_id, problem=wording(error)), status_of(error)


def _page(image_id: str, problem: str = "") -> str:
    return render_template(
        "restricted_picture.html",
        reviewed=services().review.look(image_id, admin=admin()),
        now=datetime.now(UTC),
        shows="show" in request.args,
        problem=problem,
        form=request.form,
    )


def _done(image_id: str, words: str) -> ResponseReturnValue:
    decision = services().review.last_decision(image_id)
    undoing = decision and url_for("restricted.undo", image_id=image_id, entry_id=decision.entry_id)
    flash(words, f"undo-at:{undoing}" if undoing else "message")
    return redirect(url_for("restricted.page", image_id=image_id), 303)


def _countries() -> list[str]:
    return request.form.get("countries", "").replace(",", " ").split()


def _end_of_day(given: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(given), time(23, 59), UTC)
    except ValueError:
        raise BadDay(given=given) from None
