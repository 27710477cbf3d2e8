"""Where to sign in, and where to go afterwards: only ever to a page of this site."""

from urllib.parse import urlsplit

from flask import request, url_for


def sign_in_url() -> str:
    """The sign-in page, which leads back to the page asked for."""
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return url_for("account.sign_in", next=here)


def safe_next(target: str) -> str:
    """The page to go on to, or the start page when the wish leads elsewhere."""
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if any(ord(char) <= ord(" ") for char in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target
