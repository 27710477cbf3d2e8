"""Services under a few rules, which compile in no time, and a visitor, an admin and a picture."""

import io
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.domain import Asker, Role, User
from service.ingest.embed import embed_waiting
from service.law.versions import Editor
from service.policy.rules import Phrase, RuleSet, Term
from service.services import Services
from service.web.app import create_app
from tests.web.conftest import drawn, with_token

EDITOR = Editor(who="a test", why="to see what happens")
EVERYWHERE = RuleSet(
    version=1,
    blocked=(Term("boy", "en", compounds=True), Term("child", "en"), Term("мальчик", "ru")),
    allowed=(Phrase("cowboy", "en"),),
)
GERMAN = RuleSet(version=1, countries=("DE",), blocked=(Term("unicorn", "en"),))
FRENCH = RuleSet(version=1, countries=("FR",), blocked=(Term("dragon", "en"),))


@pytest.fixture
def services(services: Services) -> Services:
    """Everything real but the encoder, under a law for all and one each for two countries."""
    services.register_encoder()
    services.book.replace(EDITOR, [EVERYWHERE, GERMAN, FRENCH])
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
def ada(services: Services) -> User:
    """An admin."""
    return services.accounts.add(name="ada", role=Role.ADMIN)[0]


@pytest.fixture
def admin(app: Flask, services: Services, ada: User) -> FlaskClient:
    """A script that carries the admin's token."""
    return with_token(app, services.accounts.create_token(name=ada.name))


def shown(
    services: Services,
    captions: Sequence[str] = (),
    *,
    questions: Sequence[str] = (),
    number: int = 0,
    embedded: bool = True,
) -> str:
    """A red picture with these texts, searchable unless the law forbids; answers its id."""
    file = (f"red-{number}.png", io.BytesIO(drawn("red", number=number)))
    (one,) = services.uploading(
        files=[file],
        asker=Asker(),
        collection="set/test",
        captions=captions,
        questions=questions,
    )
    if embedded:
        embed_waiting(services.embedding(), seconds=30)
    return str(one.image_id)


def found(services: Services, country: str = "", **how: object) -> set[str]:
    """The ids that a search for red finds for an asker from there."""
    page = services.search(text="red", asker=Asker(country=country), **how)  # type: ignore[arg-type]
    return {hit.image_id for hit in page.hits}
