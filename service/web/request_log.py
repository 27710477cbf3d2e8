"""One structured line for each request, under an id that the client learns too."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from service.web.context import services

log = structlog.get_logger("glimpse.web")
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Answered every few seconds by machines; a line each would bury the rest.
QUIET = frozenset({"health.live", "health.ready", "health.metrics", "static"})


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint in QUIET and response.status_code < 400:  # noqa: PLR2004 - HTTP's border
        return response
    facts: dict[str, object] = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round(1000 * (time.perf_counter() - g.began), 1) if "began" in g else None,
    }
    if services().settings.log_queries and request.query_string:
        facts["query"] = request.query_string.decode("ascii", "replace")
    log.info("request", **facts)
    return response


def _forget(_error: BaseException | None) -> None:
    structlog.contextvars.clear_contextvars()


def init_request_log(app: Flask) -> None:
    """Give each request its id before, and its line after everything else."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
