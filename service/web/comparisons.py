"""The page of comparisons: towers and scorers under one protocol, asked for here and kept."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.analytics.export import MEDIA
from service.db.comparisons import Comparison
from service.domain import Role
from service.errors import GlimpseError
from service.jobs import alive_workers
from service.learn.comparing import KINDS, image_towers, text_towers
from service.learn.grid import ALIGNED, BESIDE, JOINT
from service.scoring.kinds import KINDS as KNOWN
from service.web.auth import requires
from service.web.charts.intervals import intervals
from service.web.context import services
from service.web.downloads import as_file
from service.web.errors import status_of, wording
from service.web.quality import who
from service.web.quality_words import Told, bounds, kind_words
from service.web.words import say as _

blueprint = Blueprint("comparisons", __name__, url_prefix="/quality/compare")
FIGURES = {
    "rmse": ("RMSE", 3), "mse": ("MSE", 4), "mae": ("MAE", 3), "r2": ("R²", 3), "tau_c": ("τ-c", 1),
    "auc": ("AUC", 3), "recall_at_1": ("R@1", 3), "recall_at_5": ("R@5", 3),
    "recall_at_10": ("R@10", 3),
}  # fmt: skip


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """What can be compared, and what was."""
    return page()


def page(problem: str = "") -> str:
    """The page, with what was wrong with the form."""
    found = services().comparisons.listed()
    return render_template(
        "comparisons.html",
        found=found,
        open_one=next((one for one in found if one.is_open), None),
        problem=problem,
        towers=image_towers(services().settings.home),
        texts=text_towers(),
        kinds=KNOWN,
        usual=KINDS,
        given=request.form,
        workers=len(alive_workers(services().cache.client)),
    )


@blueprint.post("")
@requires(Role.ADMIN)
def start() -> ResponseReturnValue:
    """Have a worker compare."""
    try:
        key = services().comparisons.start(
            images=lines("images"),
            texts=lines("texts"),
            kinds=request.form.getlist("kinds"),
            seed=request.form.get("seed", default=0, type=int),
            who=who(),
        )
    except GlimpseError as error:
        return page(wording(error)), status_of(error)
    return redirect(url_for("comparisons.one", comparison_id=key), HTTPStatus.SEE_OTHER)


def lines(field: str) -> list[str]:
    """What stands in a field, a line each."""
    return [one.strip() for one in request.form.get(field, "").splitlines() if one.strip()]


@blueprint.get("/<int:comparison_id>")
@requires(Role.ADMIN)
def one(comparison_id: int) -> str:
    """How far it is, or what came of it."""
    found = services().comparisons.one(comparison_id)
    return render_template(
        "comparison.html",
        found=found,
        figures=FIGURES,
        groups=groups(found),
        drawing=drawing(found),
        cell_of=cell_of,
        joined_words=joined_words,
        pair_words=pair_words,
        workers=len(alive_workers(services().cache.client)),
    )


@blueprint.get("/<int:comparison_id>.<kind>")
@requires(Role.ADMIN)
def file(comparison_id: int, kind: str) -> Response:
    """The grid as a file."""
    if kind not in MEDIA:
        abort(404)
    found = services().comparisons.one(comparison_id)
    columns = ["image", "text", "joined", "scorer", "pairs"]
    columns += [f"{name}{end}" for name in FIGURES for end in ("", "_low", "_high")]
    return as_file(f"comparison-{comparison_id}", kind, columns, [row(one) for one in found.cells])


def row(cell: Mapping[str, Any]) -> list[object]:
    """A cell of the grid, flat."""
    figures = [
        value for name in FIGURES for value in (cell[name], *(bounds(cell["intervals"], name)))
    ]
    return [cell[name] for name in ("image", "text", "joined", "scorer", "pairs")] + figures


@blueprint.post("/<int:comparison_id>/stop")
@requires(Role.ADMIN)
def stop(comparison_id: int) -> ResponseReturnValue:
    """Stop it."""
    services().comparisons.cancel(comparison_id)
    flash(_("The comparison is stopped; nothing of it is kept."))
    return redirect(url_for("comparisons.overview"), HTTPStatus.SEE_OTHER)


def groups(found: Comparison) -> list[list[Mapping[str, Any]]]:
    """The cells by pair of towers, in their order."""
    parted: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for cell in found.cells:
        parted.setdefault((cell["image"], cell["text"], cell["joined"]), []).append(cell)
    return list(parted.values())


def drawing(found: Comparison) -> str:
    """Every cell's error with its interval, the one that errs least marked."""
    if not found.cells:
        return ""
    least = min(found.cells, key=lambda cell: float(cell["rmse"]))
    several = len(groups(found)) > 1
    rows = [
        (
            f"{number}. {kind_words(cell['scorer'])}" if several else kind_words(cell["scorer"]),
            cell["rmse"],
            *bounds(cell["intervals"], "rmse"),
            cell is least,
        )
        for number, group in enumerate(groups(found), start=1)
        for cell in group
    ]
    said = "; ".join(f"{row[0]}: {row[1]:.3f}" for row in rows)
    return intervals(_("Error (RMSE) of every combination"), rows, says=said)


def cell_of(cell: Mapping[str, Any], name: str) -> Told:
    """One figure of a cell with its bounds."""
    low, high = bounds(cell["intervals"], name)
    return Told(cell[name], low, high, FIGURES[name][1])


def pair_words(cell: Mapping[str, Any]) -> str:
    """The towers of a group."""
    same = cell["image"] == cell["text"]
    return str(cell["image"]) if same else f"{cell['image']} + {cell['text']}"


def joined_words(joined: str) -> str:
    """How two towers come together."""
    return {
        JOINT: _("trained together"),
        ALIGNED: _("aligned inside every fold"),
        BESIDE: _("merely side by side"),
    }.get(joined, joined)
