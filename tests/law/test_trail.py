"""The audit trail and the monthly report: complete, filtered, downloaded, counted."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from service.db.audit import Wanted
from service.domain import Asker, Role, User
from service.law.report import BadMonth, following, month_of
from service.policy.gate import Refused
from service.policy.rules import Term
from service.services import Services
from service.stack.endpoints import Endpoints
from service.web.downloads import as_csv
from tests.command import glimpse, on
from tests.law.conftest import EDITOR, shown

TODAY = datetime.now(UTC).date()
MONTH = f"{TODAY:%Y-%m}"


def refuse(services: Services, query: str, country: str = "") -> None:
    """Somebody is refused."""
    with pytest.raises(Refused):
        services.search(text=query, asker=Asker(country=country))


def test_accounts_and_deletions_are_on_the_trail(
    services: Services, admin: FlaskClient, ada: User
) -> None:
    """Who made which account, token and password, and who deleted what and brought it back."""
    image_id = shown(services)
    admin.post(f"/images/{image_id}/delete")
    admin.post(f"/images/{image_id}/restore")
    services.accounts.add(name="vera", role=Role.VIEWER, by=ada.user_id)
    services.accounts.change_password(user_id=ada.user_id, password="a word of her own")
    seen = [(one.who, one.action, one.subject) for one in services.trail.entries(limit=6)]
    assert seen[:4] == [
        ("ada", "password changed", "ada"),
        ("ada", "account made", "vera"),
        ("ada", "picture restored", image_id),
        ("ada", "picture deleted", image_id),
    ]
    assert ("command line", "account made", "ada") in [
        (one.who, one.action, one.subject) for one in services.trail.entries()
    ]


def test_the_trail_is_filtered_and_paged(services: Services, ada: User) -> None:
    """By person, act, thing and day; each further page begins where the last one ended."""
    image_id = shown(services)
    services.review.note_view(image_id, admin=ada)
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    trail = services.trail
    assert [one.subject for one in trail.entries(Wanted(action="picture viewed"))] == [image_id]
    assert {one.who for one in trail.entries(Wanted(who="ADA"))} == {"ada"}
    assert trail.entries(Wanted(subject="nothing")) == []
    assert trail.entries(Wanted(until=TODAY - timedelta(days=1))) == []
    everything = trail.entries(Wanted(since=TODAY, until=TODAY))
    assert everything == trail.entries()
    first = trail.entries(limit=2)
    assert trail.entries(limit=100, before=first[-1].entry_id) == everything[2:]
    assert "rules edited" in trail.actions()


def test_the_trail_is_downloaded_as_it_is_filtered(services: Services, admin: FlaskClient) -> None:
    """The file holds the wanted entries with their details; odd days are explained."""
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    answer = admin.get("/admin/audit/entries.csv?action=rules+edited")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["action"] for row in rows} == {"rules edited"}
    assert json.loads(rows[0]["detail"])["change"] == "added wizard"
    assert "wizard" in admin.get("/admin/audit?action=rules+edited").text
    assert admin.get("/admin/audit?since=soon").status_code == 400
    assert admin.get("/admin/audit?before=x").status_code == 400


def test_a_spreadsheet_runs_nothing_of_a_file() -> None:
    """Cells that would be formulas are quoted."""
    lines = as_csv(["a"], [["=1+1"], ["@x"], ["-2"], [-2], ["plain"]]).splitlines()
    assert lines == ["a", "'=1+1", "'@x", "'-2", "-2", "plain"]


def test_a_month_is_counted(services: Services, admin: FlaskClient, ada: User) -> None:
    """Refusals by rule, country, version and day; edits, restrictions, consents and acts."""
    for query, country in (
        ("a boy", "US"),
        ("two boys", "US"),
        ("a child", ""),
        ("a unicorn", "DE"),
    ):
        refuse(services, query, country)
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    image_id = shown(services, ["a red boy"])
    now = datetime.now(UTC)
    services.review.record_consent(
        image_id, admin=ada, given_by="g", document="d", countries=["US"],
        valid_until=now + timedelta(days=400), now=now,
    )  # fmt: skip
    report = services.trail.report(TODAY.replace(day=1))
    assert report.refused == 4
    assert report.by(lambda one: one.rule)[0] == ("boy", 2)
    assert dict(report.by(lambda one: one.country)) == {"US": 2, "": 1, "DE": 1}
    assert [number for _day, number in report.by_day()] == [4]
    assert [edit.change for edit in report.edits][-1] == "added wizard"
    assert [(one.kind, one.pictures, one.new) for one in report.restricted] == [("caption", 1, 1)]
    assert (report.consents.recorded, report.consents.in_force) == (1, 1)
    earlier = services.trail.report((TODAY.replace(day=1) - timedelta(days=1)).replace(day=1))
    assert (earlier.refused, earlier.edits, earlier.restricted) == (0, (), ())
    page = admin.get(f"/admin/report?month={MONTH}").text
    assert "United States" in page
    assert "added wizard" in page
    rows = list(csv.DictReader(io.StringIO(admin.get("/admin/report/month.csv").text)))
    refusals = [row for row in rows if row["section"] == "refusals"]
    assert sum(int(row["count"]) for row in refusals) == 4
    assert {row["country"] for row in refusals} == {"US", "DE", "unknown"}
    assert {row["day"] for row in refusals} == {str(TODAY)}
    assert {row["section"] for row in rows} >= {"rules", "restricted now", "consents", "acts"}
    assert admin.get("/admin/report?month=2027").status_code == 400


def test_consents_are_counted_in_the_month_in_which_they_end(services: Services, ada: User) -> None:
    """Withdrawn and lapsed ones hold no longer at the month's end."""
    image_id = shown(services, ["a red boy"])
    now = datetime.now(UTC)
    for _ in range(3):
        services.review.record_consent(
            image_id, admin=ada, given_by="g", document="d", countries=["US"],
            valid_until=now + timedelta(days=400), now=now,
        )  # fmt: skip
    services.review.withdraw_consent(image_id, 1, admin=ada)
    with services.transactions() as transaction:
        transaction.conn.execute(text("UPDATE consents SET valid_until = now() WHERE id = 2"))
    counted = services.trail.report(TODAY.replace(day=1)).consents
    assert (counted.recorded, counted.withdrawn, counted.lapsed, counted.in_force) == (3, 1, 1, 1)


def test_months_are_written_as_people_write_them() -> None:
    """A year of four digits and a month; without one it is today's."""
    assert month_of("2027-02", today=TODAY).isoformat() == "2027-02-01"
    assert month_of("", today=TODAY) == TODAY.replace(day=1)
    assert following(month_of("2027-12", today=TODAY)).isoformat() == "2028-01-01"
    for wrong in ("2027", "27-02", "2027-13", "soon", "2027-1-1", "2027-¹"):
        with pytest.raises(BadMonth):
            month_of(wrong, today=TODAY)


def test_the_command_line_refuses_and_reports(endpoints: Endpoints, tmp_path: Path) -> None:
    """A refused search prints the disclaimer and exits 3; `policy report` has counted it."""
    command = partial(glimpse, env=on(endpoints, tmp_path / "home"))
    refused = command("search", "two boys", "--country", "US")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "This image is unavailable in your country" in refused.stderr
    assert "boy" not in refused.stderr
    document = json.loads(command("policy", "report", "--month", MONTH, "--json").stdout)
    assert (document["month"], document["refused"]) == (MONTH, 1)
    words = command("policy", "report")
    assert words.returncode == 0
    assert f"{MONTH}: 1 searches refused" in words.stdout
    assert command("policy", "report", "--csv").stdout.startswith("section,day,what")
    assert command("policy", "report", "--month", "soon").returncode == 1
