"""Refuses unsafe requests that another site's page sends with our visitor's cookies.

Browsers say where a request comes from (Sec-Fetch-Site, and Origin before it),
so no token has to be carried through every form. Whoever sends neither header
is not a browser and brings no one else's cookies along.
"""

from urllib.parse import urlsplit

from flask import Flask, Request, request

from service.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})


class CrossOrigin(Forbidden):
    """This request came from another site's page; open Glimpse itself and repeat it there."""


def is_foreign(req: Request) -> bool:
    """Whether an unsafe request was made by a page of another origin."""
    if req.method in SAFE_METHODS:
        return False
    if site := req.headers.get("Sec-Fetch-Site", ""):
        return site not in OWN_SITES
    if origin := req.headers.get("Origin", ""):
        return not _same_host(origin, req.host)
    return False


def _same_host(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def _refuse_foreign() -> None:
    if is_foreign(request):
        raise CrossOrigin


def init_cross_origin(app: Flask) -> None:
    """Check every request before anything of its body is read."""
    app.before_request(_refuse_foreign)
