"""POST /api/v1/score."""

from io import BytesIO

from flask.testing import FlaskClient

from service.services import Services
from tests.web.conftest import drawn, stored

RED = "#dc1e1e"


def test_a_sent_picture_is_scored_and_not_stored(client: FlaskClient, services: Services) -> None:
    """The pair has the four fields of the contract; nothing is kept."""
    form = {"image": (BytesIO(drawn(RED)), "r.png"), "text": "red"}
    answer = client.post("/api/v1/score", data=form)
    assert answer.status_code == 200
    told = answer.get_json()
    assert set(told) == {"score", "similarity", "scorer", "encoder"}
    assert 0.5 < told["score"] <= 1
    assert services.counts().ready == services.counts().pending == 0


def test_a_stored_picture_is_scored_by_its_id(client: FlaskClient, services: Services) -> None:
    """A text that fits scores more than one that does not."""
    (image_id,) = stored(services, ("r.png", drawn(RED)))
    scores = [
        client.post("/api/v1/score", data={"image_id": image_id, "text": text}).get_json()["score"]
        for text in ("red", "blue")
    ]
    assert scores[0] > scores[1]


def test_refusals_are_problem_documents(client: FlaskClient) -> None:
    """Blocked text 451, unknown picture 404, no picture or text 400, and no picture's bytes 400."""
    cases = (
        ({"image_id": "x", "text": "a small child"}, 451),
        ({"image_id": "x", "text": "red"}, 404),
        ({"text": "red"}, 400),
        ({"image_id": "x"}, 400),
        ({"image": (BytesIO(b"no picture"), "a.png"), "text": "red"}, 400),
    )
    for form, status in cases:
        answer = client.post("/api/v1/score", data=form)
        assert answer.status_code == status, form
        assert answer.content_type == "application/problem+json"
