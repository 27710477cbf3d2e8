"""The admin's pages of restricted pictures: why they are, consent, and decisions; all audited."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as WerkzeugResponse

from service.domain import Role, User
from service.errors import Invalid, NotSignedIn
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.pictures import send
from service.web.words import say as _

blueprint = Blueprint("restricted", __name__, url_prefix="/admin/restricted")
PAGE = 60
LOOK_WIDTH = 640


class BadDay(Invalid):
    """{given} is no day; write it as 2027-12-31."""


class BadMonth(Invalid):
    """{given} is no month; write it as 2027-12."""


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
    before = request.args.get("before") or None
    listed = services().review.listed(limit=PAGE, before=before)
    older = listed[-1].image_id if len(listed) == PAGE else None
    return render_template(
        "restricted.html", listed=listed, count=services().review.count(), older=older
    )


@blueprint.get("/<id:image_id>")
@requires(Role.ADMIN)
def page(image_id: str) -> str:
    """One picture with what restricts and what lifts it."""
    return render_template(
        "restricted_picture.html",
        reviewed=services().review.look(image_id, admin=admin()),
        now=datetime.now(UTC),
    )


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
    )
    flash(_("The picture is restricted."))
    return _back(image_id)


@blueprint.post("/<id:image_id>/lift")
@requires(Role.ADMIN)
def lift(image_id: str) -> ResponseReturnValue:
    """Take back what admins decided."""
    services().review.lift(image_id, admin=admin(), reason=request.form.get("reason", ""))
    flash(_("What people decided is taken back; what the rules say stays."))
    return _back(image_id)


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
    flash(_("The consent is recorded."))
    return _back(image_id)


@blueprint.post("/<id:image_id>/consent/<int:consent_id>/withdraw")
@requires(Role.ADMIN)
def withdraw(image_id: str, consent_id: int) -> ResponseReturnValue:
    """End a consent at once."""
    services().review.withdraw_consent(image_id, consent_id, admin=admin())
    flash(_("The consent is withdrawn."))
    return _back(image_id)


@blueprint.get("/refusals.csv")
@requires(Role.ADMIN)
def refusals() -> Response:
    """A month's refusals by day, rule, country and version."""
    first = _month(request.args.get("month", ""))
    following = (first + timedelta(days=31)).replace(day=1)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["day", "rule", "country", "policy_version", "refusals"])
    for row in services().refusals.by_day(since=first, until=following):
        table.writerow([row.day, row.rule, row.country, row.policy_version, row.refusals])
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="refusals-{first:%Y-%m}.csv"'
    return answer


def _back(image_id: str) -> ResponseReturnValue:
    return redirect(url_for("restricted.page", image_id=image_id), 303)


def _countries() -> list[str]:
    return request.form.get("countries", "").replace(",", " ").split()


def _end_of_day(given: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(given), time(23, 59), UTC)
    except ValueError:
        raise BadDay(given=given) from None


def _month(given: str) -> date:
    if not given:
        return datetime.now(UTC).date().replace(day=1)
    try:
        return date.fromisoformat(f"{given}-01")
    except ValueError:
        raise BadMonth(given=given) from None
