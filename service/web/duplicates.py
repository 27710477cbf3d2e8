"""The admin's page of near duplicates: pairs side by side, kept both or one removed."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Role
from service.web.auth import requires
from service.web.context import asker, services
from service.web.words import say as _

blueprint = Blueprint("duplicates", __name__, url_prefix="/admin/duplicates")
PAGE = 20


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Pairs to decide about, the most alike first, and the last decisions."""
    skipped = request.args.get("skip", "")
    offset = int(skipped) if skipped.isascii() and skipped.isdigit() and len(skipped) < 7 else 0  # noqa: PLR2004 - no more than a million
    found = services().duplicates
    pairs = found.pairs(limit=PAGE, offset=offset, asker=asker())
    return render_template(
        "duplicates.html",
        pairs=pairs,
        count=found.count(),
        decided=found.decided(),
        progress=found.progress(),
        next_skip=offset + PAGE if len(pairs) == PAGE else None,
    )


@blueprint.post("/<id:first_id>/<id:second_id>/keep")
@requires(Role.ADMIN)
def keep(first_id: str, second_id: str) -> ResponseReturnValue:
    """Remember that both stay; the pair is not shown again."""
    services().duplicates.keep_both((first_id, second_id), asker=asker())
    again = url_for("duplicates.ask_again", first_id=first_id, second_id=second_id)
    flash(_("Both stay, and this pair is not shown again."), f"undo-at:{again}")
    return redirect(url_for("duplicates.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<id:first_id>/<id:second_id>/ask-again")
@requires(Role.ADMIN)
def ask_again(first_id: str, second_id: str) -> ResponseReturnValue:
    """Take the decision back that both stay."""
    services().duplicates.ask_again((first_id, second_id), asker=asker())
    return redirect(url_for("duplicates.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<id:kept_id>/<id:removed_id>/keep-one")
@requires(Role.ADMIN)
def keep_one(kept_id: str, removed_id: str) -> ResponseReturnValue:
    """Keep the first and remove the second, whose texts and judgements are copied over."""
    name = services().duplicates.remove(removed_id, kept_id=kept_id, asker=asker())
    said = _("%(name)s is removed; its captions and judgements are copied.", name=name)
    flash(said, f"undo:{removed_id}")
    return redirect(url_for("duplicates.overview"), HTTPStatus.SEE_OTHER)
