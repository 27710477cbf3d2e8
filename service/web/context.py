"""What every view asks for: the services behind this app, and who is asking."""

from typing import cast

from flask import current_app
from flask_login import current_user

from service.domain import Asker, User
from service.wiring import Services

UNKNOWN = "unknown"


def services() -> Services:
    """The use cases that this app was made with."""
    return cast("Services", current_app.extensions["glimpse"])


def signed_in() -> User | None:
    """The person behind the session or the token, if any."""
    return current_user.user if current_user.is_authenticated else None


def asker(country: str = "") -> Asker:
    """Who is asking and from where.

    A country named in the request can only add rules: where it differs from
    the asking one the country counts as unknown, which meets all rules.
    """
    home = services().settings.country
    known = "" if home.lower() == UNKNOWN else home.upper()
    if country and country.upper() != known:
        known = ""
    user = signed_in()
    return Asker(
        country=known,
        user_id=user.user_id if user else None,
        role=user.role if user else None,
    )
