"""The admin's pages of single pictures: evidence, decisions, consent, and the way back."""

import re

import pytest
from flask.testing import FlaskClient

from service.db import images
from service.domain import User
from service.law.undoing import NothingToUndo
from service.services import Services
from tests.law.conftest import found, shown
from tests.law.test_pictures import judge

FORM = {"given_by": "the guardian", "document": "form 7", "countries": "US, FR"}


def acts(services: Services, most: int = 5) -> list[str]:
    """What was done last, the latest first."""
    return [entry.action for entry in services.trail.entries(limit=most)]


def test_admins_review_restricted_pictures_and_every_look_is_on_the_trail(
    services: Services, client: FlaskClient, admin: FlaskClient, ada: User
) -> None:
    """Under /admin an admin sees the picture and decides; nobody else gets there."""
    image_id = shown(services, ["a red boy"])
    at = f"/admin/restricted/{image_id}"
    for path in ("/admin/restricted", at, f"{at}/view", "/admin/audit", "/admin/report"):
        assert client.get(path).status_code == 302
    assert image_id in admin.get("/admin/restricted").text
    page = admin.get(at).text
    assert "a red <mark>boy</mark>" in page
    assert f"{at}/view" not in page
    assert f'src="{at}/view"' in admin.get(f"{at}?show=1").text
    with admin.get(f"{at}/view") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "no-store"
    seen = [(entry.action, entry.subject, entry.who) for entry in services.trail.entries(limit=2)]
    assert seen == [
        ("picture viewed", image_id, ada.name),
        ("picture reviewed", image_id, ada.name),
    ]


def test_the_evidence_tells_who_judged_what(services: Services, admin: FlaskClient) -> None:
    """A judged text comes with its grades or votes, and whether that makes it count."""
    image_id = shown(services, ["a red car"])
    with services.transactions() as transaction:
        key = images.key(transaction.conn, image_id)
        into = "expert_grades (image_id, query_key, judge_id, grades)"
        insert = f"{into} VALUES (:key, :query, :judge, '{{2,2,3}}')"
        judge(transaction.conn, insert, "panel", key)
    page = admin.get(f"/admin/restricted/{image_id}").text
    assert "a <mark>boy</mark>" in page
    assert "mean 2.33 of 4 (3 grades)" in page
    assert "so it restricts nothing" in page
    assert found(services) == {image_id}


def test_a_complaint_names_a_picture_by_its_address(services: Services, admin: FlaskClient) -> None:
    """The whole address leads to the case as the bare id does."""
    image_id = shown(services)
    for given in (image_id, f"https://pictures.example/images/{image_id}/file?download=1"):
        answer = admin.post("/admin/restricted/open", data={"picture": given})
        assert answer.location.endswith(f"/admin/restricted/{image_id}")


def test_consent_is_recorded_and_withdrawn(services: Services, admin: FlaskClient) -> None:
    """A day that has gone, no day and no country are explained; a good one shows the picture."""
    image_id = shown(services, ["a red boy"])
    at = f"/admin/restricted/{image_id}"
    for wrong in (
        {"until": "2000-01-01"},
        {"until": "soon"},
        {"until": "9000-01-01", "countries": "UK"},
    ):
        answer = admin.post(f"{at}/consent", data={**FORM, **wrong})
        assert answer.status_code == 400
        assert 'value="form 7"' in answer.text
    assert admin.post(f"{at}/consent", data={**FORM, "until": "9000-01-01"}).status_code == 303
    assert found(services, "FR") == {image_id}
    assert found(services, "DE") == set()
    assert admin.post(f"{at}/consent/1/withdraw").status_code == 303
    assert found(services, "FR") == set()
    assert admin.post(f"{at}/consent/1/withdraw").status_code == 404


def last_undo(admin: FlaskClient, image_id: str) -> str:
    """Where the last decision on a picture is taken back."""
    page = admin.get(f"/admin/restricted/{image_id}").text
    # What a message on top offers comes first, the case's own button last.
    undos = re.findall(rf'action="(/admin/restricted/{image_id}/undo/\d+)"', page)
    return str(undos[-1]) if undos else ""


def test_each_decision_can_be_undone(services: Services, admin: FlaskClient) -> None:
    """Restricting, lifting, recording and withdrawing: one click leads back, once."""
    image_id = shown(services, ["a red car"])
    at = f"/admin/restricted/{image_id}"
    assert last_undo(admin, image_id) == ""
    admin.post(f"{at}/restrict", data={"reason": "a complaint"})
    assert found(services) == set()
    undo = last_undo(admin, image_id)
    assert admin.post(undo).status_code == 303
    assert found(services) == {image_id}
    assert admin.post(undo).status_code == 409
    admin.post(f"{at}/restrict", data={"reason": "a complaint", "until_reviewed": "1"})
    admin.post(f"{at}/lift", data={"reason": "settled"})
    assert found(services) == {image_id}
    admin.post(last_undo(admin, image_id))
    assert services.review.by_kind() == {"review": 1}
    admin.post(f"{at}/consent", data={**FORM, "countries": "*", "until": "9000-01-01"})
    assert found(services) == {image_id}
    admin.post(last_undo(admin, image_id))
    assert found(services) == set()
    assert acts(services, 1) == ["decision undone"]


def test_an_admins_word_decides_what_was_waiting(services: Services, ada: User) -> None:
    """A picture under review that is kept hidden waits no longer; undone, it waits again."""
    image_id = shown(services, ["a red car"])
    review = services.review
    review.restrict(image_id, admin=ada, reason="flagged", until_reviewed=True)
    review.restrict(image_id, admin=ada, reason="it shows a child", countries=["de"])
    assert review.by_kind() == {"admin": 1}
    assert found(services, "DE") == set()
    assert found(services, "US") == {image_id}
    decision = review.last_decision(image_id)
    assert decision is not None
    review.undo(image_id, decision.entry_id, admin=ada)
    assert review.by_kind() == {"review": 1}
    with pytest.raises(NothingToUndo):
        review.undo(image_id, decision.entry_id, admin=ada)


def test_the_list_can_be_narrowed_to_what_waits(
    services: Services, admin: FlaskClient, ada: User
) -> None:
    """Pictures by kind of reason, with how many there are of each."""
    waits = shown(services, ["a red car"], number=1)
    caption = shown(services, ["a red boy"], number=2)
    services.review.restrict(waits, admin=ada, reason="flagged", until_reviewed=True)
    page = admin.get("/admin/restricted?kind=review").text
    assert waits in page
    assert caption not in page
    assert services.review.by_kind() == {"caption": 1, "review": 1}
