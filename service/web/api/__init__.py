"""The JSON API under /api/v1, which describes itself."""

from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest.utils import prepare_response

from service.web.api import annotations, collections, docs, images, score, search, search_by_picture
from service.web.api.schemas import Problem

PREFIX = "/api/v1"
PROBLEM_TYPE = "application/problem+json"
CONFIG: dict[str, Any] = {
    "API_TITLE": "Glimpse",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {"description": "Find photographs by describing them, in English or Russian."},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "glimpse_session"},
            }
        },
    },
}


class ProblemApi(Api):  # type: ignore[misc] # flask-smorest ships no types
    """Documents our problem documents and leaves answering errors to the one table."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Errors have one handler, in service/web/errors.py."""

    def _register_responses(self) -> None:
        """Name every status' refusal once, as a problem document."""
        names = [(status.name, status.phrase) for status in HTTPStatus]
        for name, phrase in [*names, ("DEFAULT_ERROR", "Any other refusal")]:
            response = {"description": phrase, "schema": self.ERROR_SCHEMA}
            prepare_response(response, self.spec, PROBLEM_TYPE)
            self.spec.components.response(name, response, lazy=True)


def init_api(app: Flask) -> None:
    """Serve the resources, their description and the page made from it."""
    app.config.update(CONFIG)
    api = ProblemApi(app)
    for resource in (
        search.blueprint,
        search_by_picture.blueprint,
        score.blueprint,
        images.blueprint,
        annotations.blueprint,
        collections.blueprint,
    ):
        api.register_blueprint(resource, url_prefix=PREFIX)
    app.extensions["glimpse-api-spec"] = api.spec
    app.register_blueprint(docs.blueprint, url_prefix=PREFIX)
