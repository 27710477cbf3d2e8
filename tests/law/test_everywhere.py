"""Every route, page, cursor, cache and export, walked with a restricted picture in the database."""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule

from service.db.analytics.figures import STATEMENTS
from service.domain import Role, User
from service.services import Services
from service.web.app import create_app
from tests.law.conftest import shown
from tests.web.conftest import with_token

SECRET_WORDS = "a boy with the word sesame"
# What can stand where a route has an argument that is no number. A new one is added here, or the
# walk below fails: no page is left out because nobody knew how to ask for it.
ARGUMENTS = {
    "name": [*STATEMENTS],
    "kind": ["csv", "json", "parquet"],
    "place": ["everywhere", "DE"],
    "filename": ["logo.svg"],
}
NUMBERS = ["1", "2"]
QUERIES = (
    "",
    "?q=red",
    "?q=red&country=US",
    "?q=sesame",
    "?limit=100&q=red&min_score=0",
    "?state=ready",
    "?state=pending",
    "?w=640",
    "?like={image_id}",
    "?q=red&like={image_id}&sort=newest",
    "?q=red+-blue&limit=100&min_score=0",
)
# What visitors never see takes no questions of theirs.
BACK_ROOMS = ("/admin", "/analytics", "/health", "/metrics", "/sign-in", "/account")
# Where admins decide about such pictures, with every look on the trail, they may meet them.
FOR_DECISIONS = "/admin/restricted"


def filled(rule: Rule, image_id: str) -> Iterator[str]:
    """A route's addresses: with the picture, and with whatever else its arguments may be."""
    paths = [str(rule.rule)]
    for written, converter, argument in re.findall(r"(<(?:(\w+):)?(\w+)>)", rule.rule):
        values = [image_id] if converter == "id" else NUMBERS if converter == "int" else None
        values = values or ARGUMENTS.get(argument) or pytest.fail(f"{rule}: what is {argument}?")
        paths = [path.replace(written, value) for path in paths for value in values]
    yield from paths


def addresses(app: Flask, image_id: str) -> Iterator[str]:
    """Every address of the app that can be read."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield from filled(rule, image_id)


@pytest.fixture
def restricted(services: Services) -> str:
    """A picture whose caption, question and judged text all hold a word that is told nowhere."""
    image_id = shown(services, [SECRET_WORDS], questions=["where the boy says sesame"], number=2)
    with services.transactions() as transaction:
        conn = transaction.conn
        conn.execute(text("INSERT INTO judges (kind, name, dataset_id)"
                          " SELECT 'panel', 'p', min(id) FROM datasets"))  # fmt: skip
        conn.execute(text("INSERT INTO queries (query_id, text) VALUES ('red-2.png#0', 'sesame')"))
        conn.execute(
            text("INSERT INTO expert_grades (image_id, query_key, judge_id, grades)"
                 " SELECT i.id, q.id, j.id, '{2,2,3}' FROM images i, queries q, judges j"
                 " WHERE i.public_id = :id"),
            {"id": image_id},
        )  # fmt: skip
    services.refresh_analytics()
    return image_id


def query_of(address: str) -> str:
    """What stands behind the path of an address."""
    return address.partition("?")[2]


def leaks(body: bytes, image_id: str) -> list[bytes]:
    """What of the picture an answer tells."""
    return [sign for sign in (b"sesame", b"red-2", image_id.encode()) if sign in body]


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.ANNOTATOR, Role.ANALYST, Role.ADMIN])
def test_no_address_shows_anything_of_a_restricted_picture(
    services: Services, restricted: str, role: Role | None
) -> None:
    """No id, no words, no bytes, whoever asks; outside the pages where admins decide."""
    shown(services, ["a red car"], number=1)
    app = create_app(services)
    reader = app.test_client()
    if role is not None:
        services.accounts.add(name="reader", role=role)
        reader = with_token(app, services.accounts.create_token(name="reader"))
    seen = set()
    for path in addresses(app, restricted):
        if role is Role.ADMIN and path.startswith(FOR_DECISIONS):
            continue
        for query in QUERIES[:1] if path.startswith(BACK_ROOMS) else QUERIES:
            asked = path + query.format(image_id=restricted)
            with reader.get(asked) as answer:
                body = answer.get_data()
            # What was asked with may be said again: an address leads back, a box keeps its words.
            for given in (
                asked,
                path,
                *(one for one in ("sesame", restricted) if one in query_of(asked)),
            ):
                body = body.replace(given.encode(), b"")
            assert leaks(body, restricted) == [], asked
            if restricted in path:
                assert answer.status_code in {302, 401, 403, 404, 405, 451}, path
            seen.add(answer.status_code)
    assert {200, 451} <= seen


def test_an_analysts_own_questions_tell_nothing_of_it(
    services: Services, app: Flask, restricted: str
) -> None:
    """Every view in every form of export keeps the row and drops its names and words."""
    services.accounts.add(name="ana", role=Role.ANALYST)
    analyst = with_token(app, services.accounts.create_token(name="ana"))
    for view in services.console.views():
        for form in ("table", "csv", "json", "parquet"):
            answer = analyst.post(
                "/analytics/sql",
                data={"sql": f"SELECT * FROM {view}", "as": form},  # noqa: S608
            )
            assert answer.status_code == 200, view
            # The row stays, so that counts are true: a key that opens nothing may be in it.
            told = answer.get_data().replace(restricted.encode(), b"")
            assert leaks(told, restricted) == [], (view, form)


def test_every_page_of_a_search_leaves_out_what_is_restricted_meanwhile(
    services: Services, client: FlaskClient, ada: User
) -> None:
    """Over the API and on the page, through cursors made and candidates kept before."""
    ids = {shown(services, [f"car {number}"], number=number) for number in range(90)}
    for path, limit in (("/api/v1/search", {"limit": 20}), ("/results", {})):
        asked = {"q": "red", **limit}
        first = client.get(path, query_string=asked)
        gone = next(one for one in sorted(ids) if one not in first.text)
        services.review.restrict(gone, admin=ada, reason="a complaint")
        ids.discard(gone)
        pages = [first.text]
        while cursor := cursor_of(pages[-1]):
            pages.append(client.get(path, query_string={**asked, "cursor": cursor}).text)
        assert len(pages) > 1
        assert all(any(one in page for page in pages) for one in ids)
        assert not any(gone in page for page in pages)
        assert gone not in client.get(path, query_string=asked).text


def cursor_of(page: str) -> str:
    """The cursor in a document of the API, or in a page's link to more."""
    if page.startswith("{"):
        return json.loads(page)["next_cursor"] or ""
    more = re.search(r"[?&;]cursor=([^&\"]+)", page)
    return unquote(more[1]) if more else ""
