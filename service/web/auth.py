"""Who is signed in: a session for pages, a bearer token for scripts, and checks of roles."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Request
from flask_login import LoginManager, UserMixin

from service.domain import Role, User
from service.errors import Forbidden, NotSignedIn, Unavailable
from service.web.context import services, signed_in

P = ParamSpec("P")
R = TypeVar("R")
SCHEME = "bearer "


class SignInNeeded(NotSignedIn):
    """This is for people with an account; sign in first."""


class BadToken(NotSignedIn):
    """The token is not valid; ask an admin for another one."""


class WrongRole(Forbidden):
    """This needs the role {role}; ask an admin for it."""


class Account(UserMixin):  # type: ignore[misc] # flask-login ships no types
    """A user in the shape that flask-login wants."""

    def __init__(self, user: User) -> None:
        """Keep the user as the use cases know him."""
        self.user = user

    def get_id(self) -> str:
        """What the session remembers: who it is, and which password it was begun with."""
        return f"{self.user.user_id}.{self.user.stamp}"


def _by_session(remembered: str) -> Account | None:
    user_id, _dot, stamp = remembered.partition(".")
    try:
        user = services().accounts.visitor(int(user_id))
    except Unavailable:
        # A page that needs the database says so itself; the others still work.
        return None
    return Account(user) if user and user.stamp == stamp else None


def _by_token(request: Request) -> Account | None:
    given = request.headers.get("Authorization", "")
    if not given.lower().startswith(SCHEME):
        return None
    user = services().user_of_token(given[len(SCHEME) :].strip())
    if user is None:
        raise BadToken
    return Account(user)


def requires(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people with the role in; admins may do everything."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            user = signed_in()
            if user is None:
                raise SignInNeeded
            if user.role not in {role, Role.ADMIN}:
                raise WrongRole(role=role.value)
            return view(*args, **kwargs)

        return guarded

    return decorate


def needs_account(view: Callable[P, R]) -> Callable[P, R]:
    """Let only signed-in people in, whatever their role."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if signed_in() is None:
            raise SignInNeeded
        return view(*args, **kwargs)

    return guarded


def _viewer() -> dict[str, Any]:
    try:
        user = signed_in()
    except (NotSignedIn, Unavailable):
        # The page that tells of the error is for nobody in particular.
        user = None
    return {"viewer": user, "is_admin": user is not None and user.role is Role.ADMIN}


def init_auth(app: Flask) -> None:
    """Let flask-login load people by session or token."""
    manager = LoginManager(app)
    manager.session_protection = None  # it would sign people out when their network changes
    manager.user_loader(_by_session)
    manager.request_loader(_by_token)
    app.context_processor(_viewer)
