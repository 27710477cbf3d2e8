"""Searches under the law, as a browser and a script meet them: country, disclaimer, language."""

import pytest
from flask.testing import FlaskClient

from service.config import Settings
from service.services import Services
from service.web.app import create_app
from service.web.country import is_trusted
from tests.law.conftest import shown

DISCLAIMER = "This image is unavailable in your country in compliance with local laws"
TRANSLATION = "Это изображение недоступно в вашей стране"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A German installation behind a proxy on this machine that knows countries."""
    return settings.model_copy(
        update={
            "country": "DE",
            "country_header": "X-Country",
            "trusted_proxies": "127.0.0.0/8",
        }
    )


def status(client: FlaskClient, query: str, **how: object) -> int:
    """The API's status for a query."""
    answer = client.get("/api/v1/search", query_string={"q": query, **how.pop("args", {})}, **how)  # type: ignore[dict-item]
    return answer.status_code


def test_a_refused_search_says_the_disclaimer_and_shows_nothing(
    services: Services, client: FlaskClient
) -> None:
    """Page and API answer 451, never to be stored; a Russian page adds a translation."""
    image_id = shown(services, ["a red car"])
    answer = client.get("/api/v1/search?q=a+red+boy")
    problem = answer.get_json()
    assert (answer.status_code, problem["disclaimer"]) == (451, DISCLAIMER)
    assert problem["policy_version"] == services.book.latest()
    assert "results" not in problem
    for language, translated in (("en", False), ("ru", True)):
        for path in ("/?q=a+red+boy", "/results?q=a+red+boy"):
            page = client.get(path, headers={"Accept-Language": language})
            assert page.status_code == 451
            assert page.headers["Cache-Control"] == "no-store"
            assert DISCLAIMER in page.text
            assert (TRANSLATION in page.text) is translated
            assert image_id not in page.text


def test_the_country_comes_from_a_trusted_proxy_only(services: Services) -> None:
    """Its header counts, anybody else's does not, and a header that names none means unknown."""
    shown(services)
    client = create_app(services).test_client()
    proxied = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
    direct = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    from_france = {"headers": {"X-Country": "FR"}}
    assert status(client, "a unicorn", **proxied) == 451
    assert status(client, "a unicorn", **proxied, **from_france) == 200
    assert status(client, "a dragon", **proxied, **from_france) == 451
    assert status(client, "a unicorn", **direct, **from_france) == 451
    assert status(client, "a dragon", **proxied, headers={"X-Country": "XX"}) == 451


def test_a_named_country_adds_rules_and_lifts_none(
    services: Services, client: FlaskClient, admin: FlaskClient
) -> None:
    """A visitor meets both countries' rules; an admin previews the other country alone."""
    shown(services)
    france = {"country": "FR"}
    assert status(client, "a dragon") == 200
    assert status(client, "a dragon", args=france) == 451
    assert status(client, "a unicorn", args=france) == 451
    assert status(client, "a unicorn", args={"country": "XX"}) == 451
    assert status(admin, "a unicorn", args=france) == 200
    assert status(admin, "a dragon", args=france) == 451


@pytest.mark.parametrize(
    ("address", "trusted"),
    [("127.0.0.1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False), ("", False)],
)
def test_a_proxy_is_trusted_by_its_address(
    settings: Settings,
    address: str,
    trusted: bool,  # noqa: FBT001
) -> None:
    """Only the operator's networks count, whichever way the address is written."""
    assert is_trusted(settings, address) is trusted
