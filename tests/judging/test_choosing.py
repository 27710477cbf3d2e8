"""Which pair a judge is asked about next."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from random import Random

import pytest
from sqlalchemy import text

from service.annotation_choice import Why
from service.db.engine import connection
from service.domain import Asker, Role
from service.judging import (
    AlreadyJudged,
    Answer,
    Judging,
    Mode,
    NoSuchPair,
    NotJudgedBefore,
    Offer,
    Skip,
)
from service.law.versions import Editor
from service.policy.rules import RuleSet, Term
from service.services import Services

ASKER = Asker()


class Always(Random):
    """Chance that always brings what is rare."""

    def random(self) -> float:
        """The least number."""
        return 0.0


class Never(Random):
    """Chance that never brings what is rare."""

    def random(self) -> float:
        """More than any share."""
        return 1.0


@pytest.fixture
def judging(services: Services) -> Judging:
    """The loop, with the same chance in every run."""
    chance = Random(7)
    choice = replace(services.judging.choice, draw=chance)
    return replace(services.judging, choice=choice, draw=chance)


def offers(judging: Judging, user_id: int, most: int = 100) -> Iterator[Offer]:
    """One offer after another, each judged when the next one is asked for."""
    for number in count():
        found = judging.next(mode=Mode.EXPERT, user_id=user_id, asker=ASKER)
        if found is None or number == most:
            return
        yield found
        judging.answer(
            pair=found.pair,
            answer=Answer(grade=1 + number % 4),
            user_id=user_id,
            asker=ASKER,
            is_check=found.is_check,
        )


def ask(judging: Judging, user_id: int) -> Offer:
    """The next pair, which must be there."""
    found = judging.next(mode=Mode.EXPERT, user_id=user_id, asker=ASKER)
    assert found is not None
    return found


def test_every_pair_comes_once_and_then_nothing_is_left(judging: Judging, annotator: int) -> None:
    """Five captions with four pictures of others each; no picture meets its own caption."""
    without_checks = replace(judging, draw=Never())
    seen = [(one.text, one.name) for one in offers(without_checks, annotator)]
    assert len(seen) == len(set(seen))
    assert len(seen) == 20
    assert all(name.split("-")[0] not in words for words, name in seen)


def test_a_judgement_counts_for_analysts_and_targets(
    services: Services, judging: Judging, annotator: int
) -> None:
    """A grade and a vote stand in analytics.pairs with a target, under the judge's name."""
    first = ask(judging, annotator)
    judging.answer(pair=first.pair, answer=Answer(grade=4), user_id=annotator, asker=ASKER)
    second = ask(judging, annotator)
    judging.answer(pair=second.pair, answer=Answer(fits=False), user_id=annotator, asker=ASKER)
    with connection(services.engine) as conn:
        rows = conn.execute(
            text(
                "SELECT query_text, expert_grades, crowd_yes, crowd_no, target FROM analytics.pairs"
            )
        ).all()
    told = {row.query_text: row for row in rows}
    assert told[first.text].expert_grades == [4]
    assert told[first.text].target == 1
    assert (told[second.text].crowd_yes, told[second.text].crowd_no) == (0, 1)
    (judge,) = services.judges.listed()
    assert (judge.stored.name, judge.stored.kind, judge.stored.judgements) == ("anna", "person", 2)


def test_two_windows_count_once(judging: Judging, services: Services, annotator: int) -> None:
    """The same answer again changes nothing, another one is refused, and the first stays."""
    offer = ask(judging, annotator)
    send = {"pair": offer.pair, "user_id": annotator, "asker": ASKER}
    assert judging.answer(**send, answer=Answer(grade=2))  # type: ignore[arg-type]
    assert not judging.answer(**send, answer=Answer(grade=2))  # type: ignore[arg-type]
    for other in (Answer(grade=3), Answer(fits=True), Answer(skip=Skip.OTHER)):
        with pytest.raises(AlreadyJudged):
            judging.answer(**send, answer=other)  # type: ignore[arg-type]
    assert judging.progress(user_id=annotator).total == 1
    with connection(services.engine) as conn:
        assert conn.scalar(text("SELECT array_agg(grades::text) FROM expert_grades")) == ["{2}"]


def test_undo_takes_the_last_answer_back(
    judging: Judging, services: Services, annotator: int
) -> None:
    """The judgement is gone, the pair comes again, and a second window's undo does nothing."""
    offer = ask(judging, annotator)
    judging.answer(pair=offer.pair, answer=Answer(fits=True), user_id=annotator, asker=ASKER)
    last = judging.progress(user_id=annotator).last_id
    found = judging.undo(user_id=annotator, only=last)
    assert found is not None
    assert judging.undo(user_id=annotator, only=last) is None
    name = judging.name_of(found)
    assert name is not None
    assert judging.again(name, mode=Mode.CROWD, asker=ASKER).text == offer.text
    with connection(services.engine) as conn:
        assert conn.scalar(text("SELECT count(*) FROM crowd_votes")) == 0


def test_people_who_disagree_bring_a_pair_to_a_third(
    judging: Judging, services: Services, annotator: int
) -> None:
    """A pair graded 1 and 4 comes as disputed, one that one person graded as little judged."""
    offer = ask(judging, annotator)
    others = [
        services.accounts.add(name=name, role=Role.ANNOTATOR)[0].user_id for name in ("ben", "cleo")
    ]
    for user_id, grade in zip(others, (1, 4), strict=True):
        judging.answer(pair=offer.pair, answer=Answer(grade=grade), user_id=user_id, asker=ASKER)
    seen = {one.why for one in [ask(judging, annotator) for _ in range(12)]}
    assert seen == {Why.DISPUTED, Why.NEW}
    judging.answer(pair=offer.pair, answer=Answer(grade=1), user_id=annotator, asker=ASKER)
    assert {ask(judging, annotator).why for _ in range(6)} == {Why.NEW}
    extra = ask(judging, annotator)
    judging.answer(pair=extra.pair, answer=Answer(grade=1), user_id=annotator, asker=ASKER)
    assert Why.FEW in {ask(judging, others[0]).why for _ in range(12)}


def test_checks_come_after_twenty_judgements_and_change_none(
    judging: Judging, services: Services, annotator: int
) -> None:
    """A second look is counted as the judge's own consistency; the first grade stays."""
    eager = replace(judging, draw=Always())
    made = list(offers(eager, annotator, most=20))
    assert not any(one.is_check for one in made)
    check = ask(eager, annotator)
    assert check.is_check
    with connection(services.engine) as conn:
        before = conn.execute(text("SELECT * FROM expert_grades ORDER BY 1, 2")).all()
    with pytest.raises(AlreadyJudged):
        judging.answer(pair=check.pair, answer=Answer(fits=True), user_id=annotator, asker=ASKER)
    judging.answer(
        pair=check.pair, answer=Answer(grade=1), user_id=annotator, asker=ASKER, is_check=True
    )
    with connection(services.engine) as conn:
        assert conn.execute(text("SELECT * FROM expert_grades ORDER BY 1, 2")).all() == before
    told = judging.progress(user_id=annotator)
    assert (told.total, told.checks) == (21, 1)


def test_what_was_not_judged_cannot_be_checked(judging: Judging, annotator: int) -> None:
    """Otherwise a judgement could be kept from counting."""
    offer = ask(judging, annotator)
    with pytest.raises(NotJudgedBefore):
        judging.answer(
            pair=offer.pair, answer=Answer(grade=1), user_id=annotator, asker=ASKER, is_check=True
        )


def test_a_skipped_pair_does_not_come_again(judging: Judging, annotator: int) -> None:
    """It counts as no judgement."""
    seen = set()
    while found := judging.next(mode=Mode.EXPERT, user_id=annotator, asker=ASKER):
        assert found.pair.split(".")[0] + found.text not in seen
        seen.add(found.pair.split(".")[0] + found.text)
        judging.answer(
            pair=found.pair, answer=Answer(skip=Skip.UNCLEAR), user_id=annotator, asker=ASKER
        )
    assert len(seen) == 20
    assert judging.progress(user_id=annotator).total == 0


def test_restricted_pictures_and_refused_texts_are_never_offered(
    judging: Judging, services: Services, annotator: int
) -> None:
    """Neither chosen nor taken by name once the rules say so."""
    before = list({ask(judging, annotator).pair: None for _ in range(60)})
    rules = (RuleSet(version=1, blocked=(Term("red", "en"),)),)
    services.book.replace(Editor("a test", "to see what happens"), rules)
    services.gate.look_again()
    with connection(services.engine) as conn:
        public_id = conn.scalar(text("SELECT public_id FROM images WHERE name LIKE 'red%'"))
    seen = [(one.text, one.name) for one in offers(judging, annotator)]
    assert seen
    assert not any("red" in words or name.startswith("red") for words, name in seen)
    gone = [pair for pair in before if str(public_id) in pair]
    assert gone
    for pair in gone:
        with pytest.raises(NoSuchPair):
            judging.answer(pair=pair, answer=Answer(grade=1), user_id=annotator, asker=ASKER)


def test_pairs_come_from_all_over_the_similarity_range(judging: Judging, annotator: int) -> None:
    """Offers for one text are not only the nearest pictures."""
    pairs = {(one.text, one.name) for one in [ask(judging, annotator) for _ in range(60)]}
    assert len({name for _words, name in pairs}) == 5
    assert len(pairs) > 10
