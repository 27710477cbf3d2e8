"""GET /search: pictures for a text."""

from typing import Any

from service.domain import Filters
from service.web.api.documents import search_document
from service.web.api.resource import Resource
from service.web.api.schemas import SearchAnswer, SearchQuery
from service.web.context import asker
from service.web.searching import timed_search

blueprint = Resource("api-search", __name__, description="Find pictures by describing them.")


@blueprint.get("/search")
@blueprint.arguments(SearchQuery, location="query")
@blueprint.response(200, SearchAnswer)
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(451, "UNAVAILABLE_FOR_LEGAL_REASONS")
@blueprint.alt_response(503, "SERVICE_UNAVAILABLE")
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Pictures that match a description, best first."""
    page = timed_search(
        text=query["q"],
        asker=asker(query["country"]),
        limit=query["limit"],
        collection=query["collection"] or None,
        cursor=query["cursor"] or None,
        min_score=query["min_score"],
        like=query["like"] or None,
        filters=Filters(**{name: query[name] for name in Filters.__slots__}),
        sort=query["sort"],
    )
    return search_document(page)
