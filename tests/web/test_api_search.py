"""GET /api/v1/search."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.services import Services
from tests.learn.colours import EACH, QUICK, judged_colours
from tests.web.conftest import drawn, stored

FIELDS = {
    "image_id",
    "name",
    "collections",
    "score",
    "similarity",
    "width",
    "height",
    "file_url",
    "thumbnail_url",
    "page_url",
    "captions",
}


def test_the_best_match_comes_first(client: FlaskClient, services: Services) -> None:
    """A text finds the picture that shows what it says, with everything the contract names."""
    stored(services, ("r.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")), collection="mine")
    answer = client.get("/api/v1/search?q=red").get_json()
    assert set(answer) == {"query", "results", "next_cursor", "scorer", "encoder", "took_ms"}
    best = answer["results"][0]
    assert set(best) == FIELDS
    assert (best["name"], best["collections"]) == ("r.png", ["mine"])
    assert 0 <= answer["results"][1]["score"] < best["score"] <= 1
    for address in ("file_url", "thumbnail_url", "page_url"):
        assert client.get(best[address], buffered=True).status_code == 200


def test_publishing_changes_scores_and_names_the_scorer(
    client: FlaskClient, services: Services
) -> None:
    """The document keeps its fields; scorer turns from null into kind-number, and back again."""
    judged_colours(services)
    services.learning.train(QUICK)

    def ask(query: str = "q=red&limit=100") -> dict[str, Any]:
        answer: dict[str, Any] = client.get(f"/api/v1/search?{query}").get_json()
        return answer

    before = ask()
    services.learning.publish(1)
    after = ask()
    assert set(before) == set(after)
    assert (before["scorer"], after["scorer"]) == (None, "cosine-1")
    assert all(set(one) == FIELDS for one in after["results"])
    mapped = [round((1 + one["similarity"]) / 2, 4) for one in before["results"]]
    assert [one["score"] for one in before["results"]] == pytest.approx(mapped, abs=1e-3)
    assert len(before["results"]) == 8 * EACH
    assert len(after["results"]) == EACH
    assert [one["name"] for one in after["results"]] == [
        one["name"] for one in before["results"][:EACH]
    ]
    shown = after["results"][0]["image_id"]
    assert ask(f"like={shown}")["scorer"] is None
    assert ask(f"like={shown}&q=red")["scorer"] == "cosine-1"
    services.learning.rollback()
    assert ask() | {"took_ms": 0} == before | {"took_ms": 0}


def test_pages_follow_each_other(client: FlaskClient, services: Services) -> None:
    """Following the cursor shows every picture once, then ends."""
    stored(services, *[(f"{n}.png", drawn("#dc1e1e", number=n)) for n in range(7)])
    seen: list[str] = []
    cursor = ""
    while True:
        answer = client.get(
            "/api/v1/search", query_string={"q": "red", "limit": 3, "cursor": cursor}
        ).get_json()
        seen += [result["image_id"] for result in answer["results"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7


UNUSABLE = [
    ("", "q"),
    ("q=", "q"),
    ("q=%20%20", "q"),
    ("q=...!?", "q"),
    ("q=%00%01%1f", "q"),
    ("q=" + "a" * 10_000, "q"),
    ("q=red&limit=0", "limit"),
    ("q=red&limit=-1", "limit"),
    ("q=red&limit=1000000000", "limit"),
    ("q=red&limit=ten", "limit"),
    ("q=red&min_score=1.5", "min_score"),
    ("q=red&min_score=-0.1", "min_score"),
    ("q=red&min_score=nan", "min_score"),
    ("q=red&cursor=garbage", "cursor"),
    ("q=red&country=Atlantis", "country"),
]


def test_bad_input_is_named_by_its_field(client: FlaskClient, subtests: pytest.Subtests) -> None:
    """Every parameter that cannot be used answers 400 and says which one it is."""
    for query, field in UNUSABLE:
        with subtests.test(query=query[:40]):
            answer = client.get(f"/api/v1/search?{query}")
            assert answer.status_code == 400
            assert answer.content_type == "application/problem+json"
            problem = answer.get_json()
            assert problem["status"] == 400
            assert list(problem["errors"]) == [field]
            assert problem["errors"][field][0] in problem["detail"]


def test_control_characters_between_words_are_no_error(
    client: FlaskClient, services: Services
) -> None:
    """A stray control character in a text does not break the search."""
    stored(services, ("r.png", drawn("#dc1e1e")))
    assert client.get("/api/v1/search?q=red%00dog%07").status_code == 200


def test_an_unknown_collection_is_not_found(client: FlaskClient) -> None:
    """Searching inside a collection that is not there answers 404."""
    answer = client.get("/api/v1/search?q=red&collection=nowhere")
    assert answer.status_code == 404
    assert "nowhere" in answer.get_json()["detail"]


def test_min_score_zero_keeps_everything(client: FlaskClient, services: Services) -> None:
    """min_score cuts weak results off, and 0 cuts none."""
    stored(services, ("r.png", drawn("#dc1e1e")), ("b.png", drawn("#283cd2")))
    assert len(client.get("/api/v1/search?q=red&min_score=0").get_json()["results"]) == 2
    assert len(client.get("/api/v1/search?q=red&min_score=0.9").get_json()["results"]) == 1
