"""The page of charts: what judgements say, each chart with its SQL and its files."""

from flask import Blueprint, Response, abort, render_template

from service.analytics.export import MEDIA
from service.db.analytics.figures import NAMES
from service.domain import Role
from service.web.auth import requires
from service.web.context import services
from service.web.downloads import as_file
from service.web.figure_words import PARTS, card, part_words, totals
from service.web.filtering import as_parameters, given_filters

blueprint = Blueprint("analytics", __name__, url_prefix="/analytics")


@blueprint.get("")
@requires(Role.ANALYST)
def overview() -> str:
    """Every chart, live."""
    filters, charts = given_filters(), services().charts
    choices = charts.choices()
    found = {figure.name: figure for figure in charts.figures(filters)}
    drawn = [
        (title, [card(found[name], choices.formula) for name in PARTS[part]])
        for part, title in part_words().items()
    ]
    return render_template(
        "analytics.html",
        parts=drawn,
        totals=totals(found["totals"]),
        choices=choices,
        filters=filters,
        chosen=as_parameters(filters),
    )


@blueprint.get("/figures/<name>.<kind>")
@requires(Role.ANALYST)
def figure_file(name: str, kind: str) -> Response:
    """What a chart shows, as a file."""
    if name not in NAMES or kind not in MEDIA:
        abort(404)
    (figure,) = services().charts.figures(given_filters(), [name])
    return as_file(name, kind, figure.columns, figure.rows)
