"""The page of people and tokens: who may do what, seen when, and every change with a way back."""

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from service.domain import Role
from service.errors import Conflict, Invalid, NotFound
from service.web.auth import Account, requires
from service.web.context import services, signed_in
from service.web.errors import status_of, wording
from service.web.job_words import since
from service.web.view_words import role_words
from service.web.words import say as _

blueprint = Blueprint("users", __name__, url_prefix="/admin/users")


class NoSuchRole(Invalid):
    """There is no role {given}; choose one from the list."""


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Everybody with an account, and every token."""
    return _page()


@blueprint.post("")
@requires(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Make an account; its one-time password is on the page that answers, and nowhere else."""
    form = request.form
    role = _role(form.get("role", ""))
    user, password = services().accounts.add(name=form.get("name", "").strip(), role=role, by=_by())
    return _secret(_("One-time password of %(name)s", name=user.name), password)


@blueprint.post("/<int:user_id>/role/<role>")
@requires(Role.ADMIN)
def give_role_back(user_id: int, role: str) -> ResponseReturnValue:
    """Give the role that the address names, as undoing does."""
    return _give_role(user_id, role)


@blueprint.post("/<int:user_id>/role")
@requires(Role.ADMIN)
def give_role(user_id: int) -> ResponseReturnValue:
    """Give the role that was chosen."""
    return _give_role(user_id, request.form.get("role", ""))


def _give_role(user_id: int, wish: str) -> ResponseReturnValue:
    role = _role(wish)
    before = services().people.give_role(user_id, role, by=_by())
    if before.role is role:
        return redirect(url_for("users.overview"), HTTPStatus.SEE_OTHER)
    undo = url_for("users.give_role_back", user_id=user_id, role=before.role.value)
    return _back(_("%(name)s is now: %(role)s.", name=before.name, role=role_words(role)), undo)


@blueprint.post("/<int:user_id>/disable")
@requires(Role.ADMIN)
def disable(user_id: int) -> ResponseReturnValue:
    """Take an account out of use."""
    person = services().people.disable(user_id, by=_by())
    undo = url_for("users.enable", user_id=user_id)
    return _back(_("%(name)s cannot sign in any more.", name=person.name), undo)


@blueprint.post("/<int:user_id>/enable")
@requires(Role.ADMIN)
def enable(user_id: int) -> ResponseReturnValue:
    """Take it back into use."""
    person = services().people.enable(user_id, by=_by())
    return _back(_("%(name)s can sign in again.", name=person.name))


@blueprint.post("/<int:user_id>/reset")
@requires(Role.ADMIN)
def reset(user_id: int) -> ResponseReturnValue:
    """Show a one-time password in place of a forgotten one."""
    person, password = services().people.reset_password(user_id, by=_by())
    _stay_signed_in(user_id)
    return _secret(_("One-time password of %(name)s", name=person.name), password)


@blueprint.post("/<int:user_id>/end-sessions")
@requires(Role.ADMIN)
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere; whoever does it to himself stays signed in here."""
    person = services().people.end_sessions(user_id, by=_by())
    _stay_signed_in(user_id)
    return _back(_("%(name)s is signed out everywhere.", name=person.name))


@blueprint.post("/tokens")
@requires(Role.ADMIN)
def add_token() -> ResponseReturnValue:
    """Make a token; it is on the page that answers, and nowhere else."""
    form = request.form
    wish = form.get("role", "")
    token = services().accounts.create_token(
        name=form.get("owner", ""),
        called=form.get("called", "").strip(),
        role=_role(wish) if wish else None,
        by=_by(),
    )
    return _secret(_("New token of %(name)s", name=form.get("owner", "")), token)


@blueprint.post("/tokens/<int:token_id>/revoke")
@requires(Role.ADMIN)
def revoke(token_id: int) -> ResponseReturnValue:
    """Refuse a token from now on."""
    token = services().people.revoke(token_id, by=_by())
    undo = url_for("users.restore", token_id=token_id)
    return _back(_("The token %(name)s is revoked.", name=token.title), undo)


@blueprint.post("/tokens/<int:token_id>/restore")
@requires(Role.ADMIN)
def restore(token_id: int) -> ResponseReturnValue:
    """Accept a revoked token again."""
    token = services().people.restore(token_id, by=_by())
    return _back(_("The token %(name)s works again.", name=token.title))


@blueprint.errorhandler(Invalid)
@blueprint.errorhandler(Conflict)
@blueprint.errorhandler(NotFound)
def refused(error: Exception) -> ResponseReturnValue:
    """Say on the page itself why something was not done, with what was typed still there."""
    return _page(problem=wording(error)), status_of(error)


def _page(*, problem: str = "", title: str = "", secret: str = "") -> str:
    found = services().people
    return render_template(
        "users.html",
        people=found.listed(),
        tokens=found.tokens(),
        roles=list(Role),
        form=request.form,
        problem=problem,
        title=title,
        secret=secret,
        since=since,
    )


def _secret(title: str, secret: str) -> ResponseReturnValue:
    answer = make_response(_page(title=title, secret=secret))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _role(wish: str) -> Role:
    try:
        return Role(wish)
    except ValueError:
        raise NoSuchRole(given=wish) from None


def _by() -> int | None:
    user = signed_in()
    return user.user_id if user else None


def _stay_signed_in(user_id: int) -> None:
    """A session that its own owner ended elsewhere goes on here; a token begins none."""
    user = signed_in()
    if user and user.user_id == user_id and "Authorization" not in request.headers:
        changed = services().user(user_id)
        if changed:
            login_user(Account(changed))


def _back(said: str, undo: str = "") -> ResponseReturnValue:
    flash(said, f"undo-at:{undo}" if undo else "message")
    return redirect(url_for("users.overview"), HTTPStatus.SEE_OTHER)
