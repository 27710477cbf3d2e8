"""What stands before every request: headers, origins, ids, errors, metrics, health."""

import gzip
import json
import re
from dataclasses import replace

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from structlog.testing import capture_logs
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from service.accounts import Accounts
from service.cache import Cache, client_of
from service.db.engine import driver_url, make_engine
from service.errors import GlimpseError, Invalid, LegallyUnavailable, TooLarge, Unavailable
from service.jobs import NoNudger
from service.services import Services
from service.stack.endpoints import Endpoints
from service.transaction import Transactions
from service.web.app import create_app
from service.web.cross_origin import is_foreign
from service.web.errors import DISCLAIMER, status_of
from tests.web.conftest import drawn, stored


class TooWide(TooLarge):
    """A width of {width} is too much."""


class Withheld(LegallyUnavailable):
    """This image is unavailable in your country in compliance with local laws"""


def failing(app: Flask, error: Exception) -> FlaskClient:
    """A client of an app two of whose pages raise the error."""

    def raise_it() -> str:
        raise error

    app.add_url_rule("/fails", view_func=raise_it, endpoint="fails")
    app.add_url_rule("/api/v1/fails", view_func=raise_it, endpoint="api-fails")
    return app.test_client()


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    """The policy names no other source than this site, and pages obey it."""
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, True),
        ({"Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost:81"}, True),
        ({"Origin": "http://elsewhere.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://[broken"}, True),
    ],
)
def test_unsafe_requests_of_other_sites_are_foreign(
    headers: dict[str, str],
    foreign: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """Browsers tell where an unsafe request comes from; programs send no such header."""
    for method, expected in (("POST", foreign), ("DELETE", foreign), ("GET", False)):
        environ = EnvironBuilder("/sign-out", method=method, headers=Headers(headers)).get_environ()
        assert is_foreign(Request(environ)) is expected


def test_other_sites_cannot_act_for_a_visitor(client: FlaskClient) -> None:
    """What another site's page sends is refused before anything is done."""
    assert client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_each_error_family_has_one_status(app: Flask) -> None:
    """A concrete error is answered by its nearest family, with its facts in the sentence."""
    answer = failing(app, TooWide(width=7)).get("/api/v1/fails")
    assert answer.status_code == 413
    problem = answer.get_json()
    assert problem["detail"] == "A width of 7 is too much."
    assert problem["type"].startswith("/api/v1/docs#problem-")
    assert problem["instance"] == "/api/v1/fails"
    assert answer.headers["Cache-Control"] == "no-store"
    assert status_of(Invalid()) == 400
    assert status_of(GlimpseError()) == 500
    assert status_of(OSError(28, "no space left on device")) == 507


def test_a_legal_refusal_carries_the_disclaimer_and_nothing_else(app: Flask) -> None:
    """451 names the law's words, the policy's version and who blocks; it is never stored."""
    client = failing(app, Withheld(policy_version=7))
    answer = client.get("/api/v1/fails")
    assert answer.status_code == 451
    problem = answer.get_json()
    assert problem["disclaimer"] == DISCLAIMER == Withheld.__doc__
    assert problem["policy_version"] == 7
    assert 'rel="blocked-by"' in answer.headers["Link"]
    page = client.get("/fails", headers={"Accept-Language": "ru"})
    assert page.status_code == 451
    assert DISCLAIMER in page.text
    assert "законодательством" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_an_unforeseen_error_is_logged_and_never_shown(app: Flask) -> None:
    """A bug answers 500 with a number to tell the operator, without a word of the traceback."""
    client = failing(app, ZeroDivisionError("secret detail"))
    with capture_logs() as lines:
        page = client.get("/fails", headers={"X-Request-Id": "request-123"})
    assert page.status_code == 500
    assert "request-123" in page.text
    assert "secret" not in page.text
    assert "Traceback" not in page.text
    assert any(line["log_level"] == "error" for line in lines)
    assert client.get("/api/v1/fails").content_type == "application/problem+json"


def test_wrong_addresses_and_methods_get_a_friendly_answer(client: FlaskClient) -> None:
    """Pages answer with a page, the API with a problem document."""
    page, problem = "text/html; charset=utf-8", "application/problem+json"
    for method, path, status, kind in (
        ("GET", "/nowhere", 404, page),
        ("GET", "/api/v1/nowhere", 404, problem),
        ("PUT", "/", 405, page),
        ("PUT", "/api/v1/search", 405, problem),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (status, kind)


def test_a_broken_part_says_when_to_come_back(app: Flask) -> None:
    """503 tells programs when to try again."""
    answer = failing(app, Unavailable()).get("/api/v1/fails")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_what_people_search_for_stays_out_of_the_log(client: FlaskClient) -> None:
    """One line a request under its id, without the text; a setting adds it."""
    with capture_logs() as lines:
        answer = client.get("/?q=a+secret+wish")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert "secret" not in json.dumps(lines)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/", 200)
    assert len(answer.headers["X-Request-Id"]) == 32


def test_a_request_id_that_could_harm_the_log_is_replaced(client: FlaskClient) -> None:
    """Only plain ids of others are taken over."""
    for given in ("a%0ab-and-more", "x" * 65, "short", "<script>"):
        answer = client.get("/health/live", headers={"X-Request-Id": given})
        assert answer.headers["X-Request-Id"] != given


def test_metrics_count_by_route_and_never_by_text(client: FlaskClient, services: Services) -> None:
    """Prometheus learns requests, searches and pictures, but no text and no id."""
    (image_id,) = stored(services, ("r.png", drawn("#dc1e1e")))
    client.get("/?q=secret")
    client.get(f"/images/{image_id}")
    client.open("/", method="BREW")
    text = client.get("/metrics").text
    assert 'glimpse_http_requests_total{method="GET",route="search.page",status="200"} 1.0' in text
    assert 'glimpse_pictures{state="ready"} 1.0' in text
    assert 'glimpse_search_seconds_count{outcome="found"} 1.0' in text
    assert 'method="other"' in text
    for private in ("secret", image_id, "BREW"):
        assert private not in text


def test_health_tells_what_is_missing(client: FlaskClient) -> None:
    """Live means the process answers; ready lists each part."""
    assert client.get("/health/live").get_json() == {"status": "ok"}
    answer = client.get("/health/ready")
    told = answer.get_json()
    assert {"database", "redis", "encoder"} <= set(told["checks"])
    assert answer.status_code == (200 if all(c["ok"] for c in told["checks"].values()) else 503)
    assert (told["pending"], told["loading"]) == (0, False)


def test_without_a_database_pages_say_so(services: Services) -> None:
    """With PostgreSQL gone a page answers 503 in words, and liveness still says live."""
    engine = make_engine("postgresql://127.0.0.1:1/nothing")
    transactions = Transactions(engine, NoNudger())
    gone = replace(
        services,
        engine=engine,
        accounts=Accounts(engine, transactions),
        shelf=replace(services.shelf, engine=engine),
        searching=replace(services.searching, engine=engine),
    )
    client = create_app(gone).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1"
    answer = client.get("/?q=red")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503
    assert "glimpse_http_requests_total" in client.get("/metrics").text
    engine.dispose()


def test_a_busy_database_asks_to_come_back(services: Services, endpoints: Endpoints) -> None:
    """With every connection in use, pages and the API answer 503 and when to try again."""
    engine = create_engine(
        driver_url(endpoints.database_url), pool_size=1, max_overflow=0, pool_timeout=0.1
    )
    transactions = Transactions(engine, NoNudger())
    busy = replace(
        services,
        engine=engine,
        transactions=transactions,
        accounts=Accounts(engine, transactions),
        shelf=replace(services.shelf, engine=engine, transactions=transactions),
        searching=replace(services.searching, engine=engine),
    )
    client = create_app(busy).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1"
    bearer = {"Authorization": "Bearer glimpse_x"}
    with engine.connect():
        for path, headers in (
            ("/?q=red", {}),
            ("/admin", bearer),
            ("/api/v1/images", bearer),
            ("/api/v1/search?q=red", {}),
            ("/images/abc/file", {}),
        ):
            answer = client.get(path, headers=headers)
            assert answer.status_code == 503, path
            assert int(answer.headers["Retry-After"]) > 0
            if path.startswith("/api/"):
                assert "Too much is asked" in answer.get_json()["detail"]
    engine.dispose()


def test_the_pages_live_on_without_redis(services: Services) -> None:
    """With Redis gone one can still search and sign in."""
    stored(services, ("r.png", drawn("#dc1e1e")))
    nowhere = Cache(client_of("unix:///nowhere.sock"))
    searching = replace(services.searching, cache=nowhere)
    client = create_app(replace(services, cache=nowhere, searching=searching)).test_client()
    assert client.get("/?q=red").status_code == 200
    assert client.post("/sign-in", data={"name": "a", "password": "b"}).status_code == 401
    assert client.get("/health/ready").status_code == 503


def test_text_is_sent_compressed_to_whoever_takes_it(client: FlaskClient) -> None:
    """Pages and styles shrink; answers to forms and refusals do not."""
    takes = {"Accept-Encoding": "gzip, br"}
    page = client.get("/", headers=takes)
    plain = client.get("/")
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.vary
    assert gzip.decompress(page.data) == plain.data
    assert len(page.data) < len(plain.data) / 2
    style = re.findall(r'href="(/static/[^"]+/base\.css)"', plain.text)[0]
    packed = client.get(style, headers=takes, buffered=True)
    assert gzip.decompress(packed.data) == client.get(style, buffered=True).data
    known = takes | {"If-None-Match": packed.headers["ETag"]}
    again = client.get(style, headers=known, buffered=True)
    assert again.status_code == 304
    for other in (client.post("/sign-in", headers=takes), client.get("/?q=...", headers=takes)):
        assert "Content-Encoding" not in other.headers


def test_the_length_of_a_page_does_not_tell_what_is_in_it(client: FlaskClient) -> None:
    """The same page has many lengths, so that a guess that shortens it by a letter is lost."""
    lengths = {len(client.get("/", headers={"Accept-Encoding": "gzip"}).data) for _ in range(12)}
    assert len(lengths) > 3
