"""The search page for a picture that somebody sends: chosen, dropped or pasted, and not kept."""

from dataclasses import replace
from typing import BinaryIO, cast

from flask import Blueprint, render_template, request

from service.errors import Invalid
from service.search import Question
from service.web.asked import question
from service.web.context import asker, services
from service.web.searching import timed_search_by_picture

blueprint = Blueprint("by-picture", __name__)
# All on one page: the picture is not kept, so there is nothing to turn pages with.
MOST = 60


class NoPictureSent(Invalid):
    """Choose a picture to search with: none was sent."""

    field = "image"


@blueprint.post("/by-picture")
def results() -> str:
    """What is like the picture and, if something is said beside it, fits that too."""
    sent = request.files.get("image")
    if sent is None or not sent.filename:
        raise NoPictureSent
    asked = question(request.form)
    wanted = Question(
        text=asked.text,
        countries=asker(asked.country).countries,
        limit=MOST,
        collection=asked.collection or None,
        cursor=None,
        min_score=asked.min_score,
    )
    found = replace(
        timed_search_by_picture(cast("BinaryIO", sent.stream), wanted), next_cursor=None
    )
    alone = "X-Part" in request.headers
    return render_template(
        "_results.html" if alone else "search.html",
        asked=asked,
        found=found,
        sent=True,
        examples=(),
        collections=() if alone else services().collections(),
    )
