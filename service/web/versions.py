"""The pages of old and present versions of the rules: whole, compared, downloaded, taken back."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Role
from service.law import terms_file
from service.law.diff import differences
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.downloads import as_download
from service.web.edit_forms import as_editor, number
from service.web.words import say as _

blueprint = Blueprint("versions", __name__, url_prefix="/admin/terms/versions")


@blueprint.get("/<int:version>")
@requires(Role.ADMIN)
def page(version: int) -> str:
    """One version, whole, and what tells it apart from another one."""
    book = services().book
    shown = book.version(version)
    against = number(request.args.get("against") or str(version - 1))
    other = book.version(against).rulesets if against > 0 else ()
    return render_template(
        "rules_version.html",
        shown=shown,
        against=against,
        latest=book.latest(),
        diff=differences(other, shown.rulesets),
    )


@blueprint.get("/<int:version>/rules.json")
@requires(Role.ADMIN)
def whole(version: int) -> Response:
    """All rule sets of a version as `glimpse policy terms import` reads them."""
    text = terms_file.written_whole(services().book.version(version).rulesets)
    return as_download(text, f"glimpse-rules-{version}.json", "application/json")


@blueprint.post("/<int:version>/undo")
@requires(Role.ADMIN)
def undo(version: int) -> ResponseReturnValue:
    """Take the latest version back, which is an edit like any other."""
    book = services().book
    editor = as_editor(signed_in(), f"Version {version} was taken back.")
    made = book.apply(editor, book.rollback_to(version - 1), base=version)
    services().gate.look_again()
    flash(_("Version %(version)s holds.", version=made))
    return redirect(url_for("terms.overview"), 303)
