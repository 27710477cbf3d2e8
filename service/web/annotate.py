"""The judges' page: one pair at a time, answered by a key, a click or a plain form."""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.annotation_choice import Why
from service.domain import Role
from service.errors import Invalid, NotFound
from service.judging import AlreadyJudged, Answer, BadGrade, Mode, Offer, Skip
from service.web.auth import SignInNeeded, requires
from service.web.context import asker, services, signed_in
from service.web.words import say as _

blueprint = Blueprint("annotate", __name__, url_prefix="/annotate")


class NotAnAnswer(Invalid):
    """The answer {given} is not one that this page offers; go back and choose one of them."""


def judge() -> int:
    """The key of the person who judges."""
    user = signed_in()
    if user is None:
        raise SignInNeeded
    return user.user_id


def why_words(why: Why) -> str:
    """Why a pair was chosen, in one line."""
    return {
        Why.NEW: _("No one has judged this pair yet"),
        Why.DISPUTED: _("People disagree about this one"),
        Why.FEW: _("Few people have judged this one"),
        Why.CHECK: _("A check: you have seen it before"),
        Why.AGAIN: _("You took your answer back"),
    }[why]


def grade_words() -> list[tuple[int, str]]:
    """The scale of grades."""
    return [
        (1, _("The text does not describe the picture at all")),
        (2, _("It describes minor aspects only")),
        (3, _("It describes it with minor errors")),
        (4, _("It describes it without errors")),
    ]


def skip_words() -> list[tuple[str, str]]:
    """Why a pair may be skipped."""
    return [
        (Skip.UNCLEAR, _("The text is unclear")),
        (Skip.LANGUAGE, _("I do not know the language")),
        (Skip.PICTURE, _("The picture cannot be made out")),
        (Skip.OTHER, _("Another reason")),
    ]


@blueprint.get("")
@requires(Role.ANNOTATOR)
def page() -> str:
    """The next pair."""
    mode = mode_of(request.args)
    return render_template(
        "annotate.html",
        mode=mode,
        offer=offer(mode),
        progress=services().judging.progress(user_id=judge()),
        grades=grade_words(),
        skips=skip_words(),
        why_words=why_words,
    )


def offer(mode: Mode) -> Offer | None:
    """The pair whose answer was just taken back, if it may still be shown, or the next one."""
    if again := request.args.get("again", ""):
        with suppress(NotFound):
            return services().judging.again(again, mode=mode, asker=asker())
    return services().judging.next(mode=mode, user_id=judge(), asker=asker())


@blueprint.post("")
@requires(Role.ANNOTATOR)
def answer() -> ResponseReturnValue:
    """Keep the answer and go on; what was judged otherwise before is said and passed over."""
    form, mode = request.form, mode_of(request.form)
    try:
        services().judging.answer(
            pair=form.get("pair", ""),
            answer=sent(mode),
            user_id=judge(),
            asker=asker(),
            is_check=form.get("check") == "1",
        )
    except AlreadyJudged:
        flash(_("You had judged that pair already, otherwise; your first answer stays."))
    return redirect(url_for("annotate.page", mode=mode), HTTPStatus.SEE_OTHER)


@blueprint.post("/undo")
@requires(Role.ANNOTATOR)
def undo() -> ResponseReturnValue:
    """Take the last answer back and show its pair again."""
    only = request.form.get("last", "")
    found = services().judging.undo(
        user_id=judge(), only=int(only) if only.isascii() and only.isdigit() else None
    )
    if found is None:
        flash(_("There was nothing to take back."))
        return redirect(url_for("annotate.page", mode=mode_of(request.form)), HTTPStatus.SEE_OTHER)
    again = None if found.is_check else services().judging.name_of(found)
    return redirect(url_for("annotate.page", mode=found.mode, again=again), HTTPStatus.SEE_OTHER)


def mode_of(given: Mapping[str, str]) -> Mode:
    """How the person judges."""
    mode = given.get("mode", Mode.EXPERT)
    if mode not in list(Mode):
        raise NotAnAnswer(given=mode)
    return Mode(mode)


def sent(mode: Mode) -> Answer:
    """The answer in a form."""
    grade, fits, skip = (request.form.get(name) or None for name in ("grade", "fits", "skip"))
    if grade is not None and grade not in {"1", "2", "3", "4"}:
        raise BadGrade(grade=grade)
    if fits not in {None, "yes", "no"}:
        raise NotAnAnswer(given=fits)
    if skip is not None and skip not in list(Skip):
        raise NotAnAnswer(given=skip)
    return Answer(
        grade=None if grade is None else int(grade),
        fits=None if fits is None else fits == "yes",
        skip=None if skip is None else Skip(skip),
        mode=mode,
    )
