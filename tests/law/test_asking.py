"""Refused searches, as a browser and a script meet them: disclaimer, language, nothing else."""

from dataclasses import replace

from flask.testing import FlaskClient
from markupsafe import escape

from service.policy.rules import Term
from service.services import Services
from tests.law.conftest import EDITOR, EVERYWHERE, shown

DISCLAIMER = "This image is unavailable in your country in compliance with local laws"
TRANSLATION = "Это изображение недоступно в вашей стране"


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


def test_a_refusal_tells_no_way_around_it(services: Services, client: FlaskClient) -> None:
    """Neither the rule nor the words that matched are told, in either language, on page and API."""
    shown(services, ["a red car"])
    for path in (
        "/?q=two+schoolboys",
        "/results?q=two+schoolboys",
        "/api/v1/search?q=two+schoolboys",
    ):
        for language in ("en", "ru"):
            answer = client.get(path, headers={"Accept-Language": language})
            said = answer.text
            for asked in ("two schoolboys", "two+schoolboys", "two%2Bschoolboys"):
                said = said.replace(asked, "")
            assert answer.status_code == 451
            assert 'rel="blocked-by"' in answer.headers["Link"]
            assert "boy" not in said
            assert "<mark" not in said
            assert "/images/" not in said


def test_another_disclaimer_is_shown_word_for_word(services: Services, client: FlaskClient) -> None:
    """The rule set's own words are shown as they are; only the law's default is translated."""
    words = "Withheld under section 12; write to the operator <ombudsman>."
    services.book.replace(EDITOR, [replace(EVERYWHERE, disclaimer=words)])
    services.gate.look_again()
    page = client.get("/?q=a+boy", headers={"Accept-Language": "ru"})
    assert escape(words) in page.text
    assert TRANSLATION not in page.text
    assert client.get("/api/v1/search?q=a+boy").get_json()["disclaimer"] == words


def test_no_example_is_one_that_would_be_refused(services: Services, client: FlaskClient) -> None:
    """What the start page suggests passes the gate as it is now."""
    examples = {"en": ["a red car", "a red wizard"], "ru": []}
    services.sample.advance("ready", done=1, total=1, examples=examples)
    assert services.examples("en") == ["a red car", "a red wizard"]
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    services.gate.look_again()
    assert services.examples("en") == ["a red car"]
    assert "wizard" not in client.get("/").text
