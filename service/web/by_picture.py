"""Takes the picture that somebody searches with: chosen, dropped or pasted, and not kept."""

from dataclasses import replace
from http import HTTPStatus
from typing import BinaryIO, cast

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.errors import Invalid
from service.search_question import Question
from service.web.asked import question
from service.web.context import asker, services

blueprint = Blueprint("by-picture", __name__)
# The words and choices beside the picture.
FORM_BYTES = 64 * 1024


class NoPictureSent(Invalid):
    """Choose a picture to search with: none was sent."""

    field = "image"


@blueprint.before_request
def take_one_picture() -> None:
    """Whoever asks may be anybody, so no more is received than one picture and a few words."""
    request.max_content_length = services().settings.max_file + FORM_BYTES


@blueprint.post("/by-picture")
def take() -> ResponseReturnValue:
    """Lead to the results of the picture and what is said and chosen beside it.

    Their address names what the picture looks like, so it can be reloaded and shared for a week.
    """
    sent = request.files.get("image")
    if sent is None or not sent.filename:
        raise NoPictureSent
    asked = question(request.form)
    wanted = Question(
        text=asked.text,
        countries=asker(asked.country).countries,
        limit=1,
        collection=None,
        cursor=None,
        min_score=None,
    )
    name = services().by_picture.keep(file=cast("BinaryIO", sent.stream), question=wanted)
    address = url_for("search.page", **replace(asked, picture=name, like="").parameters())
    if "X-Part" in request.headers:
        return Response(status=HTTPStatus.CREATED, headers={"Location": address})
    return redirect(address, HTTPStatus.SEE_OTHER)
