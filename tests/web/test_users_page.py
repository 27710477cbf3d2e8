"""The page of people and tokens."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from service.domain import Role
from service.services import Services
from tests.web.conftest import with_token

USERS = "/admin/users"


def secret_on(page: bytes) -> str:
    """What the page shows once."""
    shown = BeautifulSoup(page, "html.parser").select_one("[data-copied]")
    assert shown is not None
    return shown.get_text()


def key_of(services: Services, name: str) -> int:
    """The key of a person."""
    return next(one.user_id for one in services.people.listed() if one.name == name)


def signed_in(app: Flask, name: str, password: str) -> FlaskClient:
    """A browser in which that person has signed in."""
    client = app.test_client()
    assert client.post("/sign-in", data={"name": name, "password": password}).status_code == 303
    return client


def test_a_person_comes_changes_goes_and_comes_back(
    app: Flask, admin: FlaskClient, services: Services
) -> None:
    """From the one-time password over another role to an account out of use, each on the trail."""
    made = admin.post(USERS, data={"name": "bob", "role": "viewer"})
    assert made.headers["Cache-Control"] == "no-store"
    password = secret_on(made.data)
    assert password not in admin.get(USERS).text
    bob, key = signed_in(app, "bob", password), key_of(services, "bob")
    assert bob.get("/analytics").status_code == 403
    changed = admin.post(f"{USERS}/{key}/role", data={"role": "analyst"}, follow_redirects=True)
    assert bob.get("/analytics").status_code == 200
    undo = re.search(r'action="(/admin/users/\d+/role/viewer)"', changed.text)
    assert undo is not None
    admin.post(undo[1])
    assert bob.get("/analytics").status_code == 403
    token = services.accounts.create_token(name="bob")
    admin.post(f"{USERS}/{key}/disable")
    assert bob.get("/account").status_code == 302
    assert with_token(app, token).get("/api/v1/images").status_code == 401
    admin.post(f"{USERS}/{key}/enable")
    assert signed_in(app, "bob", password).get("/account").status_code == 200
    assert bob.get("/account").status_code == 302
    trail = admin.get("/admin/audit?subject=bob").text
    for act in ("Role changed", "Account taken out of use", "Account taken back into use"):
        assert act in trail


def test_sessions_end_when_they_are_ended_and_when_the_password_is_reset(
    app: Flask, admin: FlaskClient, services: Services
) -> None:
    """Whoever was signed in is no longer; the reset password is a one-time one."""
    password = secret_on(admin.post(USERS, data={"name": "bob", "role": "viewer"}).data)
    key = key_of(services, "bob")
    bob = signed_in(app, "bob", password)
    admin.post(f"{USERS}/{key}/end-sessions")
    assert bob.get("/account").status_code == 302
    bob = signed_in(app, "bob", password)
    fresh = secret_on(admin.post(f"{USERS}/{key}/reset").data)
    assert bob.get("/account").status_code == 302
    assert "one-time password" in signed_in(app, "bob", fresh).get("/").text


def test_an_admin_who_ends_his_own_sessions_stays_here(app: Flask, services: Services) -> None:
    """His other browsers are signed out, the one he uses is not."""
    _user, password = services.accounts.add(name="ada", role=Role.ADMIN)
    here, elsewhere = signed_in(app, "ada", password), signed_in(app, "ada", password)
    here.post(f"{USERS}/{key_of(services, 'ada')}/end-sessions")
    assert here.get(USERS).status_code == 200
    assert elsewhere.get(USERS).status_code == 302


def test_the_last_admin_stays(admin: FlaskClient, services: Services) -> None:
    """Neither role nor account of the only admin can be taken; with a second one they can."""
    ada = key_of(services, "ada")
    refused = admin.post(f"{USERS}/{ada}/role", data={"role": "viewer"})
    assert refused.status_code == 409
    assert "only admin" in refused.text
    assert admin.post(f"{USERS}/{ada}/disable").status_code == 409
    eve = services.accounts.add(name="eve", role=Role.ADMIN)[0].user_id
    assert admin.post(f"{USERS}/{eve}/disable").status_code == 303
    assert admin.post(f"{USERS}/{ada}/role", data={"role": "viewer"}).status_code == 409
    admin.post(f"{USERS}/{eve}/enable")
    assert admin.post(f"{USERS}/{ada}/role", data={"role": "viewer"}).status_code == 303
    assert admin.get(USERS).status_code == 403


def test_a_token_does_no_more_than_its_role_and_can_be_taken_back(
    app: Flask, admin: FlaskClient, services: Services
) -> None:
    """It is shown once, refused when revoked, and comes back for 30 days but not longer."""
    form = {"owner": "ada", "called": "nightly upload", "role": "viewer"}
    token = secret_on(admin.post(f"{USERS}/tokens", data=form).data)
    program = with_token(app, token)
    assert program.get(USERS).status_code == 403
    assert program.get("/api/v1/search?q=red").status_code == 200
    found = next(one for one in services.people.tokens() if one.name == "nightly upload")
    assert found.last_used_at is not None
    admin.post(f"{USERS}/tokens/{found.token_id}/revoke")
    assert program.get("/api/v1/search?q=red").status_code == 401
    admin.post(f"{USERS}/tokens/{found.token_id}/restore")
    assert program.get("/api/v1/search?q=red").status_code == 200
    admin.post(f"{USERS}/tokens/{found.token_id}/revoke")
    with services.transactions() as transaction:
        transaction.conn.execute(
            text("UPDATE tokens SET revoked_at = now() - interval '31 days' WHERE name <> ''")
        )
    late = admin.post(f"{USERS}/tokens/{found.token_id}/restore")
    assert late.status_code == 404
    assert "more than 30 days ago" in late.text
    assert services.people.purge() == 1


@pytest.mark.parametrize(
    ("path", "form", "says"),
    [
        ("", {"name": "a b", "role": "viewer"}, "A name has 1 to 64"),
        ("", {"name": "ada", "role": "viewer"}, "There is an account named ada already."),
        ("", {"name": "bob", "role": "king"}, "There is no role king"),
        ("/tokens", {"owner": "nobody", "called": "x"}, "There is no account named nobody."),
        ("/999/disable", {}, "There is no such account"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    admin: FlaskClient, path: str, form: dict[str, str], says: str
) -> None:
    """Each refusal stands above the list, with what was typed still in its form."""
    answer = admin.post(USERS + path, data=form)
    assert answer.status_code in {400, 404, 409}
    page = BeautifulSoup(answer.data, "html.parser")
    assert says in page.select("[role=alert]")[0].get_text()
    assert len(page.select(".person")) == 1


def test_a_token_is_never_above_its_person(admin: FlaskClient, services: Services) -> None:
    """A viewer's token cannot be an admin's, and follows its person down."""
    services.accounts.add(name="vera", role=Role.VIEWER)
    form = {"owner": "vera", "called": "x", "role": "admin"}
    assert admin.post(f"{USERS}/tokens", data=form).status_code == 400
    key = services.accounts.add(name="anna", role=Role.ADMIN)[0].user_id
    token = services.accounts.create_token(name="anna", called="sums", role=Role.ANALYST)
    seen = services.user_of_token(token)
    assert seen is not None
    assert seen.role is Role.ANALYST
    services.people.give_role(key, Role.ANNOTATOR, by=None)
    seen = services.user_of_token(token)
    assert seen is not None
    assert seen.role is Role.VIEWER
