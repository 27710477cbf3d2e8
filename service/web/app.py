"""Makes the Flask app around the services: settings, guards, then a blueprint a page."""

import hashlib
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import BaseConverter

from service.services import Services
from service.web import (
    account,
    admin,
    analytics,
    annotate,
    api,
    audit,
    by_picture,
    collections,
    comparisons,
    console,
    duplicates,
    encoders,
    health,
    imports,
    jobs,
    judges,
    pictures,
    publishing,
    quality,
    reports,
    restricted,
    search,
    system,
    terms,
    trash,
    users,
    versions,
)
from service.web.auth import init_auth
from service.web.compression import init_compression
from service.web.cross_origin import init_cross_origin
from service.web.errors import init_errors
from service.web.incoming import init_incoming
from service.web.law_words import init_law_words
from service.web.limits import guard_sign_in, init_limits
from service.web.metrics import init_metrics
from service.web.preferences import init_preferences
from service.web.request_log import init_request_log
from service.web.security import init_security
from service.web.shell import init_shell
from service.web.view_words import init_view_words

PAGES = (
    search,
    by_picture,
    pictures,
    account,
    admin,
    restricted,
    terms,
    versions,
    audit,
    reports,
    health,
    analytics,
    console,
    encoders,
    imports,
    quality,
    publishing,
    comparisons,
    judges,
    annotate,
    jobs,
    users,
    system,
    collections,
    duplicates,
    trash,
)
STATIC = Path(__file__).with_name("static")
SESSION_DAYS = 30
# 500 files in one request, each with a field or two beside it.
MAX_PARTS = 2000
# Must exceed the 64 kB in which werkzeug reads files, or it refuses them as too large.
MAX_FIELD_BYTES = 512 * 1024


def create_app(services: Services) -> Flask:
    """The web application of these services."""
    app = Flask("service.web", static_url_path=f"/static/{static_version()}")
    app.url_map.converters["id"] = IdConverter
    app.json = Json(app)
    app.config.from_mapping(_config(services))
    app.extensions["glimpse"] = services
    init_incoming(app, services.settings.home)
    # Answers pass these in the opposite order: the log line comes last and sees the final status.
    init_request_log(app)
    init_compression(app)
    init_metrics(app, services)
    init_preferences(app)
    init_security(app)
    init_cross_origin(app)
    init_auth(app)
    init_view_words(app)
    init_law_words(app)
    init_shell(app)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    api.init_api(app)
    # Last, because the API's own library would answer errors in a shape of its own.
    init_errors(app)
    guard_sign_in(init_limits(app, services), app, "account.do_sign_in")
    return app


class Json(DefaultJSONProvider):
    """JSON that people can read: letters as they are, fields in the contract's order."""

    ensure_ascii = False
    sort_keys = False


class IdConverter(BaseConverter):
    """A picture's id in an address; whatever else stands there leads nowhere."""

    regex = "[A-Za-z0-9_-]{1,64}"


def static_version() -> str:
    """A digest of every static file: a new release gets new addresses, so caches may keep all."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*.*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _config(services: Services) -> dict[str, object]:
    settings = services.settings
    return {
        "SECRET_KEY": services.secret_key,
        "MAX_CONTENT_LENGTH": settings.max_request,
        "MAX_FORM_PARTS": MAX_PARTS,
        "MAX_FORM_MEMORY_SIZE": MAX_FIELD_BYTES,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=SESSION_DAYS),
        "SESSION_COOKIE_NAME": "glimpse_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": not settings.is_loopback,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "PROPAGATE_EXCEPTIONS": False,
    }
