"""The editor's pages of the rules: rule sets and entries, the try-it box, preview and saving."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain import Asker, Role
from service.errors import Conflict, Invalid
from service.law import terms_file
from service.law.book import ChangedMeanwhile
from service.law.edits import NoSuchRuleSet
from service.law.entries import Entry, NoSuchEntry, entries_of
from service.policy.gate import Verdict
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.downloads import as_download
from service.web.edit_forms import (
    Form,
    WhyMissing,
    edit_of,
    editor_of,
    examples_of,
    fields,
    number,
    of_the_edit,
)
from service.web.errors import status_of, wording
from service.web.law_words import countries_of, kind_of_entry
from service.web.words import say as _

blueprint = Blueprint("terms", __name__, url_prefix="/admin/terms")
ENTRIES = 60
VERSIONS = 20
LONGEST_TRIED = 1_000


@dataclass(frozen=True, slots=True)
class Tried:
    """A text from the try-it box with what the gate says of it."""

    text: str
    country: str
    verdict: Verdict
    countries: tuple[str, ...]
    refused_lately: int


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """The rules that hold, and everything that can be done with them."""
    return _overview()


@blueprint.post("/try")
@requires(Role.ADMIN)
def try_it() -> str:
    """What the gate says of one text; it is a form's field, so that no log holds it."""
    text = request.form.get("text", "").strip()[:LONGEST_TRIED]
    return _overview(tried=tried(text, request.form.get("country", "")) if text else None)


@blueprint.get("/progress")
@requires(Role.ADMIN)
def progress() -> Response:
    """How far the pictures have been judged by the rules that hold, for the page's script."""
    answer = jsonify(asdict(services().review.judging()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/sets/<place>")
@requires(Role.ADMIN)
def rule_set(place: str) -> str:
    """One rule set with its entries, filtered and page by page."""
    return _rule_set(place)


@blueprint.get("/sets/<place>/terms.tsv")
@requires(Role.ADMIN)
def lines(place: str) -> Response:
    """The terms and phrases of a rule set as `glimpse policy terms import` reads them."""
    rules = services().book.ruleset(countries_of(place))
    text = "\n".join(terms_file.written(rules.blocked, rules.allowed)) + "\n"
    return as_download(text, f"glimpse-terms-{place}.tsv", "text/tab-separated-values")


@blueprint.post("/preview")
@requires(Role.ADMIN)
def preview() -> str:
    """What an edit would change, with the button that saves it."""
    return _preview(fields())


@blueprint.post("/save")
@requires(Role.ADMIN)
def save() -> ResponseReturnValue:
    """Make the edit; pictures are judged anew in the background."""
    form, book = fields(), services().book
    base = number(form.get("base", ""))
    made = book.apply(editor_of(form, signed_in()), edit_of(form, book), base=base)
    services().gate.look_again()
    if made == base:
        flash(_("Nothing was changed: the rules are like that already."))
    else:
        undo = url_for("versions.undo", version=made)
        flash(_("Version %(version)s holds.", version=made), f"undo-at:{undo}")
    return redirect(url_for("terms.overview"), 303)


@blueprint.errorhandler(Invalid)
@blueprint.errorhandler(Conflict)
@blueprint.errorhandler(NoSuchEntry)
def explain(error: Invalid | Conflict | NoSuchEntry) -> ResponseReturnValue:
    """What is wrong with a form, beside the form where it can be mended."""
    place, said = request.form.get("place", ""), wording(error)
    if isinstance(error, ChangedMeanwhile | WhyMissing):
        return _preview(fields(), problem=said), status_of(error)
    try:
        page = _rule_set(place, problem=said) if place else _overview(problem=said)
    except NoSuchRuleSet:
        page = _overview(problem=said)
    return page, status_of(error)


def tried(text: str, country: str) -> Tried:
    """One text before the gate: the verdict, and whose rules it comes from."""
    found = services().gate.in_force()
    asking = Asker(country=country).countries
    place = asking[0] if asking else ""
    judging = (law.countries for law in found.laws if law.gate.verdict(text, place).blocked)
    return Tried(
        text=text,
        country=country,
        verdict=found.verdict(text, asking),
        countries=next(judging, ()),
        refused_lately=services().refusals.times(text),
    )


def matching(entries: Sequence[Entry], kind: str, wish: str) -> list[Entry]:
    """Entries of a kind that hold some letters."""
    letters = wish.casefold()
    return [
        entry
        for entry in entries
        if (not kind or kind_of_entry(entry) == kind) and letters in entry.text.casefold()
    ]


def _preview(form: Form, problem: str = "") -> str:
    drafted = services().book.draft(edit_of(form, services().book))
    examples = examples_of(form)
    return render_template(
        "terms_preview.html",
        preview=services().previews.of(drafted, examples=examples),
        problem=problem,
        fields=of_the_edit(form),
        place=form.get("place", ""),
        examples=examples,
        why=form.get("why", ""),
        keeps_texts=services().settings.log_queries,
    )


def _rule_set(place: str, problem: str = "") -> str:
    current = services().book.current()
    rules = services().book.ruleset(countries_of(place))
    kind, wish = request.args.get("kind", ""), request.args.get("q", "").strip()
    found = matching(entries_of(rules), kind, wish)
    first = max(0, number(request.args.get("from", "0")))
    return render_template(
        "rule_set.html",
        current=current,
        rules=rules,
        place=place,
        kind=kind,
        wish=wish,
        entries=found[first : first + ENTRIES],
        found=len(found),
        first=first,
        step=ENTRIES,
        problem=problem,
        form=request.form,
    )


def _overview(*, tried: Tried | None = None, problem: str = "") -> str:
    before = request.args.get("before", "")
    history = services().book.history(limit=VERSIONS, before=number(before) if before else None)
    return render_template(
        "terms.html",
        current=services().book.current(),
        tried=tried,
        problem=problem,
        judging=services().review.judging(),
        outdated=services().training.outdated(),
        history=history,
        older=history[-1].version if len(history) == VERSIONS else None,
        form=request.form,
    )
