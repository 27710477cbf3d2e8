"""Whether the published scorer learned from what the law excludes now."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from service.db import images
from service.domain import User
from service.law.training import TrainedOn
from service.policy.rules import Term
from service.services import Services
from service.web.app import create_app
from tests.law.conftest import EDITOR, shown
from tests.web.conftest import with_token


@pytest.fixture
def pair(services: Services) -> str:
    """A picture with two judged texts, one of which speaks of a wizard; answers its id."""
    image_id = shown(services, ["a red car"])
    with services.transactions() as transaction:
        conn = transaction.conn
        conn.execute(text("INSERT INTO datasets (name) VALUES ('judged')"))
        conn.execute(text("INSERT INTO judges (kind, name, dataset_id)"
                          " SELECT 'panel', 'p', max(id) FROM datasets"))  # fmt: skip
        conn.execute(text("INSERT INTO queries (query_id, text)"
                          " VALUES ('a.jpg#0', 'a road'), ('a.jpg#1', 'a wizard')"))  # fmt: skip
        conn.execute(
            text("INSERT INTO expert_grades (image_id, query_key, judge_id, grades)"
                 " SELECT :key, q.id, j.id, '{1,1,2}' FROM queries q, judges j"),
            {"key": images.key(conn, image_id)},
        )  # fmt: skip
    services.law.judge_waiting(services.transactions)
    return image_id


def having_learned(services: Services) -> Services:
    """Services whose published scorer has learned from every judged pair that there is."""
    with services.engine.connect() as conn:
        rows = conn.execute(text("SELECT image_id, query_key FROM expert_grades")).all()
    learned = TrainedOn("linear 7", services.book.latest(), [(row[0], row[1]) for row in rows])
    return replace(services, training=replace(services.training, published=lambda _conn: learned))


@pytest.fixture
def trained(services: Services, pair: str) -> Services:  # noqa: ARG001 - judged before training
    """Services whose published scorer was trained on everything that was lawful just now."""
    return having_learned(services)


def pairs(services: Services) -> int:
    """How many pairs it should not have learned from."""
    found = services.training.outdated()
    return found.pairs if found else 0


def test_without_a_published_scorer_nothing_is_outdated(services: Services, pair: str) -> None:
    """There is nothing to tell before anything was trained."""
    services.describe(pair, ["a boy"])
    assert services.training.outdated() is None


def test_a_rule_that_came_after_takes_its_pairs_out(trained: Services) -> None:
    """A pair counts when its text is refused by rules that came after the training."""
    assert pairs(trained) == 0
    trained.book.add(EDITOR, block=[Term("wizard", "en")])
    trained.gate.complete()
    trained.law.judge_waiting(trained.transactions)
    assert pairs(trained) == 1
    trained.book.remove(EDITOR, [Term("wizard", "en")])
    assert pairs(trained) == 0


def test_a_picture_that_is_hidden_since_takes_its_pairs_out(
    trained: Services, pair: str, ada: User
) -> None:
    """By its captions or by an admin; consent for all countries brings them back."""
    trained.describe(pair, ["a red boy"])
    assert pairs(trained) == 2
    trained.describe(pair, ["a red car"])
    assert pairs(trained) == 0
    trained.review.restrict(pair, admin=ada, reason="a complaint")
    assert pairs(trained) == 2
    now = datetime.now(UTC)
    consent = trained.review.record_consent(
        pair, admin=ada, given_by="g", document="d", countries=["*"],
        valid_until=now + timedelta(days=9), now=now,
    )  # fmt: skip
    assert pairs(trained) == 0
    trained.review.withdraw_consent(pair, consent, admin=ada)
    assert pairs(trained) == 2


def test_the_editors_page_offers_to_train_again(trained: Services, pair: str, ada: User) -> None:
    """It says how many pairs there are, and leaves them out with one press or one command."""
    token = trained.accounts.create_token(name=ada.name)
    admin = with_token(create_app(trained), token)
    assert "glimpse train" not in admin.get("/admin/terms").text
    trained.describe(pair, ["a red boy"])
    page = admin.get("/admin/terms").text
    assert "linear 7" in page
    assert "glimpse train --publish" in page
    form = re.search(r'<form method="post" action="(/quality[^"]*)">', page)
    assert form
    assert admin.post(form[1], data={"publish": "yes"}).status_code == 303
    assert trained.trainings.progress().is_open
