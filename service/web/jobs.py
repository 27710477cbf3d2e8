"""The page of jobs: what waits, who works, what failed, and trying again; also for programs."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from service.domain import Role
from service.web.auth import requires
from service.web.charts.pace import pace
from service.web.context import asker, services
from service.web.job_words import ago, job_words, lasting, queue_rows, since
from service.web.words import say as _

blueprint = Blueprint("jobs", __name__, url_prefix="/admin/jobs")


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """All background work at this moment; the page's script asks for it again and again."""
    standing = services().work.standing()
    return render_template(
        "jobs.html",
        standing=standing,
        rows=queue_rows(standing),
        drawing=pace(standing.pace),
        job_words=job_words,
        ago=ago,
        lasting=lasting,
        since=since,
    )


@blueprint.get("/state.json")
@requires(Role.ADMIN)
def state() -> Response:
    """The same for programs, with an admin's token; withheld pictures are not named."""
    standing = services().work.standing()
    told = asdict(standing)
    failures = told.pop("failures")
    hidden = failures.pop("hidden")
    failures["pictures"] = [one for one in failures["pictures"] if one["image_id"] not in hidden]
    for one in failures["pictures"]:
        one.pop("image_key")
    told["failures"] = failures | {"pictures_hidden": len(hidden)}
    answer = jsonify(told | {"waiting": standing.waiting, "failed": standing.failed})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/retry")
@requires(Role.ADMIN)
def retry_all() -> ResponseReturnValue:
    """Try every picture that failed again."""
    pictures = services().work.retry_all(asker=asker())
    return _back(
        ngettext("%(num)s picture is queued again.", "%(num)s pictures are queued again.", pictures)
    )


@blueprint.post("/pictures/<id:image_id>/retry")
@requires(Role.ADMIN)
def retry(image_id: str) -> ResponseReturnValue:
    """Try one picture again."""
    services().retry_picture(image_id)
    return _back(_("The picture is queued again."))


@blueprint.post("/pictures/<id:image_id>/remove")
@requires(Role.ADMIN)
def remove(image_id: str) -> ResponseReturnValue:
    """Take a picture that failed out; it can be brought back for 30 days."""
    name = services().delete_picture(image_id, asker=asker())
    return _back(_("%(name)s is deleted.", name=name), f"undo:{image_id}")


def _back(said: str, category: str = "message") -> ResponseReturnValue:
    flash(said, category)
    return redirect(url_for("jobs.overview"), HTTPStatus.SEE_OTHER)
