"""POST /search: pictures like the one that is sent."""

from typing import Any

from flask import request

from service.search_question import Question
from service.web.api.documents import search_document
from service.web.api.resource import Resource
from service.web.api.schemas import PictureQuery, SearchAnswer
from service.web.context import asker, services
from service.web.searching import timed_search_by_picture

blueprint = Resource(
    "api-search-by-picture", __name__, description="Find pictures like one of your own."
)

FORM_BYTES = 64 * 1024


@blueprint.before_request
def take_one_picture() -> None:
    """Whoever asks may be anybody, so no more is received than one picture and a few words."""
    request.max_content_length = services().settings.max_file + FORM_BYTES


@blueprint.post("/search")
@blueprint.arguments(PictureQuery, location="multipart")
@blueprint.response(200, SearchAnswer)
@blueprint.alt_response(400, "BAD_REQUEST")
@blueprint.alt_response(413, "REQUEST_ENTITY_TOO_LARGE")
@blueprint.alt_response(451, "UNAVAILABLE_FOR_LEGAL_REASONS")
@blueprint.alt_response(503, "SERVICE_UNAVAILABLE")
def search_by_picture(sent: dict[str, Any]) -> dict[str, Any]:
    """Pictures like the one sent, best first; the file is checked and forgotten."""
    question = Question(
        text=sent["q"],
        countries=asker(sent["country"]).countries,
        limit=sent["limit"],
        collection=sent["collection"] or None,
        cursor=sent["cursor"] or None,
        min_score=sent["min_score"],
    )
    return search_document(timed_search_by_picture(sent["image"].stream, question))
