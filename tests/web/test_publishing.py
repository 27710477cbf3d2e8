"""A publish and a taking back under running searches, in two web apps that know only the rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from service.domain import Asker
from service.live_scorer import LiveScorer
from service.services import Services
from service.web.app import create_app
from tests.askers import Ask, Found, asking, hold_true
from tests.journeys.visitor import until
from tests.learn.colours import QUICK, judged_colours

QUERIES = ("red", "a blue thing", "green")
SHOWN = 8


def an_app(services: Services) -> Ask:
    """A web process of its own, as far as scorers go."""
    searching = replace(services.searching, scorer=LiveScorer())
    client = create_app(replace(services, searching=searching)).test_client

    def ask(wanted: Mapping[str, str | int]) -> tuple[int, Any]:
        answer = client().get("/api/v1/search", query_string=dict(wanted))
        return answer.status_code, answer.get_json()

    return ask


def test_every_answer_is_one_scorers_alone(services: Services) -> None:
    """Whatever is published or taken back meanwhile, nobody sees an error or mixed scores."""
    judged_colours(services)
    services.learning.train(replace(QUICK, kinds=("constant", "cosine")))
    right: dict[tuple[str | None, str], Found] = {}

    def note() -> str | None:
        services.learning.live.look_again()
        for query in QUERIES:
            page = services.search(text=query, asker=Asker(), limit=SHOWN, min_score=0)
            found = tuple((hit.image_id, hit.score) for hit in page.hits)
            right[page.scorer, query] = found
        return page.scorer

    note()
    with asking([an_app(services) for _ in range(2)], QUERIES, limit=SHOWN) as askers:

        def followed() -> None:
            name = note()
            until(lambda: all(asker.last() == {name} for asker in askers))

        followed()
        services.learning.publish(2)
        followed()
        services.learning.publish(1, reason="to see another order")
        followed()
        services.learning.rollback()
        followed()
        services.learning.rollback()
        followed()
    assert {scorer for scorer, _ in right} == {None, "constant-1", "cosine-2"}
    hold_true(askers, right)
