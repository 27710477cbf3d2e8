"""What an edit would change is told before it is saved, and nothing is written by looking."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from service.config import Settings
from service.db import images
from service.domain import Asker, User
from service.encoder.holder import EncoderHolder
from service.law.edits import Add, Edit, Remove
from service.law.preview import Preview
from service.policy.gate import Refused
from service.policy.rules import Term
from service.services import Services
from service.stack.endpoints import Endpoints
from service.wiring import wired
from tests.encoder_stand_in import ColourEncoder
from tests.law.conftest import EDITOR, EVERYWHERE, GERMAN, found, shown

WIZARD = Add((Term("wizard", "en"),))
NO_BOY = Remove((Term("boy", "en"),))


@pytest.fixture
def keeping(settings: Settings, endpoints: Endpoints) -> Iterator[Services]:
    """Services of an operator who keeps the texts of searches."""
    holder = EncoderHolder(ColourEncoder.name, ColourEncoder)
    settings = settings.model_copy(update={"log_queries": True})
    with wired(settings, endpoints, secret_key="a test's secret", encoder=holder) as services:
        services.register_encoder()
        services.book.replace(EDITOR, [EVERYWHERE, GERMAN])
        yield services


def preview(services: Services, edit: Edit, *examples: str) -> Preview:
    """What the edit would change."""
    return services.previews.of(services.book.draft(edit), examples=examples)


def test_pictures_that_would_vanish_or_appear_are_named(services: Services) -> None:
    """Each with the words that do it; looking hides and writes nothing."""
    wizard = shown(services, ["a red wizard"], number=1)
    boy = shown(services, ["a red boy"], number=2)
    hides = preview(services, WIZARD)
    assert (hides.hidden.count, hides.shown.count, hides.looked_at) == (1, 0, 2)
    assert hides.hidden.samples[0].image_id == wizard
    assert "wizard" in hides.hidden.samples[0].reason
    shows = preview(services, NO_BOY)
    assert (shows.hidden.count, shows.shown.count) == (0, 1)
    assert shows.shown.samples[0].image_id == boy
    assert found(services) == {wizard}


def test_what_the_preview_says_is_what_saving_does(services: Services) -> None:
    """The pictures it names are those that are gone after saving, once it is judged anew."""
    shown(services, ["a red wizard"], number=1)
    kept = shown(services, ["a red car"], number=2)
    told = preview(services, WIZARD)
    services.book.apply(EDITOR, WIZARD, base=told.base)
    services.gate.look_again()
    services.law.judge_waiting(services.transactions)
    assert found(services) == {kept}
    assert preview(services, NO_BOY).shown.count == 0


def test_what_people_decided_is_not_counted(services: Services, ada: User) -> None:
    """A picture hidden by an admin, or lifted by consent for all countries, stays as it is."""
    held = shown(services, ["a red wizard"], number=1)
    lifted = shown(services, ["a wizard in red"], number=2)
    services.review.restrict(held, admin=ada, reason="a complaint")
    now = datetime.now(UTC)
    services.review.record_consent(
        lifted,
        admin=ada,
        given_by="a guardian",
        document="form 7",
        countries=["*"],
        valid_until=now + timedelta(days=1),
        now=now,
    )
    assert preview(services, WIZARD).hidden.count == 0


def test_a_rule_that_holds_there_already_hides_nothing_more(services: Services) -> None:
    """What is hidden everywhere does not vanish again in one country."""
    shown(services, ["a red boy"])
    again = preview(services, Add((Term("boy", "en"),), ("DE",)))
    assert again.diff[0].added == (Term("boy", "en"),)
    assert again.hidden.count == 0


def test_judged_pairs_that_leave_the_training_are_counted(services: Services) -> None:
    """Those of a picture that is hidden, and those whose text is refused, each once."""
    wizard = shown(services, ["a red wizard"], number=1)
    car = shown(services, ["a red car"], number=2)
    with services.transactions() as transaction:
        conn = transaction.conn
        conn.execute(text("INSERT INTO datasets (name) VALUES ('judged')"))
        judge = conn.scalar(
            text("INSERT INTO judges (kind, name, dataset_id)"
                 " SELECT 'panel', 'p', id FROM datasets WHERE name = 'judged' RETURNING id")
        )  # fmt: skip
        for number, query in enumerate(("a road", "a sly wizard", "a house")):
            key = conn.scalar(
                text("INSERT INTO queries (query_id, text) VALUES (:id, :text) RETURNING id"),
                {"id": f"other.jpg#{number}", "text": query},
            )
            for image_id in (wizard, car):
                conn.execute(
                    text("INSERT INTO expert_grades (image_id, query_key, judge_id, grades)"
                         " VALUES (:image, :query, :judge, '{1,1,2}')"),
                    {"image": images.key(conn, image_id), "query": key, "judge": judge},
                )  # fmt: skip
    told = preview(services, WIZARD)
    assert (told.pairs_excluded, told.pairs_included) == (4, 0)
    services.book.apply(EDITOR, WIZARD)
    services.gate.complete()
    services.law.judge_waiting(services.transactions)
    back = preview(services, Remove((Term("wizard", "en"),)))
    assert (back.pairs_excluded, back.pairs_included) == (0, 4)


def test_own_examples_are_judged_by_both_versions(services: Services) -> None:
    """Each with the rule and the place of the words."""
    told = preview(services, WIZARD, "two wizards", "a road", "a boy")
    assert [one.changes for one in told.examples] == [True, False, False]
    verdict = told.examples[0].told
    assert (verdict.matched, verdict.start) == ("wizards", 4)


def test_recent_searches_are_tried_where_their_texts_are_kept(keeping: Services) -> None:
    """Each as its own askers would meet it; what would be refused or allowed is told apart."""
    for query, country in (("a wizard", "US"), ("a wizard", "US"), ("a unicorn", "US")):
        keeping.search(text=query, asker=Asker(country=country))
    for query in ("a boy", "a child"):
        with pytest.raises(Refused):
            keeping.search(text=query, asker=Asker(country="US"))
    told = preview(keeping, WIZARD).searched
    assert [(one.text, one.searches) for one in told.refused] == [("a wizard", 2)]
    assert (told.allowed, told.looked_at) == ((), 4)
    assert [one.text for one in preview(keeping, NO_BOY).searched.allowed] == ["a boy"]
    german = Add((Term("unicorn", "en"), Term("road", "en")), ("DE",))
    assert preview(keeping, german).searched.refused == ()


def test_no_text_is_kept_unless_the_operator_says_so(services: Services) -> None:
    """Without the setting there is nothing to try, and the preview says how much that was."""
    services.search(text="a wizard", asker=Asker())
    with pytest.raises(Refused):
        services.search(text="a boy", asker=Asker())
    assert preview(services, WIZARD).searched.looked_at == 0
    assert services.refusals.times("a boy") == 1
    assert services.refusals.times("a girl") == 0


def test_kept_texts_are_forgotten_after_thirty_days(keeping: Services) -> None:
    """Answered ones go, refused ones keep their count without the text."""
    keeping.search(text="a wizard", asker=Asker())
    with pytest.raises(Refused):
        keeping.search(text="a boy", asker=Asker())
    assert keeping.refusals.forget_old() == 0
    with keeping.transactions() as transaction:
        for table in ("kept_queries", "refusals"):
            transaction.conn.execute(
                text(f"UPDATE {table} SET created_at = now() - interval '31 days'")  # noqa: S608
            )
    assert keeping.refusals.forget_old() == 2
    with keeping.engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM kept_queries")) == 0
        assert conn.execute(text("SELECT query_text FROM refusals")).all() == [(None,)]
