"""GET /api/v1/annotations/next and what is sent back."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from service.domain import Role
from service.services import Services
from tests.web.conftest import with_token

NEXT = "/api/v1/annotations/next"
ANSWER = "/api/v1/annotations"


def test_a_pair_is_asked_answered_and_taken_back(anna: FlaskClient) -> None:
    """The loop as a script does it, with the reason and the progress beside each pair."""
    told = anna.get(NEXT).get_json()
    pair = told["pair"]
    assert pair["reason"] == "No one has judged this pair yet"
    assert told["progress"] == {"today": 0, "total": 0, "checks": 0, "checks_same": 0}
    with anna.get(pair["thumbnail_url"]) as thumbnail:
        assert thumbnail.status_code == 200
    answer = anna.post(ANSWER, json={"pair": pair["pair"], "grade": 3})
    assert answer.get_json()["recorded"] is True
    assert answer.get_json()["progress"]["today"] == 1
    again = anna.post(ANSWER, json={"pair": pair["pair"], "grade": 3})
    assert (again.status_code, again.get_json()["recorded"]) == (200, False)
    assert anna.post(ANSWER, json={"pair": pair["pair"], "grade": 4}).status_code == 409
    back = anna.delete(f"{ANSWER}/last").get_json()
    assert back["progress"]["total"] == 0
    assert back["pair"].split(".")[0] == pair["image_id"]
    assert anna.delete(f"{ANSWER}/last").get_json()["pair"] is None


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"grade": 7}, 400),
        ({"grade": 0}, 400),
        ({"grade": "x"}, 400),
        ({"grade": 2.5}, 400),
        ({}, 400),
        ({"grade": 2, "fits": True}, 400),
        ({"fits": False, "skip": "other"}, 400),
        ({"skip": "because"}, 400),
        ({"grade": 2, "check": True}, 409),
        ({"pair": "nobody.q1", "grade": 2}, 404),
        ({"pair": "", "grade": 2}, 404),
        ({"pair": "a.q99999999999999999999999", "fits": True}, 404),
        ({"pair": None, "grade": 2}, 400),
    ],
)
def test_bad_answers_are_refused(anna: FlaskClient, sent: dict[str, object], status: int) -> None:
    """As problem documents, and nothing is kept."""
    pair = anna.get(NEXT).get_json()["pair"]["pair"]
    answer = anna.post(ANSWER, json={"pair": pair} | sent)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["detail"]
    assert anna.get(NEXT).get_json()["progress"]["total"] == 0


def test_only_annotators_and_admins_judge(app: Flask, services: Services) -> None:
    """Everybody else is told what is needed."""
    assert app.test_client().get(NEXT).status_code == 401
    for role, status in ((Role.VIEWER, 403), (Role.ANALYST, 403), (Role.ADMIN, 200)):
        services.accounts.add(name=role.value, role=role)
        client = with_token(app, services.accounts.create_token(name=role.value))
        assert client.get(NEXT).status_code == status
        assert client.get("/annotate").status_code == status


def test_the_page_works_by_plain_forms(anna: FlaskClient) -> None:
    """A grade from the form is kept, the page goes on, and undo shows the same pair again."""

    def read(html: str) -> tuple[str, str, str]:
        page = BeautifulSoup(html, "html.parser")
        pair, text = page.select_one("input[name=pair]"), page.select_one(".judge-text")
        last = page.select_one("input[name=last]")
        assert pair is not None
        assert text is not None
        return str(pair["value"]), text.get_text(), str(last["value"]) if last else ""

    pair, words, _last = read(anna.get("/annotate").text)
    sent = {"pair": pair, "mode": "expert", "grade": "2"}
    following = anna.post("/annotate", data=sent, follow_redirects=True)
    other = anna.post("/annotate", data=sent | {"grade": "3"}, follow_redirects=True)
    assert "your first answer stays" in other.text
    _pair, _words, last = read(following.text)
    back = anna.post("/annotate/undo", data={"last": last, "mode": "expert"}, follow_redirects=True)
    assert read(back.text)[1] == words
    for bad in ({"grade": "7"}, {"grade": "2", "fits": "yes"}, {"fits": "perhaps"}, {"skip": "x"}):
        assert (
            anna.post("/annotate", data={"pair": pair, "mode": "expert"} | bad).status_code == 400
        )
    assert anna.get("/annotate?mode=both").status_code == 400
