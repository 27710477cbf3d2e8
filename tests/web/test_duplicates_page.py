"""Near duplicates: told at upload, reviewed side by side, kept both or one removed."""

from collections.abc import Sequence

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import text

from service.domain import Asker
from service.ingest.embed import embed_waiting
from service.services import Services
from tests.scenes import as_file, scene

PAGE = "/admin/duplicates"


@pytest.fixture
def twins(services: Services) -> tuple[str, str]:
    """A picture, a smaller copy of it with a caption and a judgement, and one that differs."""
    small = scene(1).resize((240, 180))
    files = [
        ("large.jpg", as_file(scene(1))),
        ("small.jpg", as_file(small, 60)),
        ("other.jpg", as_file(scene(2))),
    ]
    first, second, _ = services.upload(files=files, asker=Asker(), collection="holiday")
    assert second.near == (first.image_id,)
    services.describe(str(second.image_id), ["a red boat"])
    judged(services, str(second.image_id))
    embed_waiting(services.embedding(), seconds=30)
    services.duplicates.find(seconds=30)
    return str(first.image_id), str(second.image_id)


def judged(services: Services, image_id: str) -> None:
    """A panel's grades for the picture."""
    with services.transactions() as transaction:
        transaction.conn.execute(
            text(
                """
                WITH d AS (INSERT INTO datasets (name) VALUES ('d') RETURNING id),
                     j AS (INSERT INTO judges (kind, name, dataset_id)
                           SELECT 'panel', 'experts', id FROM d RETURNING id),
                     q AS (INSERT INTO queries (query_id, text) VALUES ('a#1', 'a boat')
                           RETURNING id)
                INSERT INTO expert_grades (image_id, query_key, judge_id, grades)
                SELECT i.id, q.id, j.id, '{3,4,4}' FROM images i, q, j WHERE i.public_id = :image
                """
            ),
            {"image": image_id},
        )


def grades(services: Services) -> Sequence[str]:
    """The ids of pictures that have grades."""
    with services.engine.connect() as conn:
        found = conn.execute(
            text(
                "SELECT i.public_id FROM expert_grades g JOIN images i ON i.id = g.image_id"
                " ORDER BY i.id"
            )
        )
        return list(found.scalars())


def acts(page: str) -> list[str]:
    """Where the forms of the page's pairs lead."""
    found = BeautifulSoup(page, "html.parser").select(".pair form")
    return [str(form["action"]) for form in found]


def test_one_of_a_pair_goes_and_comes_back(
    admin: FlaskClient, services: Services, twins: tuple[str, str]
) -> None:
    """The kept one gets captions and judgements, until the removed one comes back."""
    large, small = twins
    page = admin.get(PAGE).text
    assert "1 pair to decide about" in page
    assert "other.jpg" not in page
    admin.post(f"{PAGE}/{large}/{small}/keep-one")
    assert services.picture(large, asker=Asker()).captions == ("a red boat",)
    assert admin.get(f"/images/{small}").status_code == 404
    assert grades(services) == [large, small]
    assert "small.jpg removed" in admin.get(PAGE).text
    admin.post(f"/images/{small}/restore")
    assert services.picture(large, asker=Asker()).captions == ()
    assert grades(services) == [small]
    assert "1 pair to decide about" in admin.get(PAGE).text


def test_keeping_both_is_remembered(
    admin: FlaskClient, services: Services, twins: tuple[str, str]
) -> None:
    """The pair is shown no more, also after another look, until somebody asks again."""
    large, small = twins
    keep = f"{PAGE}/{large}/{small}/keep"
    assert keep in acts(admin.get(PAGE).text)
    admin.post(keep)
    services.duplicates.find(seconds=30)
    assert acts(admin.get(PAGE).text) == []
    assert admin.post(keep).status_code == 409
    admin.post(f"{PAGE}/{large}/{small}/ask-again")
    assert keep in acts(admin.get(PAGE).text)


def test_pictures_from_before_are_looked_at(services: Services, twins: tuple[str, str]) -> None:
    """A picture stored without a likeness gets one from its thumbnail, in the background."""
    with services.transactions() as transaction:
        transaction.conn.execute(text("DELETE FROM near_duplicates"))
        transaction.conn.execute(
            text("UPDATE images SET likeness = 'waiting', waves = NULL, gradients = NULL")
        )
    assert services.duplicates.progress().done == 0
    services.duplicates.find(seconds=30)
    progress = services.duplicates.progress()
    assert (progress.done, progress.total) == (3, 3)
    (pair,) = services.duplicates.pairs(limit=9, asker=Asker())
    assert (pair.first.picture.image_id, pair.second.picture.image_id) == twins
    assert pair.better == twins[0]


def test_the_law_holds_beside_a_twin(
    admin: FlaskClient, services: Services, twins: tuple[str, str]
) -> None:
    """A restricted picture of a pair is not shown, and the one kept in its place is restricted."""
    large, small = twins
    services.describe(small, ["a little girl on a swing"])
    page = admin.get(PAGE).text
    assert f"/images/{small}/thumbnail" not in page
    assert "little girl" not in page
    assert "The law hides it here" in page
    assert services.duplicates.of_picture(large, asker=Asker()) == []
    admin.post(f"{PAGE}/{large}/{small}/keep-one")
    assert admin.get(f"/images/{large}").status_code == 451


def test_only_admins_decide(viewer: FlaskClient, twins: tuple[str, str]) -> None:
    """Whoever is no admin neither sees the pairs nor removes anything."""
    assert viewer.get(PAGE).status_code == 403
    assert viewer.post(f"{PAGE}/{twins[0]}/{twins[1]}/keep-one").status_code == 403
    assert viewer.post(f"{PAGE}/{twins[0]}/{twins[1]}/keep").status_code == 403
