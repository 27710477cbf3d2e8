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

# So many answers make a round, whose end can be seen from its beginning.
ROUND = 50

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
        (2, _("It describes minor aspects, but not the picture")),
        (3, _("It almost describes the picture, with minor mistakes")),
        (4, _("It describes the picture")),
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
    return shown("annotate.html", mode_of(request.args), request.args.get("again", ""))


def shown(template: str, mode: Mode, again: str, said: str = "") -> str:
    """The next pair, or one that comes again, in a whole page or alone."""
    return render_template(
        template,
        mode=mode,
        offer=offer(mode, again),
        progress=services().judging.progress(user_id=judge()),
        grades=grade_words(),
        skips=skip_words(),
        why_words=why_words,
        said=said,
        ROUND=ROUND,
    )


def onward(mode: Mode, *, again: str = "", said: str = "") -> ResponseReturnValue:
    """On to the next pair: at once for the page's script, else by its address."""
    if "X-Part" in request.headers:
        return shown("_pair.html", mode, again, said)
    if said:
        flash(said)
    where = url_for("annotate.page", mode=mode, again=again or None)
    return redirect(where, HTTPStatus.SEE_OTHER)


def offer(mode: Mode, again: str) -> Offer | None:
    """The pair whose answer was just taken back, if it may still be shown, or the next one."""
    if again:
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
        stays = _("You had judged that pair already, otherwise; your first answer stays.")
        return onward(mode, said=stays)
    return onward(mode)


@blueprint.post("/undo")
@requires(Role.ANNOTATOR)
def undo() -> ResponseReturnValue:
    """Take the last answer back and show its pair again."""
    only = request.form.get("last", "")
    found = services().judging.undo(
        user_id=judge(), only=int(only) if only.isascii() and only.isdigit() else None
    )
    if found is None:
        return onward(mode_of(request.form), said=_("There was nothing to take back."))
    again = None if found.is_check else services().judging.name_of(found)
    return onward(Mode(found.mode), again=again or "")


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
