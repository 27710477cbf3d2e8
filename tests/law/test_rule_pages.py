"""The editor's pages of the rules: nothing is saved unseen, and everything can be taken back."""

import io
import json
import re

import pytest
from flask.testing import FlaskClient

from service.law.terms_file import HEADER
from service.policy.rules import AgePattern, Phrase, Term
from service.services import Services
from tests.law.conftest import EDITOR, found, shown

ADD = {"edit": "add", "place": "everywhere", "kind": "blocked", "texts": "wizard\nволшебник"}
SAVE = {**ADD, "why": "the ministry's letter"}


def save(admin: FlaskClient, services: Services, **form: str) -> int:
    """Save an edit for the version that holds; answers the status."""
    data = {"base": str(services.book.latest()), "why": "a test", **form}
    return admin.post("/admin/terms/save", data=data).status_code


def entries(services: Services, place: str = "*") -> set[object]:
    """Everything that a rule set holds."""
    rules = services.book.ruleset([place])
    return {*rules.blocked, *rules.allowed, *rules.ages}


@pytest.mark.parametrize(
    "path",
    ["", "/progress", "/sets/everywhere", "/sets/everywhere/terms.tsv", "/versions/1",
     "/versions/1/rules.json"],
)  # fmt: skip
def test_only_admins_read_the_rules(client: FlaskClient, admin: FlaskClient, path: str) -> None:
    """A visitor is asked to sign in; an admin reads each page in both languages."""
    assert client.get(f"/admin/terms{path}").status_code == 302
    for language in ("en", "ru"):
        answer = admin.get(f"/admin/terms{path}", headers={"Accept-Language": language})
        assert answer.status_code == 200


def test_only_admins_edit(services: Services, client: FlaskClient) -> None:
    """Whatever a visitor sends changes nothing."""
    version = services.book.latest()
    for path in ("preview", "save", "try", "versions/2/undo"):
        assert client.post(f"/admin/terms/{path}", data=SAVE).status_code == 401
    assert services.book.latest() == version


def test_a_preview_shows_the_change_and_saves_nothing(
    services: Services, admin: FlaskClient
) -> None:
    """What would be added, which pictures would vanish, and what one's own examples meet."""
    image_id = shown(services, ["a red wizard"])
    version = services.book.latest()
    page = admin.post("/admin/terms/preview", data={**ADD, "examples": "a wizard\na road"}).text
    assert image_id in page
    assert "a <mark>wizard</mark>" in page
    assert f'name="base" value="{version}"' in page
    assert services.book.latest() == version
    assert found(services) == {image_id}


def test_saving_says_who_and_why_and_can_be_undone(services: Services, admin: FlaskClient) -> None:
    """The next version holds the entries; one click brings the one before back as a third."""
    version = services.book.latest()
    assert save(admin, services, **SAVE) == 303
    assert {Term("wizard", "en"), Term("волшебник", "ru")} <= entries(services)
    edit = services.book.history()[0]
    assert (edit.who, edit.why) == ("ada", "the ministry's letter")
    page = admin.get("/admin/terms").text
    undo = re.search(r'action="(/admin/terms/versions/\d+/undo)"', page)
    assert undo
    assert admin.post(undo[1]).status_code == 303
    assert Term("wizard", "en") not in entries(services)
    assert services.book.latest() == version + 2
    assert admin.post(undo[1]).status_code == 409


def test_a_saved_edit_is_obeyed_at_once(services: Services, admin: FlaskClient) -> None:
    """The next search is refused, its pictures are hidden, the page tells what is left to do."""
    shown(services, ["a red wizard"])
    assert admin.get("/?q=a+wizard").status_code == 200
    save(admin, services, **SAVE)
    assert admin.get("/?q=a+wizard").status_code == 451
    assert found(services) == set()
    assert admin.get("/admin/terms/progress").get_json()["waiting"] == 1
    services.law.judge_waiting(services.transactions)
    assert admin.get("/admin/terms/progress").get_json()["waiting"] == 0


def test_an_edit_for_an_older_version_is_not_saved(services: Services, admin: FlaskClient) -> None:
    """Two admins at once: the second one looks again."""
    base = str(services.book.latest())
    services.book.add(EDITOR, block=[Term("witch", "en")])
    answer = admin.post("/admin/terms/save", data={**SAVE, "base": base})
    assert answer.status_code == 409
    assert "changed the rules meanwhile" in answer.text
    assert f'name="base" value="{int(base) + 1}"' in answer.text
    assert Term("wizard", "en") not in entries(services)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({**ADD, "texts": " \n "}, "at least one entry"),
        ({**ADD, "texts": "..."}, "a letter, digit or sign"),
        ({**ADD, "kind": "age", "texts": "{nonsense} old"}, "is no placeholder"),
        ({**ADD, "edit": "remove", "text": "unheard"}, "hold no entry"),
        ({"edit": "change-set", "place": "DE", "countries": "UK", "age": "16",
          "disclaimer": "No."}, "UK is no country"),
        ({"edit": "new-set", "countries": "DE", "age": "16", "disclaimer": "No."}, "no two"),
        ({"edit": "new-set", "countries": "IT", "age": "x", "disclaimer": "No."}, "whole number"),
        ({"edit": "new-set", "countries": "IT", "age": "99", "disclaimer": "No."}, "between 1"),
        ({"edit": "import", "place": "everywhere", "text": "blocked\tde\t-\tx"}, "Line 1"),
        ({"edit": "import", "place": "everywhere", "text": "[1]"}, "no JSON document"),
        ({"edit": "nonsense"}, "no edit that is known"),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_is_explained_beside_the_form(
    services: Services, admin: FlaskClient, form: dict[str, str], said: str
) -> None:
    """The page with the form comes back with the reason, and nothing has changed."""
    version = services.book.latest()
    for path in ("preview", "save"):
        answer = admin.post(f"/admin/terms/{path}", data={**form, "base": version, "why": "x"})
        assert answer.status_code in {400, 404}
        assert said in answer.text
        assert 'role="alert"' in answer.text
    assert services.book.latest() == version


def test_a_reason_must_be_given(services: Services, admin: FlaskClient) -> None:
    """Without one the edit is not made."""
    version = services.book.latest()
    answer = admin.post("/admin/terms/save", data={**ADD, "base": version, "why": " "})
    assert answer.status_code == 400
    assert "Save as version" in answer.text
    assert services.book.latest() == version


def test_every_kind_of_edit_has_its_form(services: Services, admin: FlaskClient) -> None:
    """Terms, phrases and age patterns come, change and go; so do rule sets."""
    place = {"place": "DE"}
    save(admin, services, **{**ADD, **place, "texts": "wizard", "compounds": "1"})
    assert Term("wizard", "en", compounds=True) in entries(services, "DE")
    save(admin, services, edit="change", kind="blocked", text="wizard", language="en",
         new_text="witch", new_language="any", **place)  # fmt: skip
    assert Term("witch", "any") in entries(services, "DE")
    assert Term("wizard", "en", compounds=True) not in entries(services, "DE")
    save(admin, services, edit="remove", kind="blocked", text="witch", language="any", **place)
    save(admin, services, **{**ADD, **place, "kind": "allowed", "texts": "unicorn tapestry"})
    save(admin, services, **{**ADD, **place, "kind": "age", "texts": "{age} winters"},
         owner="before")  # fmt: skip
    assert entries(services, "DE") == {
        Term("unicorn", "en"),
        Phrase("unicorn tapestry", "en"),
        AgePattern("{age} winters", "en", "before"),
    }
    save(
        admin, services, edit="change-set", countries="de, at", age="18", disclaimer="No.", **place
    )
    rules = services.book.ruleset(["AT", "DE"])
    assert (rules.age, rules.disclaimer) == (18, "No.")
    save(admin, services, edit="new-set", countries="IT", age="14", disclaimer="No.", like="AT-DE")
    assert entries(services, "IT") == {*rules.blocked, *rules.allowed, *rules.ages}
    save(admin, services, edit="remove-set", place="AT-DE")
    assert {one.countries for one in services.book.current().rulesets} == {("*",), ("FR",), ("IT",)}


def test_files_go_out_and_come_back_the_same(services: Services, admin: FlaskClient) -> None:
    """Lines are added, from a file or a field; a JSON document brings a whole version back."""
    lines = admin.get("/admin/terms/sets/everywhere/terms.tsv")
    assert lines.text.startswith(HEADER)
    assert "attachment" in lines.headers["Content-Disposition"]
    version = services.book.latest()
    whole = admin.get(f"/admin/terms/versions/{version}/rules.json").data
    assert [one["countries"] for one in json.loads(whole)] == [["*"], ["DE"], ["FR"]]
    save(admin, services, edit="remove", place="everywhere", kind="blocked", text="boy",
         language="en")  # fmt: skip
    assert save(admin, services, edit="import", place="everywhere", text=lines.text) == 303
    assert Term("boy", "en", compounds=True) in entries(services)
    services.book.roll_back(EDITOR, version=1)
    file = {"file": (io.BytesIO(whole), "rules.json"), "edit": "import", "place": "everywhere"}
    page = admin.post("/admin/terms/preview", data=file).text
    assert services.book.current().rulesets != services.book.version(version).rulesets
    assert "removed rule set" not in page
    assert "new rule set" in page


def test_a_text_can_be_tried(admin: FlaskClient) -> None:
    """Verdict, words set off, rule and rule set; how often it was refused; no log of the text."""
    asked = {"text": "two schoolboys <b>"}
    page = admin.post("/admin/terms/try", data=asked).text
    assert "two <mark>schoolboys</mark> &lt;b&gt;" in page
    assert "Rule: boy. Rule set: Everywhere." in page
    german = admin.post("/admin/terms/try", data={"text": "a unicorn", "country": "DE"}).text
    assert "Rule set: Germany" in german
    french = admin.post("/admin/terms/try", data={"text": "a unicorn", "country": "FR"}).text
    assert "No rule of version" in french
    admin.get("/?q=a+child")
    assert "was refused 1 time" in admin.post("/admin/terms/try", data={"text": "a child"}).text


def test_entries_are_found_by_their_letters(admin: FlaskClient) -> None:
    """The list can be narrowed by letters and by kind."""
    at = "/admin/terms/sets/everywhere"
    assert "cowboy" in admin.get(f"{at}?q=BOY").text
    assert "cowboy" not in admin.get(f"{at}?q=boy&kind=blocked").text
    assert admin.get("/admin/terms/sets/IT").status_code == 404


def test_versions_are_compared_and_brought_back(services: Services, admin: FlaskClient) -> None:
    """Each shows what tells it from another one; the way back goes through the preview."""
    before = services.book.latest()
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    page = admin.get(f"/admin/terms/versions/{before + 1}").text
    assert "wizard" in page
    assert EDITOR.why in page
    other = admin.get(f"/admin/terms/versions/{before}?against={before + 1}").text
    assert "diff-minus" in other
    form = {"edit": "rollback", "version": str(before)}
    assert "diff-minus" in admin.post("/admin/terms/preview", data=form).text
    assert save(admin, services, **form) == 303
    assert services.book.history()[0].change == f"rolled back to version {before}"
    assert admin.get("/admin/terms/versions/99").status_code == 404
