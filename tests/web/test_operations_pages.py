"""The home of admins and the page of health."""

from datetime import UTC, datetime, timedelta

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import text

from service.jobs import alive_key
from service.operations.roll_call import beat
from service.services import Services
from tests.web.conftest import drawn, stored


def everything_alive(services: Services) -> None:
    """A worker and a clock that say that they live."""
    for part in ("worker", "beat"):
        beat(services.cache.client, alive_key(part, "attic", 7), job=None, since=0)


def matters(admin: FlaskClient) -> list[str]:
    """The titles of what needs a person, in order."""
    page = BeautifulSoup(admin.get("/admin").data, "html.parser")
    return [title.get_text() for title in page.select(".matter strong")]


def test_the_home_is_calm_until_something_needs_a_person(
    admin: FlaskClient, services: Services
) -> None:
    """Nothing is listed while all is well; each matter leads with one click to its place."""
    everything_alive(services)
    one, two = stored(services, ("a.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")))
    assert "Nothing needs you." in admin.get("/admin").text
    until = datetime.now(UTC) + timedelta(days=10)
    with services.transactions() as transaction:
        conn = transaction.conn
        for statement in (
            (
                "UPDATE encodings SET state = 'quarantined' WHERE image_id ="
                " (SELECT id FROM images WHERE public_id = :one)"
            ),
            (
                "INSERT INTO restrictions (image_id, kind, countries, reason)"
                " SELECT id, 'review', '{*}', 'a flag' FROM images WHERE public_id = :two"
            ),
            (
                "INSERT INTO consents (image_id, given_by, document, countries, valid_until)"
                " SELECT id, 'a parent', '17', '{DE}', :until FROM images WHERE public_id = :two"
            ),
        ):
            conn.execute(text(statement), {"one": one, "two": two, "until": until})
    assert matters(admin) == [
        "The consent for b.png ends soon",
        "1 picture was given up",
        "1 picture waits for your decision",
    ]
    page = BeautifulSoup(admin.get("/admin").data, "html.parser")
    for link in page.select("a.matter"):
        assert admin.get(str(link["href"])).status_code == 200


def test_dead_parts_come_first(admin: FlaskClient, services: Services) -> None:
    """Without a worker nothing goes on, which is said before anything else."""
    stored(services, ("a.png", drawn("#dc1e1e")))
    assert matters(admin)[0] == "No worker is alive"


def test_old_addresses_of_the_list_lead_on(admin: FlaskClient) -> None:
    """The list of pictures moved; addresses with a state still find it."""
    answer = admin.get("/admin?state=pending")
    assert answer.headers["Location"].endswith("/admin/pictures?state=pending")


def test_health_shows_what_doctor_sees(admin: FlaskClient, viewer: FlaskClient) -> None:
    """What is broken comes first with its mend; sizes, versions and settings without secrets."""
    page = BeautifulSoup(admin.get("/admin/system").data, "html.parser")
    first = page.select_one(".verdict")
    assert first is not None
    assert "glimpse worker" in first.get_text()
    told = page.get_text()
    for expected in ("PostgreSQL", "pgvector", "GLIMPSE_BATCH", "Vectors by encoder"):
        assert expected in told
    russian = admin.get("/admin/system", headers={"Accept-Language": "ru"}).text
    for expected in ("отвечает", "пишет, читает и удаляет", "ни один не работает"):
        assert expected in russian
    assert viewer.get("/admin/system").status_code == 403
