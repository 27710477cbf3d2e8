"""The page of jobs, and what of it programs may ask."""

import io
from time import time

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import text

from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.jobs import Job, alive_key
from service.operations.roll_call import beat, note_run
from service.services import Services
from tests.web.conftest import drawn, stored

REASON = "The file ends too early."


def given_up(services: Services, *image_ids: str) -> None:
    """Set pictures aside as a worker does that has tried them three times."""
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                "UPDATE encodings SET state = 'quarantined', attempts = 3, error = :reason"
                " WHERE image_id IN (SELECT id FROM images WHERE public_id = ANY(:ids))"
            ),
            {"reason": REASON, "ids": list(image_ids)},
        )


def page_of(admin: FlaskClient) -> BeautifulSoup:
    """The page of jobs."""
    return BeautifulSoup(admin.get("/admin/jobs").data, "html.parser")


def test_what_failed_is_shown_with_its_reason_and_tried_again(
    admin: FlaskClient, services: Services
) -> None:
    """One picture or all of them wait again, and an act on all is on the audit trail."""
    one, two, three = stored(
        services,
        ("a.png", drawn("#dc1e1e")),
        ("b.png", drawn("#283cd2")),
        ("c.png", drawn("#28a03c")),
    )
    given_up(services, one, two, three)
    cards = page_of(admin).select(".given-up > li")
    assert len(cards) == 3
    assert all(REASON in card.get_text() and "3 tries" in card.get_text() for card in cards)
    assert all(card.select_one("img[src*=thumbnail]") for card in cards)
    admin.post(f"/admin/jobs/pictures/{one}/retry")
    assert services.counts().pending == 1
    removed = admin.post(f"/admin/jobs/pictures/{two}/remove", follow_redirects=True)
    assert f'action="/images/{two}/restore"' in removed.text
    admin.post("/admin/jobs/retry")
    assert services.counts().pending == 2
    assert "Pictures tried again" in admin.get("/admin/audit").text
    embed_waiting(services.embedding(), seconds=30)
    assert "None: every picture could be read." in page_of(admin).get_text()


def test_a_withheld_picture_is_not_shown_among_the_failed(
    admin: FlaskClient, services: Services
) -> None:
    """What the law keeps back has neither name nor thumbnail here, nor in what programs get."""
    (image_id,) = stored(services, ("beach.png", drawn("#dc1e1e")))
    services.describe(image_id, ["A child plays."])
    given_up(services, image_id)
    (card,) = page_of(admin).select(".given-up > li")
    assert "beach.png" not in card.get_text()
    assert card.select_one("img") is None
    told = admin.get("/admin/jobs/state.json").get_json()
    assert (told["failures"]["pictures"], told["failures"]["pictures_hidden"]) == ([], 1)


def test_who_works_at_what_is_told(admin: FlaskClient, services: Services) -> None:
    """Workers say what they do, jobs how they ended; without any the page says the mend."""
    assert "start glimpse worker" in page_of(admin).get_text()
    client = services.cache.client
    now = time()
    beat(client, alive_key("worker", "attic", 7), job=Job.IMPORT.value, since=now - 90)
    beat(client, alive_key("worker", "cellar", 8), job=None, since=0)
    note_run(client, Job.TRAIN.value, began=now - 5, problem="No pictures are judged.")
    page = page_of(admin)
    attic, cellar = [line.get_text(" ", strip=True) for line in page.select(".workers li")]
    assert attic == "attic:7 Importing data sets for 2 minutes"
    assert cellar == "cellar:8 waits for work"
    assert "start glimpse beat" in page.get_text()
    assert "No pictures are judged." in page.get_text()
    told = admin.get("/admin/jobs/state.json").get_json()
    assert [one["name"] for one in told["workers"]] == ["attic:7", "cellar:8"]


def test_queues_and_pace_come_from_the_rows(
    admin: FlaskClient, viewer: FlaskClient, services: Services
) -> None:
    """What waits and what was done in the last minute is counted; only admins may ask."""
    stored(services, ("a.png", drawn("#dc1e1e")))
    before = admin.get("/admin/jobs/state.json").get_json()
    assert (before["waiting"], sum(before["pace"]), len(before["pace"])) == (0, 1, 60)
    services.upload(files=[("b.png", io.BytesIO(drawn("#283cd2")))], asker=Asker())
    row = page_of(admin).select_one("[data-live=queues] tbody tr")
    assert row is not None
    assert [cell.get_text(strip=True) for cell in row.select("td")][1:3] == ["Waiting", "1"]
    assert viewer.get("/admin/jobs/state.json").status_code == 403


def test_a_failed_import_and_a_failed_training_can_be_tried_again(
    admin: FlaskClient, services: Services
) -> None:
    """Each failure stands there with its reason and one button; the home page leads to it."""
    with services.transactions() as transaction:
        transaction.conn.execute(text("INSERT INTO datasets (name) VALUES ('trip')"))
        transaction.conn.execute(
            text(
                "INSERT INTO imports (dataset_id, folder, state, reason)"
                " SELECT id, '/nowhere', 'failed', 'There is no such folder.' FROM datasets"
            )
        )
        transaction.conn.execute(
            text(
                """INSERT INTO facts (name, value) VALUES
                   ('training', '{"state": "failed", "reason": "Too few pairs."}')"""
            )
        )
    troubles = page_of(admin).select(".troubles > li")
    assert [t.select_one("p").get_text() for t in troubles] == [  # type: ignore[union-attr]
        "There is no such folder.",
        "Too few pairs.",
    ]
    home = admin.get("/admin").text
    assert "The import of trip failed" in home
    assert "The last training failed" in home
