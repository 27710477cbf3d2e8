"""Questions that analysts keep, share and asked last, on the console's page."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import text

from service.analytics.questions import NoSuchQuestion, Questions
from service.db.analytics import saved
from service.domain import Role
from service.services import Services
from service.web.app import create_app

Open = Callable[[str], FlaskClient]


@pytest.fixture
def analyst(services: Services) -> Open:
    """Opens the pages as an analyst of that name."""
    app = create_app(services)

    def open_as(name: str) -> FlaskClient:
        services.accounts.add(name=name, role=Role.ANALYST)
        client = app.test_client()
        token = services.accounts.create_token(name=name)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return open_as


def keep(client: FlaskClient, **given: str) -> str:
    """Keep a question; answers its address."""
    form = {"sql": "SELECT 41 + 1", "name": "The answer", "shared": "no"} | given
    answer = client.post("/analytics/sql/keep", data=form)
    assert answer.status_code == 303
    return answer.location


def listed(client: FlaskClient) -> list[str]:
    """The kept questions that the page offers."""
    page = BeautifulSoup(client.get("/analytics/sql").text, "html.parser")
    return [link.text for link in page.select(".kept a")]


def asked(client: FlaskClient, address: str) -> str:
    """What stands in the editor of a page."""
    editor = BeautifulSoup(client.get(address).text, "html.parser").select_one("textarea")
    assert editor
    return editor.text.strip()


def test_a_kept_question_is_its_author_s(analyst: Open) -> None:
    """Its author finds it again; somebody else neither sees nor reads, changes or deletes it."""
    ann, bob = analyst("ann"), analyst("bob")
    address = keep(ann)
    assert listed(ann) == ["The answer"]
    assert asked(ann, address) == "SELECT 41 + 1"
    assert listed(bob) == []
    assert bob.get(address).status_code == 404
    assert bob.post(f"{address}/delete").status_code == 404
    assert listed(ann) == ["The answer"]


def test_a_question_can_be_shared_by_link_or_on_the_list(analyst: Open) -> None:
    """With a link others can open it, on the list they find it; it stays its author's to change."""
    ann, bob = analyst("ann"), analyst("bob")
    by_link = keep(ann, name="By link", shared="link")
    on_list = keep(ann, name="On the list", shared="list")
    assert listed(bob) == ["On the list"]
    assert asked(bob, by_link) == "SELECT 41 + 1"
    mine = keep(bob, question=on_list.rpartition("/")[2], **{"as": "changed"}, sql="SELECT 0")
    assert mine != on_list
    assert asked(ann, on_list) == "SELECT 41 + 1"


def test_a_kept_question_is_changed_in_its_place(analyst: Open) -> None:
    """Name, statement and who may open it."""
    ann = analyst("ann")
    address = keep(ann)
    changed = keep(ann, question=address.rpartition("/")[2], name="Another", sql="SELECT 2",
                   **{"as": "changed"})  # fmt: skip
    assert changed == address
    assert listed(ann) == ["Another"]
    assert asked(ann, address) == "SELECT 2"


def test_a_deleted_question_comes_back(analyst: Open) -> None:
    """The page that says it is gone offers to undo that."""
    ann = analyst("ann")
    address = keep(ann)
    answer = ann.post(f"{address}/delete", follow_redirects=True)
    undo = BeautifulSoup(answer.text, "html.parser").select_one(".strip form")
    assert undo
    assert listed(ann) == []
    assert ann.get(address).status_code == 404
    ann.post(str(undo["action"]))
    assert listed(ann) == ["The answer"]


def test_a_link_to_a_question_is_on_no_list(analyst: Open) -> None:
    """It opens for other analysts, and for nobody who is none."""
    ann, bob = analyst("ann"), analyst("bob")
    address = ann.post("/analytics/sql/link", data={"sql": "SELECT 'mine'"}).location
    assert asked(bob, address) == "SELECT 'mine'"
    assert listed(ann) == listed(bob) == []
    stranger = bob.application.test_client()
    assert stranger.get(address).status_code in {302, 401}


@pytest.mark.parametrize("given", [{"name": " "}, {"name": "x" * 81}, {"sql": " "}])
def test_what_cannot_be_kept_is_told(analyst: Open, given: dict[str, str]) -> None:
    """The page says why, with the question still in the editor."""
    form = {"sql": "SELECT 1", "name": "A name"} | given
    answer = analyst("ann").post("/analytics/sql/keep", data=form)
    assert answer.status_code == 400
    assert "note-bad" in answer.text


def test_the_last_questions_are_for_their_author_only(analyst: Open) -> None:
    """With rows and time, or what was wrong; nobody else can open them, and they can go."""
    ann, bob = analyst("ann"), analyst("bob")
    ann.post("/analytics/sql", data={"sql": "SELECT 'secret'"})
    ann.post("/analytics/sql", data={"sql": "SELECT nothing"})
    page = BeautifulSoup(ann.get("/analytics/sql").text, "html.parser")
    wrong, right = page.select(".asked")
    assert "nothing" in wrong.text
    assert "asked-bad" in wrong["class"]
    assert "1 row" in right.text
    assert asked(ann, str(right["href"])) == "SELECT 'secret'"
    assert bob.get(str(right["href"])).status_code == 404
    assert "secret" not in bob.get("/analytics/sql").text
    ann.post("/analytics/sql/forget")
    assert "secret" not in ann.get("/analytics/sql").text


def test_only_the_last_questions_are_remembered(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest go, each person's for himself."""
    monkeypatch.setattr(saved, "KEPT_ASKED", 3)
    ann, _ = services.accounts.add(name="ann", role=Role.ANALYST)
    bob, _ = services.accounts.add(name="bob", role=Role.ANALYST)
    services.questions.note("SELECT 'bob'", user=bob)
    for number in range(5):
        services.questions.note(f"SELECT {number}", user=ann, took_ms=1, rows=1)
    assert [one.statement for one in services.questions.asked(ann)] == [
        "SELECT 4",
        "SELECT 3",
        "SELECT 2",
    ]
    assert len(services.questions.asked(bob)) == 1


def test_what_was_deleted_long_ago_is_gone(services: Services) -> None:
    """After 30 days it cannot come back."""
    questions: Questions = services.questions
    ann, _ = services.accounts.add(name="ann", role=Role.ANALYST)
    kept = questions.keep(name="Old", statement="SELECT 1", shared="no", user=ann)
    questions.delete(kept, user=ann)
    with services.transactions() as transaction:
        transaction.conn.execute(
            text("UPDATE saved_questions SET deleted_at = now() - interval '31 days'")
        )
    assert questions.purge() == 1
    with pytest.raises(NoSuchQuestion):
        questions.restore(kept, user=ann)
