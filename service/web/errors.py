"""The one table from families of errors to HTTP, and how a refusal is worded and shown."""

import errno
import inspect
from typing import Any

import structlog
from flask import Flask, Response, g, json, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from service.errors import (
    Conflict,
    Forbidden,
    GlimpseError,
    Invalid,
    LegallyUnavailable,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unavailable,
)
from service.web.auth_links import sign_in_url
from service.web.words import say

log = structlog.get_logger("glimpse.web")

DISCLAIMER = inspect.cleandoc(LegallyUnavailable.__doc__ or "")

STATUS: dict[type[GlimpseError], int] = {
    TooLarge: 413,
    Invalid: 400,
    NotFound: 404,
    Conflict: 409,
    NotSignedIn: 401,
    Forbidden: 403,
    Unavailable: 503,
    LegallyUnavailable: 451,
    GlimpseError: 500,
}
# status: (the name in the problem's type, its title, what to do when nobody knows better)
KINDS: dict[int, tuple[str, Any, Any]] = {
    400: ("invalid", _l("That cannot be used"), _l("Check what was sent and try again.")),
    401: ("not-signed-in", _l("Sign in first"), _l("Sign in, or send a token that is valid.")),
    403: ("forbidden", _l("Not allowed"), _l("Your role does not allow this.")),
    404: ("not-found", _l("Nothing here"), _l("There is nothing at this address.")),
    405: ("method", _l("Not done this way"), _l("This address does not take that method.")),
    409: ("conflict", _l("Not now"), _l("It cannot be done in the present state.")),
    413: ("too-large", _l("Too large"), _l("Send less at once: fewer or smaller files.")),
    415: ("media-type", _l("Unknown kind of content"), _l("Send the content type that is asked.")),
    429: ("too-many", _l("Too many attempts"), _l("Wait a minute, then try again.")),
    451: ("legal", _l("Unavailable for legal reasons"), _l("The law here does not allow it.")),
    500: ("failure", _l("Something broke"), _l("It has been noted. Try again in a moment.")),
    503: ("unavailable", _l("Not ready"), _l("A part that is needed does not answer. Try again.")),
    507: ("disk-full", _l("No space left"), _l("The server's disk is full; tell its operator.")),
}
DEFAULT_KIND = 400
RETRY_SECONDS = "5"


def status_of(error: Exception) -> int:
    """The status that the table gives to an error's nearest family."""
    if isinstance(error, HTTPException):
        return error.code or 500
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return 507
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def wording(error: Exception) -> str:
    """The error's sentence in the reader's language, with the facts of the case."""
    status = status_of(error)
    if isinstance(error, GlimpseError) and not isinstance(error, LegallyUnavailable):
        template = " ".join(inspect.cleandoc(type(error).__doc__ or "").split())
        return say(template).format(**error.facts)
    return str(kind_of(status)[2])


def disclaimer_of(error: LegallyUnavailable) -> str:
    """The words of the rule that refuses, which are the law's own unless its admin chose others."""
    return str(error.facts.get("disclaimer") or DISCLAIMER)


def kind_of(status: int) -> tuple[str, Any, Any]:
    """Name, title and advice of a status; an unlisted one borrows its class's."""
    return KINDS.get(status) or KINDS[DEFAULT_KIND if status < 500 else 500]  # noqa: PLR2004


def fields_of(error: Exception) -> dict[str, list[str]]:
    """What is wrong field by field, where that is known."""
    if isinstance(error, Invalid) and (field := error.field):
        return {field: [wording(error)]}
    messages = (getattr(error, "data", None) or {}).get("messages") or {}
    return {field: _flat(texts) for place in messages.values() for field, texts in place.items()}


def _flat(texts: Any) -> list[str]:
    """What is wrong with a field, or with some members of a list."""
    if isinstance(texts, dict):
        return sorted({said for found in texts.values() for said in _flat(found)})
    return [str(texts)] if isinstance(texts, str) else list(texts)


def problem(error: Exception) -> dict[str, Any]:
    """The RFC 9457 document of an error."""
    status = status_of(error)
    name, title, _advice = kind_of(status)
    document: dict[str, Any] = {
        "type": f"/api/v1/docs#problem-{name}",
        "title": str(title),
        "status": status,
        "detail": wording(error),
        "instance": request.path,
        "request_id": g.get("request_id", ""),
    }
    if fields := fields_of(error):
        document["errors"] = fields
        if not isinstance(error, GlimpseError):
            document["detail"] = " ".join(
                f"{field}: {' '.join(said)}" for field, said in fields.items()
            )
    if isinstance(error, LegallyUnavailable):
        document["disclaimer"] = disclaimer_of(error)
        document["policy_version"] = error.facts.get("policy_version")
    return document


def _page(error: Exception) -> str:
    status = status_of(error)
    # The search page's script asks for what only fills a gap.
    alone = request.path == "/results" or "X-Part" in request.headers
    template = "_error.html" if alone else "error.html"
    return render_template(
        template,
        status=status,
        title=kind_of(status)[1],
        detail=wording(error),
        disclaimer=disclaimer_of(error) if isinstance(error, LegallyUnavailable) else "",
        query=request.args.get("q", ""),
    )


def _body(error: Exception) -> Response:
    if request.path.startswith("/api/"):
        return Response(json.dumps(problem(error)), mimetype="application/problem+json")
    try:
        return make_response(_page(error))
    except Exception:
        log.exception("error page failed")
        return Response(f"{kind_of(status_of(error))[1]}\n", mimetype="text/plain")


def _headers(error: Exception) -> dict[str, str]:
    status = status_of(error)
    headers: dict[str, str] = {}
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer realm="glimpse"'
    if status == 451:  # noqa: PLR2004
        headers["Link"] = f'<{request.host_url}>; rel="blocked-by"'
    if status == 503:  # noqa: PLR2004
        headers["Retry-After"] = RETRY_SECONDS
    if isinstance(error, HTTPException):
        kept = {"Allow", "Retry-After"}
        headers |= {name: value for name, value in error.get_headers() if name in kept}
    if isinstance(error, RateLimitExceeded):
        headers["Retry-After"] = str(error.limit.limit.get_expiry())
    return headers


def answer(error: Exception) -> Response:
    """Turn any error into its one answer; what nobody foresaw is logged, never shown."""
    status = status_of(error)
    if isinstance(error, HTTPException) and error.response is not None:
        return make_response(error.response)
    if isinstance(error, HTTPException) and 300 <= status < 400:  # noqa: PLR2004
        return make_response(error.get_response())
    if status == 500 and not isinstance(error, HTTPException):  # noqa: PLR2004
        log.error("unforeseen error", exc_info=error)
    if isinstance(error, NotSignedIn) and _may_redirect():
        return make_response(redirect(sign_in_url()))
    response = _body(error)
    response.status_code = status
    response.headers.update(_headers(error))
    return response


def _may_redirect() -> bool:
    return request.method == "GET" and not request.path.startswith("/api/")


def init_errors(app: Flask) -> None:
    """Send every error through the table."""
    app.register_error_handler(Exception, answer)
