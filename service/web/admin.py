"""The admin's pages: how many pictures there are, the latest ones, and uploads."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from service.domain import PictureState, Role, Uploaded
from service.errors import Invalid
from service.web.auth import requires
from service.web.context import asker, services
from service.web.uploading import take_in

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
RECENT = 60
STATES = frozenset(state.value for state in PictureState)


class NoFiles(Invalid):
    """No file was chosen; choose one or more pictures."""


def _state() -> PictureState | None:
    wish = request.args.get("state", "")
    return PictureState(wish) if wish in STATES else None


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Counts by state, and the latest pictures of one state or of all."""
    state = _state()
    before = request.args.get("before") or None
    pictures = services().pictures(state=state, limit=RECENT, before=before, asker=asker())
    return render_template(
        "admin.html",
        counts=services().counts(asker()),
        pictures=pictures,
        state=state,
        older=pictures[-1].image_id if len(pictures) == RECENT else None,
        health=services().health(),
        sample=services().sample.progress(),
    )


@blueprint.post("/sample/remove")
@requires(Role.ADMIN)
def remove_sample() -> ResponseReturnValue:
    """Take the sample collection out; the next page offers to bring it back."""
    gone = services().sample.remove(asker())
    flash(
        ngettext(
            "%(num)s picture of the sample collection was removed.",
            "%(num)s pictures of the sample collection were removed.",
            gone,
        ),
        "undo-sample",
    )
    return redirect(url_for("admin.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sample/bring-back")
@requires(Role.ADMIN)
def bring_sample_back() -> ResponseReturnValue:
    """Undo the removal."""
    services().sample.bring_back(asker())
    return redirect(url_for("admin.overview"), HTTPStatus.SEE_OTHER)


@blueprint.get("/upload")
@requires(Role.ADMIN)
def upload() -> str:
    """The upload page; its script sends files one by one, its plain form all at once."""
    return _upload_page(None)


@blueprint.post("/upload")
@requires(Role.ADMIN)
def do_upload() -> ResponseReturnValue:
    """Take the plain form's files and tell what became of each."""
    files = request.files.getlist("file")
    if not any(file.filename for file in files):
        raise NoFiles
    captions = request.form.get("captions", "").splitlines()
    return _upload_page(take_in(files, request.form.get("collection", ""), captions))


def _upload_page(outcome: list[Uploaded] | None) -> str:
    settings = services().settings
    return render_template(
        "upload.html",
        outcome=outcome,
        collections=services().collections(),
        collection=request.values.get("collection", ""),
        max_file=settings.max_file,
    )
