"""The page of the system's health: every check with its mend, sizes, versions, settings, errors."""

from flask import Blueprint, render_template

from service.doctor import examine
from service.domain import Role
from service.web.auth import requires
from service.web.context import services
from service.web.matter_words import part_words

blueprint = Blueprint("system", __name__, url_prefix="/admin/system")


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """What `glimpse doctor` says, and what there is to know besides."""
    condition = services().condition
    checks = examine(services())
    return render_template(
        "system.html",
        checks=sorted(checks.items(), key=lambda one: one[1].ok),
        well=all(check.ok for check in checks.values()),
        sizes=condition.sizes(),
        versions=condition.versions(),
        settings=condition.settings_in_force(),
        errors=condition.errors(),
        part_words=part_words,
    )
