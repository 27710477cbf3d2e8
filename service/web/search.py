"""The search page, and its results alone for the page's own script."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from service.domain import Picture, SearchPage
from service.web.asked import Question, question
from service.web.context import asker, services
from service.web.searching import timed_search

blueprint = Blueprint("search", __name__)
# A page with its style and scripts stays under 100 kB; more comes as one scrolls.
PAGE_SIZE = 30


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """The box, and under it what was found, if anything was asked."""
    asked = question(request.args, host=request.host)
    if asked.like and not request.args.get("like"):
        # The address of a picture was put into the box: the question gets its own address.
        return redirect(url_for("search.page", **asked.parameters()))
    return render_template(
        "search.html", asked=asked, collections=services().collections(), **_content(asked)
    )


@blueprint.get("/results")
def results() -> str:
    """The same content without the page around it."""
    asked = question(request.args, host=request.host)
    return render_template("_content.html", asked=asked, **_content(asked))


def _content(asked: Question) -> dict[str, Any]:
    """What stands under the box: the results, or before any question where to begin."""
    shown: dict[str, Any] = {
        "examples": services().examples(str(get_locale())),
        "rebuilding": services().serving.rebuilding(),
    }
    if asked.is_asked:
        found = _find(asked)
        return shown | {
            "found": found,
            "example": _example(asked),
            "sample": None if found.scorer else services().sample.progress(),
        }
    return shown | {
        "ready": services().counts(asker()).ready,
        "sample": services().sample.progress(),
    }


def _find(asked: Question) -> SearchPage:
    return timed_search(
        text=asked.text,
        asker=asker(asked.country),
        limit=PAGE_SIZE,
        cursor=asked.cursor or None,
        collection=asked.collection or None,
        min_score=asked.min_score,
        like=asked.like or None,
        filters=asked.filters,
        sort=asked.sort,
        picture=asked.picture or None,
    )


def _example(asked: Question) -> Picture | None:
    """The picture that is searched with, to be shown beside the words."""
    return services().picture(asked.like, asker=asker(asked.country)) if asked.like else None
