"""The search page, and its results alone for the page's own script."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import get_locale

from service.domain import SearchPage
from service.errors import Invalid
from service.web.context import asker, services
from service.web.searching import timed_search

blueprint = Blueprint("search", __name__)
PAGE_SIZE = 40


class NotAShare(Invalid):
    """The minimum score is a number from 0 to 1, not {given}."""

    field = "min_score"


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for."""

    text: str
    cursor: str = ""
    collection: str = ""
    min_score: float | None = None
    country: str = ""

    def parameters(self) -> dict[str, Any]:
        """What has to stay in an address that asks the same."""
        found = {
            "q": self.text,
            "collection": self.collection,
            "min_score": self.min_score,
            "country": self.country,
        }
        return {name: value for name, value in found.items() if value not in {"", None}}


def question() -> Question:
    """Read the address; blanks around the text mean nothing."""
    args = request.args
    return Question(
        text=args.get("q", "").strip(),
        cursor=args.get("cursor", ""),
        collection=args.get("collection", ""),
        min_score=_share(args.get("min_score", "")),
        country=args.get("country", "").strip(),
    )


def _share(given: str) -> float | None:
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise NotAShare(given=given) from None


def _find(asked: Question) -> SearchPage:
    return timed_search(
        text=asked.text,
        asker=asker(asked.country),
        limit=PAGE_SIZE,
        cursor=asked.cursor or None,
        collection=asked.collection or None,
        min_score=asked.min_score,
    )


@blueprint.get("/")
def page() -> str:
    """The box, and under it what was found, if anything was asked."""
    asked = question()
    if not asked.text:
        return render_template(
            "home.html",
            examples=_examples(),
            ready=services().counts(asker()).ready,
            sample=services().sample.progress(),
        )
    return render_template("search.html", asked=asked, found=_find(asked), examples=_examples())


@blueprint.get("/results")
def results() -> str:
    """The same results without the page around them."""
    asked = question()
    return render_template("_results.html", asked=asked, found=_find(asked), examples=_examples())


def _examples() -> list[str]:
    return services().examples(str(get_locale()))
