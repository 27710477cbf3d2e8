"""A flask-smorest blueprint in our terms: 400 for bad input, fields and files in one form."""

from typing import Any, ClassVar

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict


class StrictParser(FlaskParser):
    """Says 400 where webargs would say 422: the contract knows one kind of bad input."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs' own
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "multipart": "exclude",
    }
    __location_map__: dict[str, Any] = {  # noqa: RUF012 - as above
        **FlaskParser.__location_map__,
        "multipart": "load_multipart",
    }

    def load_multipart(self, req: Request, schema: Schema) -> Any:
        """Fields and files of one form."""
        both: MultiDict[str, Any] = MultiDict(req.form)
        both.update(req.files)
        return self._makeproxy(both, schema)


class Resource(Blueprint):  # type: ignore[misc] # flask-smorest ships no types
    """A group of calls."""

    ARGUMENTS_PARSER = StrictParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "multipart": "multipart/form-data",
    }
