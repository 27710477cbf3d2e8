"""A flask-smorest blueprint that answers unusable parameters with 400."""

from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser


class StrictParser(FlaskParser):
    """Says 400 where webargs would say 422: the contract knows one kind of bad input."""

    DEFAULT_VALIDATION_STATUS = 400


class Resource(Blueprint):  # type: ignore[misc] # flask-smorest ships no types
    """A group of calls."""

    ARGUMENTS_PARSER = StrictParser()
