"""A few pictures with captions, and people who judge them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.domain import Asker, Role
from service.ingest.embed import embed_waiting
from service.services import Services
from service.web.app import create_app
from tests.factories import plain
from tests.web.conftest import with_token

COLOURS = ("red", "green", "blue", "yellow", "black")


@pytest.fixture
def services(services: Services) -> Services:
    """Everything real but the encoder, with five pictures that say their colour."""
    services.register_encoder()
    for number, colour in enumerate(COLOURS):
        list(
            services.uploading(
                files=[plain(colour, number=number)],
                asker=Asker(),
                captions=(f"a {colour} wall",),
            )
        )
    embed_waiting(services.embedding())
    return services


@pytest.fixture
def annotator(services: Services) -> int:
    """The key of a person who judges."""
    user, _password = services.accounts.add(name="anna", role=Role.ANNOTATOR)
    return user.user_id


@pytest.fixture
def app(services: Services) -> Flask:
    """The app of these services."""
    return create_app(services)


@pytest.fixture
def anna(app: Flask, services: Services, annotator: int) -> FlaskClient:  # noqa: ARG001 - makes the account
    """A script that carries an annotator's token."""
    return with_token(app, services.accounts.create_token(name="anna"))
