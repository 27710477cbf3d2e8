"""A picture's own page, its file and its thumbnails."""

import mimetypes
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import wrap_file

from service.domain import Role, StoredFile
from service.errors import Invalid
from service.web.asked import question
from service.web.auth import requires
from service.web.context import asker, services
from service.web.words import say as _

blueprint = Blueprint("pictures", __name__, url_prefix="/images")
NOT_MODIFIED = 304
WIDTHS = (320, 640)
# Nothing in a picture may run, whatever a browser takes it for.
FILE_POLICY = "default-src 'none'; sandbox"


class BadWidth(Invalid):
    """Thumbnails are {widths} pixels wide; ask for one of these."""

    field = "w"


@blueprint.get("/<id:image_id>")
def page(image_id: str) -> str:
    """Everything that whoever asks may know of a picture, and why it was found."""
    asking = asker()
    asked = question(request.args)
    told = services().insight
    picture = services().picture(image_id, asker=asking)
    is_admin = asking.role is Role.ADMIN
    return render_template(
        "picture.html",
        picture=picture,
        asked=asked,
        why=told.why(image_id, text=asked.text, asker=asking) if asked.text else None,
        alike=told.alike(image_id, asker=asking),
        judgements=told.judgements(image_id, asker=asking),
        record=told.record(image_id) if is_admin else None,
        near=services().duplicates.of_picture(image_id, asker=asking) if is_admin else (),
        all_collections=services().collections() if is_admin else (),
        now=datetime.now(UTC),
    )


@blueprint.get("/<id:image_id>/file")
def file(image_id: str) -> WerkzeugResponse:
    """The picture itself, as it is stored."""
    return send(services().picture_file(image_id, asker=asker()))


@blueprint.get("/<id:image_id>/thumbnail")
def thumbnail(image_id: str) -> WerkzeugResponse:
    """A small WebP of the picture."""
    wish = request.args.get("w", str(WIDTHS[0]))
    if wish not in map(str, WIDTHS):
        raise BadWidth(widths=" or ".join(map(str, WIDTHS)))
    return send(services().picture_thumbnail(image_id, width=int(wish), asker=asker()))


@blueprint.post("/<id:image_id>/delete")
@requires(Role.ADMIN)
def delete(image_id: str) -> ResponseReturnValue:
    """Take the picture out of the search; it can be brought back for 30 days."""
    name = services().delete_picture(image_id, asker=asker())
    flash(_("%(name)s is deleted.", name=name), f"undo:{image_id}")
    return redirect(url_for("admin.pictures"), 303)


@blueprint.post("/<id:image_id>/restore")
@requires(Role.ADMIN)
def restore(image_id: str) -> ResponseReturnValue:
    """Bring a deleted picture back."""
    services().restore_picture(image_id, asker=asker())
    flash(_("The picture is back."))
    return redirect(url_for("pictures.page", image_id=image_id), 303)


@blueprint.post("/<id:image_id>/retry")
@requires(Role.ADMIN)
def retry(image_id: str) -> ResponseReturnValue:
    """Let a picture that failed try again."""
    services().retry_picture(image_id)
    flash(_("The picture is queued again."))
    return redirect(url_for("admin.pictures"), 303)


def send(stored: StoredFile) -> WerkzeugResponse:
    """Stream the bytes; the browser may keep them but asks each time whether it still may."""
    response = Response(
        wrap_file(request.environ, stored.stream),
        mimetype=stored.media_type,
        direct_passthrough=True,
    )
    response.content_length = stored.size_bytes
    response.set_etag(stored.etag.strip('"'))
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Content-Disposition"] = _disposition(stored)
    answer = response.make_conditional(
        request.environ, accept_ranges=True, complete_length=stored.size_bytes
    )
    if answer.status_code == NOT_MODIFIED or request.method == "HEAD":
        # No byte will be sent, so no server would close the stream after the last one.
        stored.stream.close()
    return answer


def _disposition(stored: StoredFile) -> str:
    kind = "attachment" if "download" in request.args else "inline"
    ending = mimetypes.guess_extension(stored.media_type) or ""
    return f"{kind}; filename=\"picture{ending}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
