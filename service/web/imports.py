"""The admin's pages of data sets: start an import, follow it, stop it, read what it refused."""

from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Role
from service.errors import Conflict, Invalid, NotFound
from service.jobs import alive_workers
from service.web.auth import requires
from service.web.context import asker, services
from service.web.errors import status_of, wording
from service.web.import_words import file_state_words, import_state_words
from service.web.words import say as _

blueprint = Blueprint("imports", __name__, url_prefix="/admin/imports")
LISTED = 50


class FolderMissing(Invalid):
    """Name the folder by its whole path on the server's machine, such as /srv/photos."""


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """The words of these pages."""
    return {"import_state_words": import_state_words, "file_state_words": file_state_words}


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """The last imports, and a form to start one."""
    return _overview()


@blueprint.post("")
@requires(Role.ADMIN)
def start() -> ResponseReturnValue:
    """Have a worker import the folder; what cannot be imported is told beside the form."""
    folder, name = (request.form.get(field, "").strip() for field in ("folder", "name"))
    try:
        path = Path(folder)
        if not path.is_absolute():
            raise FolderMissing
        import_id = services().start_import(folder=path, name=name or None, asker=asker())
    except (Invalid, NotFound, Conflict) as error:
        return _overview(folder=folder, name=name, problem=wording(error)), status_of(error)
    return _to(import_id)


@blueprint.get("/<int:import_id>")
@requires(Role.ADMIN)
def page(import_id: int) -> str:
    """How one import stands; the part that changes is asked for again by the page's script."""
    return render_template(
        "import.html",
        progress=services().import_progress(import_id),
        workers=alive_workers(services().cache.client),
    )


@blueprint.post("/<int:import_id>/stop")
@requires(Role.ADMIN)
def stop(import_id: int) -> ResponseReturnValue:
    """Stop it where nothing is half done; it can go on from there."""
    services().cancel_import(import_id)
    flash(_("The import stops at the next place where nothing is half done."))
    return _to(import_id)


@blueprint.post("/<int:import_id>/go-on")
@requires(Role.ADMIN)
def go_on(import_id: int) -> ResponseReturnValue:
    """Go on where it was stopped."""
    return _to(services().imports.resume(import_id, asker=asker()))


@blueprint.get("/<int:import_id>/report.csv")
@requires(Role.ADMIN)
def report(import_id: int) -> Response:
    """Everything that was refused, as it is read from the database."""
    services().import_progress(import_id)
    return Response(
        services().import_report(import_id),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="import-{import_id}-refused.csv"',
            "Cache-Control": "no-store",
        },
    )


def _overview(*, folder: str = "", name: str = "", problem: str = "") -> str:
    return render_template(
        "imports.html",
        imports=services().imports.newest(limit=LISTED),
        folder=folder,
        name=name,
        problem=problem,
    )


def _to(import_id: int) -> ResponseReturnValue:
    return redirect(url_for("imports.page", import_id=import_id), HTTPStatus.SEE_OTHER)
