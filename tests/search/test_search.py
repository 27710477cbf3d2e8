"""Search: what fits comes first, pages neither repeat nor skip, and wrong input is explained."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.at_work import EncoderChanged, NoEncoderYet
from service.cache import Cache, client_of
from service.candidates import BadCursor, CandidateLists
from service.domain import AllowedQuery, Asker
from service.encoder.port import Vectors
from service.finding import NoSuchCollection
from service.search_question import (
    BadLimit,
    BadMinScore,
    EmptyQuery,
    QueryTooLong,
    Question,
    check,
)
from service.services import Services
from tests.encoder_stand_in import ColourEncoder
from tests.factories import searchable, with_encoder

ASKER = Asker()


def found(services: Services, text: str, **how: object) -> list[str]:
    """The ids that a search finds, in order."""
    page = services.search(text=text, asker=ASKER, **how)  # type: ignore[arg-type]
    return [hit.image_id for hit in page.hits]


@pytest.mark.parametrize("query", ["red", "красный"])
def test_what_fits_comes_first(services: Services, query: str) -> None:
    """A text in either language finds the picture it describes before the others."""
    red, blue, green = searchable(services, "red", "blue", "green")
    assert found(services, query)[0] == red
    assert set(found(services, query)) == {red, blue, green}


def test_pages_neither_repeat_nor_skip(services: Services) -> None:
    """Page after page gives every picture once, in the order of one big page."""
    searchable(services, *["red", "blue", "green", "black"] * 6)
    whole = found(services, "red", limit=100)
    paged: list[str] = []
    cursor = None
    while True:
        page = services.search(text="red", asker=ASKER, limit=5, cursor=cursor)
        paged += [hit.image_id for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    assert len(set(paged)) == 24


def test_pages_hold_while_pictures_come_and_go(services: Services) -> None:
    """What is added between two pages does not shift them; what is deleted is not shown."""
    searchable(services, *["red"] * 6)
    first = services.search(text="red", asker=ASKER, limit=3)
    seen = [hit.image_id for hit in first.hits]
    later = [one for one in found(services, "red", limit=6) if one not in seen]
    services.delete_picture(later[0], asker=ASKER)
    searchable(services, *["pink"] * 3, "red")
    second = services.search(text="red", asker=ASKER, limit=3, cursor=first.next_cursor)
    assert [hit.image_id for hit in second.hits] == later[1:]


def test_pages_go_on_when_redis_forgot(services: Services) -> None:
    """Without the kept list the next page goes on after the last picture that was shown."""
    searchable(services, *["red", "blue"] * 4)
    whole = found(services, "red", limit=8)
    first = services.search(text="red", asker=ASKER, limit=3)
    services.cache.client.flushall()
    second = services.search(text="red", asker=ASKER, limit=5, cursor=first.next_cursor)
    assert [hit.image_id for hit in second.hits] == whole[3:]


def test_a_search_needs_no_redis(services: Services) -> None:
    """With Redis away a search still answers, and so does its next page."""
    searchable(services, *["red"] * 4)
    away = Cache(client_of("unix:///nowhere/redis.sock"))
    searching = replace(services.searching, cache=away, lists=CandidateLists(away, "key"))
    alone = replace(services, cache=away, searching=searching)
    first = alone.search(text="red", asker=ASKER, limit=2)
    second = alone.search(text="red", asker=ASKER, limit=2, cursor=first.next_cursor)
    assert len({hit.image_id for hit in first.hits + second.hits}) == 4


def test_a_cursor_belongs_to_its_search(services: Services) -> None:
    """Another text, a changed sign or plain garbage is refused, not guessed at."""
    searchable(services, *["red"] * 3)
    cursor = services.search(text="red", asker=ASKER, limit=1).next_cursor
    assert cursor is not None
    for text, wrong in (("blue", cursor), ("red", cursor[:-2] + "zz"), ("red", "garbage")):
        with pytest.raises(BadCursor):
            services.search(text=text, asker=ASKER, limit=1, cursor=wrong)


def test_a_minimum_score_leaves_the_rest_out(services: Services) -> None:
    """Only what reaches it is shown; zero shows everything."""
    red, *_ = searchable(services, "red", "blue", "green")
    best = services.search(text="red", asker=ASKER).hits[0].score
    assert found(services, "red", min_score=best) == [red]
    assert len(found(services, "red", min_score=0)) == 3


def test_a_search_stays_within_its_collection(services: Services) -> None:
    """Pictures outside are not found, and a collection that is not there is named."""
    (inside,) = searchable(services, "red", collection="holiday")
    searchable(services, "red", "blue", "green")
    assert found(services, "red", collection="holiday") == [inside]
    with pytest.raises(NoSuchCollection, match="hoilday"):
        services.search(text="red", asker=ASKER, collection="hoilday")


def test_a_home_without_an_encoder_says_so(services: Services) -> None:
    """Before any worker has registered one, a search asks for patience."""
    with pytest.raises(NoEncoderYet):
        services.search(text="red", asker=ASKER)


def test_vectors_of_another_encoder_are_not_searched(services: Services) -> None:
    """An encoder whose files changed is refused instead of answering nonsense."""
    searchable(services, "red")
    changed = ColourEncoder()
    changed.fingerprint = "changed"
    other = with_encoder(services, changed)
    with pytest.raises(EncoderChanged):
        other.search(text="red", asker=ASKER)


def test_a_query_is_encoded_once(services: Services) -> None:
    """Asked again, its vector comes from the cache."""

    class Counting(ColourEncoder):
        asked = 0

        def encode_texts(self, texts: Sequence[AllowedQuery]) -> Vectors:
            Counting.asked += len(texts)
            return super().encode_texts(texts)

    searchable(services, "red")
    counted = with_encoder(services, Counting())
    for _ in range(3):
        counted.search(text="red", asker=ASKER)
    assert Counting.asked == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"text": ""}, EmptyQuery),
        ({"text": "  \t\n"}, EmptyQuery),
        ({"text": "?!… —"}, EmptyQuery),
        ({"text": "\x00\x07\u200b"}, EmptyQuery),
        ({"text": "a" * 10_000}, QueryTooLong),
        ({"limit": 0}, BadLimit),
        ({"limit": -1}, BadLimit),
        ({"limit": 10**9}, BadLimit),
        ({"min_score": 1.5}, BadMinScore),
        ({"min_score": float("nan")}, BadMinScore),
    ],
)
def test_wrong_questions_are_explained(
    services: Services, wrong: dict[str, object], error: type[Exception]
) -> None:
    """Each kind of wrong input has its own sentence."""
    with pytest.raises(error):
        services.search(**{"text": "red", "asker": ASKER, **wrong})  # type: ignore[arg-type]


@given(st.text(max_size=1_100))
def test_any_text_is_searched_or_explained(text: str) -> None:
    """No text whatever gets past the check in another way than through it."""
    question = Question(text, (), 20, None, None, None)
    try:
        check(question)
    except (EmptyQuery, QueryTooLong):
        return
    assert any(char.isalnum() or not char.isascii() for char in text) or set(text) & set(
        "$+<=>^`|~"
    )
