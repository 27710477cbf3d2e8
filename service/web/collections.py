"""The admin's pages of collections: all of them with covers, and one with what it holds."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from service.domain import Role
from service.errors import Conflict, Invalid
from service.web.auth import requires
from service.web.context import asker, services
from service.web.errors import status_of, wording
from service.web.words import say as _

blueprint = Blueprint("collections", __name__, url_prefix="/admin/collections")
PAGE = 60
# What can be undone is remembered in the session, which holds little.
MOST_UNDONE = 60


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """All collections, and a form for a new one."""
    return _overview()


@blueprint.post("")
@requires(Role.ADMIN)
def create() -> ResponseReturnValue:
    """Make an empty one."""
    name = request.form.get("name", "")
    try:
        made = services().collecting.create(name, asker=asker())
    except (Invalid, Conflict) as error:
        return _overview(name=name, problem=wording(error)), status_of(error)
    return _to(made)


@blueprint.get("/<int:collection_id>")
@requires(Role.ADMIN)
def page(collection_id: int) -> str:
    """What it holds; with find= also pictures that could be added."""
    return _page(collection_id)


@blueprint.post("/<int:collection_id>/rename")
@requires(Role.ADMIN)
def rename(collection_id: int) -> ResponseReturnValue:
    """Give it another name."""
    try:
        services().collecting.rename(collection_id, request.form.get("name", ""), asker=asker())
    except (Invalid, Conflict) as error:
        return _page(collection_id, problem=wording(error)), status_of(error)
    flash(_("The collection has its new name."))
    return _to(collection_id)


@blueprint.post("/<int:collection_id>/add")
@requires(Role.ADMIN)
def add(collection_id: int) -> ResponseReturnValue:
    """Put the chosen pictures into it."""
    _told_added(services().collecting.add(collection_id, _chosen(), asker=asker()))
    return _to(collection_id)


@blueprint.post("/gather")
@requires(Role.ADMIN)
def gather() -> ResponseReturnValue:
    """Put the chosen pictures into the collection that is named, which is made if need be."""
    chosen = _chosen()
    made = services().collecting.gather(request.form.get("name", ""), chosen, asker=asker())
    if "stay" in request.form and len(chosen) == 1:
        flash(_("The picture is in the collection."))
        back = url_for("pictures.page", image_id=chosen[0])
        return redirect(back, HTTPStatus.SEE_OTHER)
    _told_added(len(chosen))
    return _to(made)


@blueprint.post("/<int:collection_id>/take-out")
@requires(Role.ADMIN)
def take_out(collection_id: int) -> ResponseReturnValue:
    """Take the chosen pictures out of it; they stay everywhere else."""
    chosen = _chosen()
    gone = services().collecting.take_out(collection_id, chosen, asker=asker())
    said = ngettext(
        "%(num)s picture is no longer in the collection.",
        "%(num)s pictures are no longer in the collection.",
        gone,
    )
    undoing = url_for("collections.add", collection_id=collection_id, image=chosen)
    flash(said, f"undo-at:{undoing}" if 0 < gone <= MOST_UNDONE else "message")
    if "stay" in request.form and len(chosen) == 1:
        back = url_for("pictures.page", image_id=chosen[0])
        return redirect(back, HTTPStatus.SEE_OTHER)
    return _to(collection_id)


@blueprint.post("/<int:collection_id>/remove")
@requires(Role.ADMIN)
def remove(collection_id: int) -> ResponseReturnValue:
    """Remove the collection; its pictures stay."""
    undoing = services().collecting.remove(collection_id, asker=asker())
    back = url_for("collections.bring_back", removed_id=undoing)
    flash(_("The collection is removed; its pictures stay."), f"undo-at:{back}")
    return redirect(url_for("collections.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/removed/<int:removed_id>/bring-back")
@requires(Role.ADMIN)
def bring_back(removed_id: int) -> ResponseReturnValue:
    """Undo the removal."""
    return _to(services().collecting.bring_back(removed_id, asker=asker()))


def _chosen() -> list[str]:
    return request.form.getlist("image") or request.args.getlist("image")


def _told_added(added: int) -> None:
    flash(
        ngettext(
            "%(num)s picture was added to the collection.",
            "%(num)s pictures were added to the collection.",
            added,
        )
    )


def _to(collection_id: int) -> ResponseReturnValue:
    where = url_for("collections.page", collection_id=collection_id)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _overview(*, name: str = "", problem: str = "") -> str:
    listed = services().collecting.listed(asker=asker())
    return render_template("collections.html", listed=listed, name=name, problem=problem)


def _page(collection_id: int, *, problem: str = "") -> str:
    collecting, asking = services().collecting, asker()
    shelf = collecting.one(collection_id, asker=asking)
    pictures = collecting.pictures(
        collection_id, limit=PAGE, before=request.args.get("before"), asker=asking
    )
    wanted = request.args.get("find", "").strip()
    found = services().search(text=wanted, asker=asking, limit=PAGE).hits if wanted else ()
    return render_template(
        "collection.html",
        shelf=shelf,
        pictures=pictures,
        older=pictures[-1].image_id if len(pictures) == PAGE else None,
        wanted=wanted,
        found=[hit for hit in found if shelf.name not in hit.collections],
        problem=problem,
    )
