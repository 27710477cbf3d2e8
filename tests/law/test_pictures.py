"""Restricted pictures: what restricts and what lifts, and that nothing of them slips through."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from service.db import images, restrictions
from service.domain import Asker, User
from service.law.judging import PictureRestricted
from service.policy.gate import Refused
from service.policy.rules import Term
from service.services import Services
from tests.law.conftest import EDITOR, found, shown

SECRET_WORDS = "a boy with the word sesame"
NOW = datetime.now(UTC)


def kept_back(services: Services, image_id: str, country: str = "") -> bool:
    """Whether an asker from there is refused the picture."""
    try:
        services.picture(image_id, asker=Asker(country=country))
    except PictureRestricted:
        return True
    return False


def test_own_words_restrict_a_picture(services: Services) -> None:
    """A caption, and a question it is known to answer, hide it; harmless ones do not."""
    harmless = shown(services, ["a red car"], number=1)
    caption = shown(services, ["a red car", "a boy in a red car"], number=2)
    question = shown(services, questions=["мальчик в красной машине"], number=3)
    assert found(services) == {harmless}
    assert kept_back(services, caption)
    assert kept_back(services, question)


def test_changed_captions_count_at_once(services: Services) -> None:
    """New captions hide a picture, and others show it again, in the same moment."""
    image_id = shown(services, ["a red car"])
    services.describe(image_id, ["a boy"])
    assert found(services) == set()
    services.describe(image_id, ["a cowboy"])
    assert found(services) == {image_id}


JUDGED = [
    ("expert_grades (image_id, query_key, judge_id, grades)", "'{3,3,3}'", True),
    ("expert_grades (image_id, query_key, judge_id, grades)", "'{2,3,3}'", False),
    ("crowd_votes (image_id, query_key, judge_id, yes, no)", "2, 1", True),
    ("crowd_votes (image_id, query_key, judge_id, yes, no)", "2, 0", False),
    ("crowd_votes (image_id, query_key, judge_id, yes, no)", "3, 2", False),
]


@pytest.mark.parametrize(("columns", "values", "restricted"), JUDGED)
def test_a_judged_text_restricts_when_enough_people_agree(
    services: Services,
    columns: str,
    values: str,
    restricted: bool,  # noqa: FBT001
) -> None:
    """Experts' mean of three, or two thirds of three votes: from the moment it is stored."""
    image_id = shown(services)
    kind = "panel" if "expert" in columns else "crowd"
    with services.transactions() as transaction:
        key = images.key(transaction.conn, image_id)
        judge(transaction.conn, f"{columns} VALUES (:key, :query, :judge, {values})", kind, key)
    assert kept_back(services, image_id) is restricted
    services.law.judge_waiting(services.transactions)
    assert (found(services) == set()) is restricted
    assert kept_back(services, image_id) is restricted


def judge(conn: Connection, insert: str, kind: str, key: int | None) -> None:
    """A judgement of a text about a boy."""
    conn.execute(text("INSERT INTO datasets (name) VALUES ('judged')"))
    judge_id = conn.scalar(
        text("INSERT INTO judges (kind, name, dataset_id) SELECT :kind, 'a judge', id FROM datasets"
             " WHERE name = 'judged' RETURNING id"),
        {"kind": kind},
    )  # fmt: skip
    query = conn.scalar(
        text("INSERT INTO queries (query_id, text) VALUES ('other.jpg#0', 'a boy') RETURNING id")
    )
    conn.execute(text("INSERT INTO " + insert), {"key": key, "query": query, "judge": judge_id})


def test_an_edit_hides_at_once_and_shows_later(services: Services) -> None:
    """A new term hides before anything is judged anew; what is lifted shows once all has been."""
    image_id = shown(services, ["a red wizard"])
    services.book.add(EDITOR, block=[Term("wizard", "en")])
    services.gate.look_again()
    assert found(services) == set()
    assert kept_back(services, image_id)
    services.law.judge_waiting(services.transactions)
    assert services.counts().ready == 0
    services.book.remove(EDITOR, [Term("wizard", "en")])
    services.gate.look_again()
    assert found(services) == set()
    services.law.judge_waiting(services.transactions)
    assert found(services) == {image_id}


def test_a_law_keeps_a_picture_back_where_it_holds(services: Services) -> None:
    """Another country's rule hides nothing here; an unknown country meets every rule."""
    image_id = shown(services, ["a red unicorn"])
    assert found(services, "US") == found(services, "FR") == {image_id}
    assert found(services, "DE") == found(services, "") == set()
    asker = Asker(country="US", added_country="DE")
    assert services.search(text="red", asker=asker).hits == ()


def test_an_admins_word_and_a_review_hide_a_picture(services: Services, ada: User) -> None:
    """Both hide it everywhere until an admin takes it back; both are on the audit trail."""
    image_id = shown(services, ["a red car"])
    for until_reviewed in (False, True):
        services.review.restrict(
            image_id, admin=ada, reason="a complaint", until_reviewed=until_reviewed
        )
        assert found(services, "US") == set()
        services.review.lift(image_id, admin=ada, reason="settled")
        assert found(services, "US") == {image_id}
    actions = [entry.action for entry in services.trail.entries()]
    assert actions[:4] == ["restriction lifted", "picture restricted"] * 2


def consent(services: Services, image_id: str, ada: User, *countries: str) -> int:
    """Consent for a week."""
    return services.review.record_consent(
        image_id,
        admin=ada,
        given_by="the guardian",
        document="form 7",
        countries=countries,
        valid_until=NOW + timedelta(days=7),
        now=NOW,
    )


def test_consent_lifts_where_it_covers_and_lapses(services: Services, ada: User) -> None:
    """It counts for its countries only, ends by the clock, and can be withdrawn."""
    image_id = shown(services, ["a red boy"])
    consent(services, image_id, ada, "US")
    assert found(services, "US") == {image_id}
    assert found(services, "DE") == found(services, "") == set()
    everywhere = consent(services, image_id, ada, "*")
    assert found(services, "") == found(services, "DE") == {image_id}
    services.review.withdraw_consent(image_id, everywhere, admin=ada)
    assert found(services, "") == set()
    with services.transactions() as transaction:
        transaction.conn.execute(text("UPDATE consents SET valid_until = now()"))
    assert found(services, "US") == set()


def test_an_admins_later_word_outlasts_consent(services: Services, ada: User) -> None:
    """What an admin restricts after consent was given stays restricted."""
    image_id = shown(services, ["a red boy"])
    consent(services, image_id, ada, "*")
    services.review.restrict(image_id, admin=ada, reason="an order of a court")
    assert found(services) == set()


def test_a_picture_restricted_while_a_search_is_paged_is_on_no_later_page(
    services: Services, ada: User
) -> None:
    """The kept list of candidates does not bring it back, with or without Redis."""
    ids = {shown(services, number=number) for number in range(6)}
    first = services.search(text="red", asker=Asker(), limit=2)
    seen = {hit.image_id for hit in first.hits}
    gone, described = sorted(ids - seen)[:2]
    services.review.restrict(gone, admin=ada, reason="a complaint")
    services.describe(described, ["a boy"])
    later: set[str] = set()
    cursor = first.next_cursor
    while cursor:
        page = services.search(text="red", asker=Asker(), limit=2, cursor=cursor)
        later |= {hit.image_id for hit in page.hits}
        cursor = page.next_cursor
    assert later == ids - seen - {gone, described}


@pytest.mark.parametrize("ending", ["", "/file", "/thumbnail", "/thumbnail?w=640"])
def test_asked_directly_it_is_unavailable_for_legal_reasons(
    services: Services, client: FlaskClient, admin: FlaskClient, ending: str
) -> None:
    """451 with the disclaimer, who blocks it, and nothing to keep; for admins too."""
    image_id = shown(services)
    with client.get(f"/images/{image_id}{ending}") as before:
        etag = before.headers.get("ETag", '"x"')
    services.describe(image_id, [SECRET_WORDS])
    for reader in (client, admin):
        answer = reader.get(f"/images/{image_id}{ending}", headers={"If-None-Match": etag})
        assert answer.status_code == 451
        assert 'rel="blocked-by"' in answer.headers["Link"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "This image is unavailable in your country" in answer.text
        assert "boy" not in answer.text
    answer = client.get(f"/api/v1/images/{image_id}")
    assert (answer.status_code, answer.content_type) == (451, "application/problem+json")
    assert answer.get_json()["policy_version"] == services.book.latest()


def test_counts_leave_restricted_pictures_out(services: Services) -> None:
    """Neither the number of pictures nor the lists tell that there are more."""
    shown(services, ["a red car"], number=1)
    shown(services, ["a boy"], number=2)
    assert services.counts().ready == 1
    assert len(services.pictures(state=None, limit=10, before=None)) == 1
    assert services.review.count() == 1


def test_the_search_by_index_leaves_them_out_too(services: Services) -> None:
    """The predicate holds for askers from everywhere in the statement itself."""
    image_id = shown(services, ["a red unicorn"])
    with services.engine.connect() as conn:
        key = images.key(conn, image_id)
        assert key is not None
        assert restrictions.hidden(conn, [key], ["DE"]) == {key}
        assert restrictions.hidden(conn, [key], ["US"]) == set()
        assert restrictions.hidden(conn, [key], []) == {key}


def test_a_refused_text_reaches_no_encoder(services: Services) -> None:
    """A refused search is refused whatever else is asked."""
    with pytest.raises(Refused):
        services.search(text="red boy", asker=Asker(country="US"), collection="nowhere")
