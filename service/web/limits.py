"""How often a password may be guessed, counted in Redis or, without it, in this process."""

from typing import cast

from flask import Flask, Response
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from service.config import Settings

GUESSES = "10 per minute; 60 per hour"
UNIX = "unix://"


def storage_of(settings: Settings) -> str:
    """The counters' place in the words of the limits library."""
    url = settings.redis_url
    if not url:
        return "memory://"
    return f"redis+{url}" if url.startswith(UNIX) else url


def _was_wrong(response: Response) -> bool:
    return response.status_code == 401  # noqa: PLR2004


def init_limits(app: Flask, settings: Settings) -> Limiter:
    """A limiter that outlives Redis: it counts in memory until Redis answers again."""
    storage = storage_of(settings)
    options: dict[str, str | int] = {}
    if storage != "memory://":
        options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    limiter = Limiter(
        get_remote_address,
        storage_uri=storage,
        storage_options=options,
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
