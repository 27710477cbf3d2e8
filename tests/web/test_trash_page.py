"""The bin: what was removed, who did it, its way back for 30 days and its way out."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from service.domain import Asker
from service.services import Services
from service.store import thumbnail_key
from tests.web.conftest import drawn, stored

PAGE = "/admin/trash"


@pytest.fixture
def gone(admin: FlaskClient, services: Services) -> tuple[str, str]:
    """Two pictures that ada removed."""
    red, blue = stored(services, ("r.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")))
    for image_id in (red, blue):
        admin.post(f"/images/{image_id}/delete")
    return red, blue


def thrown_earlier(services: Services, days: int) -> None:
    """Let what is in the bin be there for so many days."""
    with services.transactions() as transaction:
        for table, column in (("images", "deleted_at"), ("removed_collections", "removed_at")):
            transaction.conn.execute(
                text(f"UPDATE {table} SET {column} = now() - make_interval(days => :days)"),  # noqa: S608 - names from above
                {"days": days},
            )


def test_the_bin_tells_and_gives_back(
    admin: FlaskClient, services: Services, gone: tuple[str, str]
) -> None:
    """Each picture stands there with who removed it, its days left and a thumbnail."""
    page = admin.get(PAGE).text
    assert "r.png" in page
    assert "ada" in page
    assert "30 days left" in page
    small = admin.get(f"{PAGE}/{gone[0]}/thumbnail", buffered=True)
    assert (small.status_code, small.headers["Cache-Control"]) == (200, "no-store")
    admin.post(f"{PAGE}/restore", data={"image": list(gone)})
    assert services.trash.count() == 0
    assert admin.get(f"/images/{gone[0]}").status_code == 200
    assert admin.get(f"{PAGE}/{gone[0]}/thumbnail").status_code == 404


def test_for_good_is_for_good(
    admin: FlaskClient, services: Services, gone: tuple[str, str]
) -> None:
    """Rows and files are gone, and the audit trail keeps that, who and when."""
    red, blue = gone
    sha = next(
        one.picture.sha256
        for one in services.trash.pictures(limit=9, asker=Asker())
        if one.picture.image_id == red
    )
    assert services.store.exists(thumbnail_key(sha, 320))
    admin.post(f"{PAGE}/empty", data={"image": red})
    assert not services.store.exists(thumbnail_key(sha, 320))
    admin.post(f"{PAGE}/restore", data={"image": [red, blue]})
    assert admin.get(f"/images/{red}").status_code == 404
    assert admin.get(f"/images/{blue}").status_code == 200
    assert "Picture removed for good" in admin.get(f"/admin/audit?subject={red}").text


def test_after_thirty_days_it_goes_by_itself(services: Services, gone: tuple[str, str]) -> None:
    """The job leaves what is younger, and forgets removed collections too."""
    made = services.collecting.gather("mine", [], asker=Asker())
    services.collecting.remove(made, asker=Asker())
    thrown_earlier(services, 29)
    assert services.trash.purge() == 0
    thrown_earlier(services, 31)
    assert services.trash.purge() == len(gone)
    assert services.trash.collections() == []
    assert services.trash.pictures(limit=9, asker=Asker()) == []


def test_the_law_holds_in_the_bin(
    admin: FlaskClient, viewer: FlaskClient, services: Services, gone: tuple[str, str]
) -> None:
    """A restricted picture is not shown there either, and nobody but admins looks in."""
    services.describe(gone[0], ["a little girl on a swing"])
    assert f"/{gone[0]}/thumbnail" not in admin.get(PAGE).text
    assert admin.get(f"{PAGE}/{gone[0]}/thumbnail").status_code == 451
    assert viewer.get(PAGE).status_code == 403
    assert viewer.post(f"{PAGE}/empty", data={"image": gone[0]}).status_code == 403
