"""What every view asks for: the services behind this app, and who is asking."""

from typing import cast

from flask import current_app
from flask_login import current_user

from service.domain import Asker, Role, User
from service.services import Services
from service.web.country import country_of_request


def services() -> Services:
    """The use cases that this app was made with."""
    return cast("Services", current_app.extensions["glimpse"])


def signed_in() -> User | None:
    """The person behind the session or the token, if any."""
    return current_user.user if current_user.is_authenticated else None


def asker(country: str = "") -> Asker:
    """Who is asking and from where.

    A country named in the request adds its rules to those of the asking country; only admins,
    who may preview any country's view, ask as if from there.
    """
    user = signed_in()
    from_where = country_of_request(services().settings)
    previews = user is not None and user.role is Role.ADMIN and bool(country)
    return Asker(
        country=country if previews else from_where,
        user_id=user.user_id if user else None,
        role=user.role if user else None,
        added_country="" if previews else country,
    )
