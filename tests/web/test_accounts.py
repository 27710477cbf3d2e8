"""Signing in, out, and one's own password."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.domain import Role
from service.services import Services
from service.web.app import create_app
from service.web.auth_links import safe_next


@pytest.fixture
def password(services: Services) -> str:
    """The one-time password of the admin ada."""
    return services.accounts.add(name="ada", role=Role.ADMIN)[1]


def sign_in(client: FlaskClient, password: str, **more: str) -> int:
    """Send the form; answers the status."""
    form = {"name": "ada", "password": password, **more}
    return client.post("/sign-in", data=form).status_code


def test_signing_in_opens_the_admin_pages(client: FlaskClient, password: str) -> None:
    """The right password leads in, and signing out leads out again."""
    refused = client.get("/admin/upload?x=1")
    assert refused.status_code == 302
    assert refused.location == "/sign-in?next=/admin/upload?x%3D1"
    assert sign_in(client, password) == 303
    assert client.get("/admin/upload").status_code == 200
    client.post("/sign-out")
    assert client.get("/admin/upload").status_code == 302


def test_a_wrong_password_is_refused_in_the_form(client: FlaskClient, password: str) -> None:
    """A wrong password answers 401 with the form and the name kept, and no session."""
    answer = client.post("/sign-in", data={"name": "ada", "password": password + "x"})
    assert answer.status_code == 401
    assert 'value="ada"' in answer.text
    assert client.get("/admin").status_code == 302


def test_guessing_is_slowed_down(client: FlaskClient, password: str) -> None:
    """After ten wrong passwords in a minute even the right one has to wait."""
    for _ in range(10):
        assert sign_in(client, "wrong") == 401
    answer = client.post("/sign-in", data={"name": "ada", "password": password})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_signing_in_often_is_no_guessing(client: FlaskClient, password: str) -> None:
    """Right passwords are not counted."""
    assert {sign_in(client, password) for _ in range(12)} == {303}


def test_the_way_on_stays_on_this_site(client: FlaskClient, password: str) -> None:
    """After signing in nobody is led to another site."""
    for wish in ("/admin", "/?q=a+b"):
        form = {"name": "ada", "password": password, "next": wish}
        assert client.post("/sign-in", data=form).location == wish
    for wish in (
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "",
    ):
        assert safe_next(wish) == "/", wish


def test_the_one_time_password_is_asked_to_be_replaced(client: FlaskClient, password: str) -> None:
    """A banner asks for an own password until there is one; the old one then no longer works."""
    sign_in(client, password)
    assert "one-time password" in client.get("/").text
    form = {"old": password, "new": "a much better one", "again": "a much better one"}
    assert client.post("/account", data=form).status_code == 303
    client.get("/account")
    assert "one-time password" not in client.get("/").text
    client.post("/sign-out")
    assert sign_in(client, password) == 401
    assert sign_in(client, "a much better one") == 303


def test_another_password_ends_the_other_sessions(
    app: Flask, client: FlaskClient, password: str
) -> None:
    """Who changes a password stays signed in; whoever was signed in elsewhere no longer is."""
    elsewhere = app.test_client()
    sign_in(elsewhere, password)
    sign_in(client, password)
    new = "a much better one"
    client.post("/account", data={"old": password, "new": new, "again": new})
    assert client.get("/admin").status_code == 200
    assert elsewhere.get("/admin").status_code == 302


def test_a_password_is_not_changed_by_mistake(client: FlaskClient, password: str) -> None:
    """The old password must be right, the new one long enough and typed twice."""
    sign_in(client, password)
    new = "long enough indeed"
    for old, first, second, status in (
        ("wrong", new, new, 401),
        (password, new, "something else", 400),
        (password, "short", "short", 400),
    ):
        form = {"old": old, "new": first, "again": second}
        answer = client.post("/account", data=form)
        assert answer.status_code == status
        assert ("The present password is wrong." in answer.text) is (status == 401)
    client.post("/sign-out")
    assert sign_in(client, password) == 303


def test_the_session_cookie_is_closed_to_scripts(client: FlaskClient, password: str) -> None:
    """The cookie is for this site's requests only, and for HTTPS off loopback."""
    cookie = client.post("/sign-in", data={"name": "ada", "password": password}).headers[
        "Set-Cookie"
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_a_deployment_off_loopback_uses_secure_cookies(services: Services) -> None:
    """Off loopback the cookie is Secure, and the form says so where it would be in vain."""
    settings = services.settings.model_copy(update={"host": "0.0.0.0"})  # noqa: S104
    app: Flask = create_app(replace(services, settings=settings))
    assert app.config["SESSION_COOKIE_SECURE"]
    assert "HTTPS" in app.test_client().get("/sign-in").text
    secure = app.test_client().get("/sign-in", base_url="https://glimpse.example")
    assert "HTTPS" not in secure.text
