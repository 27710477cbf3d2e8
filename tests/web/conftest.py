"""The app on the real use cases, with an encoder that knows colours and needs no weights."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from service.domain import Asker, Role
from service.ingest.embed import embed_waiting
from service.services import Services
from service.web.app import create_app


@pytest.fixture
def services(services: Services) -> Services:
    """Everything real but the encoder, which serves already."""
    services.register_encoder()
    return services


@pytest.fixture
def app(services: Services) -> Flask:
    """The app of these services."""
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def admin(app: Flask, services: Services) -> FlaskClient:
    """A script that carries an admin's token."""
    services.accounts.add(name="ada", role=Role.ADMIN)
    return with_token(app, services.accounts.create_token(name="ada"))


@pytest.fixture
def viewer(app: Flask, services: Services) -> FlaskClient:
    """A script whose token may only look."""
    services.accounts.add(name="vera", role=Role.VIEWER)
    return with_token(app, services.accounts.create_token(name="vera"))


def with_token(app: Flask, token: str) -> FlaskClient:
    """A client that sends the token with every request."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def drawn(colour: str, size: tuple[int, int] = (60, 40), number: int = 0) -> bytes:
    """A PNG of one colour; the number makes pictures of one colour differ."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).point((number % size[0], number // size[0]), "#808080")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def stored(services: Services, *pictures: tuple[str, bytes], collection: str = "") -> list[str]:
    """Upload pictures and make them searchable; answers their ids."""
    outcome = services.upload(
        files=[(name, io.BytesIO(data)) for name, data in pictures],
        asker=Asker(),
        collection=collection or None,
    )
    embed_waiting(services.embedding(), seconds=30)
    return [one.image_id or "" for one in outcome]
