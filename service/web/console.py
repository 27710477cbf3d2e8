"""The console of analysts: a question in SQL, its answer, and the questions that are kept."""

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from service.analytics.console import MOST_ROWS, SECONDS, Answer
from service.analytics.export import MEDIA
from service.db.analytics.figures import NAMES
from service.db.analytics.saved import SavedQuestion
from service.domain import Role, User
from service.errors import GlimpseError, Invalid, NotSignedIn, Unavailable
from service.web.answer_chart import chart
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.downloads import as_file
from service.web.errors import status_of, wording
from service.web.filtering import given_filters
from service.web.words import say as _

blueprint = Blueprint("console", __name__, url_prefix="/analytics/sql")
FIRST_QUESTION = """SELECT image, query_text, expert_mean, crowd_score, target
  FROM pairs
 WHERE NOT restricted
 ORDER BY target DESC NULLS LAST
 LIMIT 20"""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: an answer, a plan, or what is wrong."""

    answer: Answer | None = None
    drawing: Markup = field(default_factory=lambda: Markup(""))
    plan: tuple[str, ...] = ()
    problem: str = ""


@blueprint.get("")
@requires(Role.ANALYST)
def page() -> str:
    """The console with a chart's question, one that was asked before, or one to begin with."""
    figure, asked = request.args.get("figure", ""), request.args.get("asked", type=int)
    if figure in NAMES:
        return shown(services().charts.question(figure, given_filters()))
    if asked is not None:
        return shown(services().questions.one_asked(asked, user=me()).statement)
    return shown(request.args.get("q") or FIRST_QUESTION)


@blueprint.get("/<id:question_id>")
@requires(Role.ANALYST)
def kept(question_id: str) -> str:
    """The console with a question that was kept, by oneself or by who shared it."""
    found = services().questions.read(question_id, user=me())
    return shown(found.statement, opened=found)


@blueprint.post("")
@requires(Role.ANALYST)
def ask() -> ResponseReturnValue:
    """Answer the question: on the page, as its plan, or as a file."""
    statement, wish = request.form.get("sql", ""), request.form.get("as", "table")
    opened = opened_question()
    try:
        if wish == "plan":
            plan = services().console.explain(statement, asker=me().user_id)
            return shown(statement, Outcome(plan=tuple(plan)), opened)
        answer = services().console.ask(statement, asker=me().user_id)
    except (Invalid, Unavailable) as error:
        remember(statement, problem=wording(error))
        return shown(statement, Outcome(problem=wording(error)), opened), status_of(error)
    remember(statement, took_ms=answer.took_ms, rows=len(answer.rows))
    if wish in MEDIA:
        return as_file("answer", wish, [column.name for column in answer.columns], answer.rows)
    drawing = chart(answer, request.form.get("chart", "auto"))
    return shown(statement, Outcome(answer=answer, drawing=drawing), opened)


@blueprint.post("/keep")
@requires(Role.ANALYST)
def keep() -> ResponseReturnValue:
    """Keep the question under a name: a new one, or in the place of one's own that is open."""
    questions, statement = services().questions, request.form.get("sql", "")
    opened = opened_question()
    given = {
        "name": request.form.get("name", ""),
        "statement": statement,
        "shared": request.form.get("shared", "no"),
    }
    try:
        if opened and opened.user_id == me().user_id and request.form.get("as") == "changed":
            questions.change(opened.question_id, **given, user=me())
            question_id = opened.question_id
        else:
            question_id = questions.keep(**given, user=me())
    except Invalid as error:
        return shown(statement, Outcome(problem=wording(error)), opened), status_of(error)
    flash(_("Saved."))
    return redirect(url_for("console.kept", question_id=question_id), 303)


@blueprint.post("/link")
@requires(Role.ANALYST)
def link() -> ResponseReturnValue:
    """Make a link to the question, for whoever is an analyst and gets it."""
    statement = request.form.get("sql", "")
    try:
        question_id = services().questions.link(statement=statement, user=me())
    except Invalid as error:
        return shown(statement, Outcome(problem=wording(error))), status_of(error)
    flash(_("Whoever reads this page's address and is an analyst can open the question."))
    return redirect(url_for("console.kept", question_id=question_id), 303)


@blueprint.post("/<id:question_id>/delete")
@requires(Role.ANALYST)
def delete(question_id: str) -> ResponseReturnValue:
    """Delete a question of one's own."""
    services().questions.delete(question_id, user=me())
    flash(_("Deleted."), f"undo-question:{question_id}")
    return redirect(url_for("console.page"), 303)


@blueprint.post("/<id:question_id>/restore")
@requires(Role.ANALYST)
def restore(question_id: str) -> ResponseReturnValue:
    """Bring it back."""
    services().questions.restore(question_id, user=me())
    return redirect(url_for("console.kept", question_id=question_id), 303)


@blueprint.post("/forget")
@requires(Role.ANALYST)
def forget() -> ResponseReturnValue:
    """Delete one's own history."""
    services().questions.forget(me())
    flash(_("Your last questions are forgotten."))
    return redirect(url_for("console.page"), 303)


def shown(
    statement: str, outcome: Outcome | None = None, opened: SavedQuestion | None = None
) -> str:
    """The page with the editor and whatever came of the question."""
    outcome = outcome or Outcome()
    try:
        views = services().console.views()
    except GlimpseError:
        views = {}
    return render_template(
        "analytics_sql.html",
        asked=statement,
        outcome=outcome,
        answer=outcome.answer,
        shown=outcome.answer.rows[:MOST_SHOWN] if outcome.answer else (),
        opened=opened,
        is_own=opened is not None and opened.user_id == me().user_id,
        views=views,
        kept=services().questions.listed(me()),
        before=services().questions.asked(me()),
        chart_kind=request.form.get("chart", "auto"),
        most_rows=MOST_ROWS,
        seconds=int(SECONDS),
    )


def opened_question() -> SavedQuestion | None:
    """The kept question that the editor was opened with, if it is still there to read."""
    question_id = request.form.get("question", "")
    try:
        return services().questions.read(question_id, user=me()) if question_id else None
    except GlimpseError:
        return None


def remember(
    statement: str,
    *,
    took_ms: float | None = None,
    rows: int | None = None,
    problem: str | None = None,
) -> None:
    """Put what was asked into one's own history."""
    if statement.strip():
        services().questions.note(statement, user=me(), took_ms=took_ms, rows=rows, problem=problem)


def me() -> User:
    """Who asks."""
    user = signed_in()
    if user is None:
        raise NotSignedIn
    return user
