"""Asks the search use case and times it, for the page and the API alike."""

import time
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from service.domain import NO_FILTERS, Asker, Filters, SearchPage, Sort
from service.errors import LegallyUnavailable
from service.search_question import Question
from service.web.context import services
from service.web.metrics import metrics


def timed_search(  # noqa: PLR0913 - what an address can ask, name by name
    *,
    text: str,
    asker: Asker,
    limit: int,
    collection: str | None = None,
    cursor: str | None = None,
    min_score: float | None = None,
    like: str | None = None,
    filters: Filters = NO_FILTERS,
    sort: Sort = Sort.BEST,
    picture: str | None = None,
) -> SearchPage:
    """Search, and note how long it took and whether it was answered, refused or failed."""
    return _timed(
        partial(
            services().search,
            text=text,
            asker=asker,
            limit=limit,
            collection=collection,
            cursor=cursor,
            min_score=min_score,
            like=like,
            filters=filters,
            sort=sort,
            picture=picture,
        )
    )


def timed_search_by_picture(file: BinaryIO, question: Question) -> SearchPage:
    """As timed_search, with a picture instead of words or beside them."""
    return _timed(partial(services().by_picture.search, file=file, question=question))


def _timed(search: Callable[[], SearchPage]) -> SearchPage:
    began = time.perf_counter()
    outcome = "failed"
    try:
        page = search()
        outcome = "found" if page.hits else "empty"
    except LegallyUnavailable:
        outcome = "refused"
        raise
    finally:
        metrics().search_seconds.labels(outcome).observe(time.perf_counter() - began)
    return page
