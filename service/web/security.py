"""The headers that keep pages, pictures and refusals safe in a browser."""

from flask import Flask, Response, request

# Nothing inline and nothing from elsewhere; blob: is for previews of files about to be uploaded.
POLICY = "; ".join(  # noqa: FLY002 - a line a source reads better
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FIRST_REFUSAL = 400


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code >= FIRST_REFUSAL:
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("ETag", None)
    elif request.endpoint != "static":
        # A page may show who is signed in or what was searched for.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def init_security(app: Flask) -> None:
    """Add the headers to whatever is answered, refusals included."""
    app.after_request(_protect)
