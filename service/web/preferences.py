"""The visitor's language and colours: from ?lang= and ?theme=, a cookie, or the browser."""

from flask import Flask, Response, current_app, request
from flask_babel import Babel

LANGUAGES = {"en": "English", "ru": "Русский"}
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


def language() -> str:
    """The language of this answer."""
    for wish in (request.args.get("lang"), request.cookies.get("lang")):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES, default="en") or "en"


def theme() -> str:
    """The colours of this page; auto leaves the choice to the system."""
    for wish in (request.args.get("theme"), request.cookies.get("theme")):
        if wish in THEMES:
            return wish
    return "auto"


def _remember(response: Response) -> Response:
    for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
        wish = request.args.get(name, "")
        if wish in known:
            response.set_cookie(
                name,
                wish,
                max_age=YEAR,
                samesite="Lax",
                secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            )
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language())
    return response


def init_preferences(app: Flask) -> None:
    """Set up translation and remember what the visitor chooses."""
    Babel(app, locale_selector=language, default_translation_directories="translations")
    app.after_request(_remember)
    app.context_processor(
        lambda: {"language": language(), "theme": theme(), "languages": LANGUAGES}
    )
