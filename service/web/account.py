"""Signing in and out, and the page of one's own account."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from service.accounts import WrongCredentials
from service.domain import User
from service.errors import Invalid, NotSignedIn
from service.web.auth import Account, needs_account
from service.web.auth_links import safe_next
from service.web.context import services, signed_in
from service.web.errors import wording
from service.web.words import say as _

blueprint = Blueprint("account", __name__)


class OldPasswordWrong(NotSignedIn):
    """The present password is wrong."""


class PasswordsDiffer(Invalid):
    """The two new passwords differ; type the same one twice."""


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for name and password, or go on where somebody is signed in already."""
    target = safe_next(request.args.get("next", "/"))
    if signed_in():
        return redirect(target)
    return _form(target)


@blueprint.post("/sign-in")
def do_sign_in() -> ResponseReturnValue:
    """Check the password and start a session."""
    name = request.form.get("name", "")
    target = safe_next(request.form.get("next", "/"))
    try:
        user = services().sign_in(name=name, password=request.form.get("password", ""))
    except NotSignedIn as error:
        return _form(target, name=name, problem=wording(error)), 401
    session.clear()
    session.permanent = True
    login_user(Account(user))
    return redirect(target, 303)


def _form(target: str, *, name: str = "", problem: str = "") -> str:
    return render_template(
        "sign_in.html",
        next=target,
        name=name,
        problem=problem,
        # Off loopback the cookie is for HTTPS only: say so before somebody signs in in vain.
        cookie_lost=current_app.config["SESSION_COOKIE_SECURE"] and not request.is_secure,
    )


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("search.page"), 303)


@blueprint.get("/account")
@needs_account
def account() -> str:
    """Name, role and a form for another password."""
    return render_template("account.html", problem="")


def present(user: User, password: str) -> None:
    """Make sure that somebody knows the password that holds now."""
    try:
        services().sign_in(name=user.name, password=password)
    except WrongCredentials as error:
        raise OldPasswordWrong from error


@blueprint.post("/account")
@needs_account
def change_password() -> ResponseReturnValue:
    """Take a new password from whoever knows the old one."""
    user = signed_in()
    assert user is not None  # noqa: S101 - needs_account has made sure
    form = request.form
    try:
        present(user, form.get("old", ""))
        if form.get("new", "") != form.get("again", ""):
            raise PasswordsDiffer
        services().change_password(user_id=user.user_id, password=form.get("new", ""))
    except (NotSignedIn, Invalid) as error:
        status = 401 if isinstance(error, NotSignedIn) else 400
        return render_template("account.html", problem=wording(error)), status
    if changed := services().user(user.user_id):
        login_user(Account(changed))  # this session goes on; all others have ended
    flash(_("Your password is changed."))
    return redirect(url_for("account.account"), 303)
