"""The admin's first pages: what needs a person, all pictures, the sample, and uploads."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from service.domain import PictureState, Role, Uploaded
from service.errors import Invalid
from service.web.auth import requires
from service.web.context import asker, services
from service.web.matter_words import told
from service.web.uploading import take_in

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
RECENT = 60
LATEST = 12
STATES = frozenset(state.value for state in PictureState)


class NoFiles(Invalid):
    """No file was chosen; choose one or more pictures."""


def _state() -> PictureState | None:
    wish = request.args.get("state", "")
    return PictureState(wish) if wish in STATES else None


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> ResponseReturnValue:
    """What needs a person now, a few figures, and the latest pictures."""
    if "state" in request.args or "before" in request.args:
        # Where the list of pictures was before; addresses that people kept lead on.
        kept = urlencode(list(request.args.items(multi=True)))
        return redirect(f"{url_for('admin.pictures')}?{kept}", HTTPStatus.MOVED_PERMANENTLY)
    health = services().health()
    attention = services().attention
    return render_template(
        "admin.html",
        matters=[told(matter) for matter in attention.matters(health)],
        health=health,
        counts=services().counts(asker()),
        searches=attention.searches_lately(),
        new_judgements=services().learning.new_judgements() or 0,
        pictures=services().pictures(state=None, limit=LATEST, before=None, asker=asker()),
        sample=services().sample.progress(),
    )


@blueprint.get("/pictures")
@requires(Role.ADMIN)
def pictures() -> str:
    """Counts by state, and the latest pictures of one state or of all."""
    state = _state()
    before = request.args.get("before") or None
    found = services().pictures(state=state, limit=RECENT, before=before, asker=asker())
    return render_template(
        "admin_pictures.html",
        counts=services().counts(asker()),
        pictures=found,
        state=state,
        older=found[-1].image_id if len(found) == RECENT else None,
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
    return redirect(url_for("admin.pictures"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sample/bring-back")
@requires(Role.ADMIN)
def bring_sample_back() -> ResponseReturnValue:
    """Undo the removal."""
    services().sample.bring_back(asker())
    return redirect(url_for("admin.pictures"), HTTPStatus.SEE_OTHER)


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
