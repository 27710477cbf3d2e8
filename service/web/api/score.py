"""POST /score: how probably one text fits one picture, stored or sent."""

from dataclasses import asdict
from typing import Any

from service.web.api.resource import Resource
from service.web.api.schemas import ScoreAnswer, ScoreForm
from service.web.context import asker, services

blueprint = Resource("api-score", __name__, description="Score one picture with one text.")


@blueprint.post("/score")
@blueprint.arguments(ScoreForm, location="multipart")
@blueprint.response(200, ScoreAnswer)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(413, "REQUEST_ENTITY_TOO_LARGE")
@blueprint.alt_response(451, "UNAVAILABLE_FOR_LEGAL_REASONS")
@blueprint.alt_response(503, "SERVICE_UNAVAILABLE")
def score(sent: dict[str, Any]) -> dict[str, Any]:
    """The probability for this one pair; a picture that is sent is not stored."""
    image = sent["image"]
    found = services().learning.score(
        text=sent["text"],
        asker=asker(sent["country"]),
        image_id=sent["image_id"] or None,
        file=image.stream if image else None,
    )
    return asdict(found)
