"""The admin's page of what was removed: its way back for 30 days, and its way out."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from math import ceil

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from service.domain import Role
from service.pictures import KEPT_AFTER_DELETION
from service.web.auth import requires
from service.web.context import asker, services
from service.web.pictures import send

blueprint = Blueprint("trash", __name__, url_prefix="/admin/trash")
PAGE = 60
WIDTH = 320


@blueprint.app_template_filter("days_left")
def days_left(removed_at: datetime) -> int:
    """For how many more days it can come back; a day that has begun counts."""
    left = removed_at + KEPT_AFTER_DELETION - datetime.now(UTC)
    return max(0, ceil(left / timedelta(days=1)))


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Removed pictures and collections, the last first."""
    skipped = request.args.get("skip", "")
    offset = int(skipped) if skipped.isascii() and skipped.isdigit() and len(skipped) < 9 else 0  # noqa: PLR2004 - no more than there can be
    trash = services().trash
    pictures = trash.pictures(limit=PAGE, offset=offset, asker=asker())
    return render_template(
        "trash.html",
        pictures=pictures,
        count=trash.count(),
        collections=trash.collections(),
        next_skip=offset + PAGE if len(pictures) == PAGE else None,
    )


@blueprint.get("/<id:image_id>/thumbnail")
@requires(Role.ADMIN)
def thumbnail(image_id: str) -> WerkzeugResponse:
    """A removed picture in small; nobody keeps a copy."""
    response = send(services().trash.thumbnail(image_id, width=WIDTH, asker=asker()))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/restore")
@requires(Role.ADMIN)
def restore() -> ResponseReturnValue:
    """Bring the chosen pictures back."""
    back = services().trash.restore(request.form.getlist("image"), asker=asker())
    flash(ngettext("%(num)s picture is back.", "%(num)s pictures are back.", back))
    return redirect(url_for("trash.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/empty")
@requires(Role.ADMIN)
def empty() -> ResponseReturnValue:
    """Remove the chosen pictures for good."""
    gone = services().trash.empty(request.form.getlist("image"), asker=asker())
    flash(
        ngettext(
            "%(num)s picture is removed for good.", "%(num)s pictures are removed for good.", gone
        )
    )
    return redirect(url_for("trash.overview"), HTTPStatus.SEE_OTHER)
