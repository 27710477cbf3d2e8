"""How often a password may be guessed, counted in Redis or, without it, in this process."""

from typing import cast

from flask import Flask, Response
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from service.services import Services

GUESSES = "10 per minute; 60 per hour"


def _was_wrong(response: Response) -> bool:
    return response.status_code == 401  # noqa: PLR2004


def init_limits(app: Flask, services: Services) -> Limiter:
    """A limiter that outlives Redis: it counts in memory until Redis answers again."""
    pool = services.cache.client.connection_pool
    limiter = Limiter(
        get_remote_address,
        storage_uri="redis://",
        # The services' own connections, wherever their Redis is.
        storage_options=cast("dict[str, str | int]", {"connection_pool": pool}),
        swallow_errors=True,
        in_memory_fallback_enabled=True,
        key_prefix="glimpse",
    )
    limiter.init_app(app)
    return limiter


def guard_sign_in(limiter: Limiter, app: Flask, endpoint: str) -> None:
    """Count wrong passwords only, so that nobody is locked out by signing in."""
    guarded = limiter.limit(GUESSES, deduct_when=_was_wrong)(app.view_functions[endpoint])
    app.view_functions[endpoint] = cast("RouteCallable", guarded)
