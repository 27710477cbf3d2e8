"""The pages of analysts: charts of the judgements, and a console for questions in SQL."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from service.analytics.console import Answer
from service.analytics.export import MEDIA, exported
from service.db.analytics.figures import STATEMENTS
from service.domain import Role
from service.errors import GlimpseError, Invalid
from service.web.auth import requires
from service.web.charts.bars import bars, lying
from service.web.context import services
from service.web.errors import status_of, wording
from service.web.figure_words import card
from service.web.words import say as _

blueprint = Blueprint("analytics", __name__, url_prefix="/analytics")
FIRST_QUESTION = """SELECT image, query_text, expert_mean, crowd_score, target
  FROM pairs
 ORDER BY target DESC
 LIMIT 20"""
MOST_SHOWN = 200
MOST_BARS = 40
LYING_FROM = 10


@blueprint.get("")
@requires(Role.ANALYST)
def overview() -> str:
    """Every chart, live."""
    return render_template(
        "analytics.html", cards=[card(figure) for figure in services().figures()]
    )


@blueprint.get("/figures/<name>.<kind>")
@requires(Role.ANALYST)
def figure_file(name: str, kind: str) -> Response:
    """What a chart shows, as a file."""
    if name not in STATEMENTS or kind not in MEDIA:
        abort(404)
    (figure,) = services().figures([name])
    return as_file(name, kind, figure.columns, figure.rows)


@blueprint.get("/sql")
@requires(Role.ANALYST)
def sql() -> str:
    """The console with a question that was shared, or with one to begin with."""
    return console(request.args.get("q") or FIRST_QUESTION)


@blueprint.post("/sql")
@requires(Role.ANALYST)
def ask() -> ResponseReturnValue:
    """Answer the question: on the page, as its plan, or as a file."""
    asked = request.form.get("sql", "")
    wish = request.form.get("as", "table")
    try:
        if wish == "plan":
            return console(asked, plan=services().console.explain(asked))
        answer = services().console.ask(asked)
    except Invalid as error:
        return console(asked, problem=wording(error)), status_of(error)
    if wish in MEDIA:
        return as_file("answer", wish, [column.name for column in answer.columns], answer.rows)
    return console(asked, answer=answer)


def console(
    asked: str,
    *,
    answer: Answer | None = None,
    plan: Sequence[str] = (),
    problem: str = "",
) -> str:
    """The page with the editor and whatever came of the question."""
    try:
        views = services().console.views()
    except GlimpseError:
        views = {}
    return render_template(
        "analytics_sql.html",
        asked=asked,
        answer=answer,
        shown=answer.rows[:MOST_SHOWN] if answer else (),
        drawing=chart(answer) if answer else Markup(""),
        plan=plan,
        problem=problem,
        views=views,
    )


def chart(answer: Answer) -> Markup:
    """A simple chart where the answer is a label or a number with a number beside it."""
    kinds = [column.kind for column in answer.columns]
    if len(kinds) < 2 or not 1 < len(answer.rows) <= MOST_BARS or kinds[1] != "number":  # noqa: PLR2004
        return Markup("")
    has_words = kinds[0] == "text" and len(answer.rows) >= LYING_FROM
    return (lying if has_words else bars)(_("Chart of the answer"), answer.rows)


def as_file(
    name: str, kind: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> Response:
    """A download that no cache keeps."""
    return Response(
        exported(kind, columns, rows),
        content_type=MEDIA[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "no-store",
        },
    )
