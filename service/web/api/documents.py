"""Writes the nouns of the domain as JSON documents with their addresses."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from service.domain import Hit, Picture, SearchPage
from service.web.reasons import reworded

DIGITS = 4


def addresses(image_id: str) -> dict[str, str]:
    """Where a picture's bytes and its page are; the contract fixes these paths."""
    page = f"/images/{quote(image_id, safe='')}"
    return {"file_url": f"{page}/file", "thumbnail_url": f"{page}/thumbnail", "page_url": page}


def picture_document(picture: Picture) -> dict[str, Any]:
    """A picture with its addresses."""
    reason = reworded(picture.reason) or None
    return asdict(picture) | {"reason": reason} | addresses(picture.image_id)


def search_document(page: SearchPage) -> dict[str, Any]:
    """A page of results in the contract's words."""
    return {
        "query": page.query,
        "results": [_result(hit) for hit in page.hits],
        "next_cursor": page.next_cursor,
        "scorer": page.scorer,
        "encoder": page.encoder,
        "took_ms": round(page.took_ms, 1),
    }


def _result(hit: Hit) -> dict[str, Any]:
    rounded = {"score": round(hit.score, DIGITS), "similarity": round(hit.similarity, DIGITS)}
    document = asdict(hit) | rounded | addresses(hit.image_id)
    # The placeholder is for our own pages.
    del document["placeholder"]
    return document
