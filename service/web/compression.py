"""Sends text compressed to whoever takes it: pages, scripts and styles shrink to about a quarter.

A page that is compressed can betray a secret that stands in it beside what a stranger made the
browser send, by its length alone. Ours carry no tokens (docs/decisions/0007); what is answered to
a form, where new passwords and tokens are shown once, and what nobody may store are not compressed;
and each compressed page gets a few bytes more by chance, so that single letters do not show.
"""

import gzip
import io
import secrets
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.http import unquote_etag

TEXTS = {
    "text/html",
    "text/css",
    "text/javascript",
    "text/plain",
    "image/svg+xml",
    "application/json",
    "application/javascript",
    "application/problem+json",
}
# Less than a packet: nothing is won.
SMALLEST = 1_000
PAGE_EFFORT, STATIC_EFFORT = 5, 9
MOST_PADDING = 48
OK = 200


def init_compression(app: Flask) -> None:
    """Compress answers on their way out."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    if not _may(response):
        return response
    is_static = request.endpoint == "static"
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < SMALLEST:
        return response
    packed = _of_file(data) if is_static else _of_page(data)
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    tag, _is_weak = unquote_etag(response.headers.get("ETag"))
    if tag:
        # Other bytes that say the same.
        response.set_etag(tag, weak=True)
    return response


def _may(response: Response) -> bool:
    """Whether the answer may be compressed, and its reader can read it."""
    is_whole = request.endpoint == "static" or not response.is_streamed
    return (
        request.method == "GET"
        and response.status_code == OK
        and is_whole
        and not response.cache_control.no_store
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
    )


@lru_cache(maxsize=128)
def _of_file(data: bytes) -> bytes:
    return gzip.compress(data, STATIC_EFFORT, mtime=0)


def _of_page(data: bytes) -> bytes:
    """The page compressed, with a name of random length in gzip's header."""
    out = io.BytesIO()
    name = "p" * secrets.randbelow(MOST_PADDING)
    with gzip.GzipFile(name, "wb", PAGE_EFFORT, out, mtime=0) as packed:
        packed.write(data)
    return out.getvalue()
