"""Reads the forms that edit the rules into edits, for the preview and for saving alike."""

from collections.abc import Callable, Iterator
from typing import cast, get_args

from flask import request
from werkzeug.datastructures import MultiDict

from service.domain import User
from service.errors import Invalid, NotSignedIn
from service.law import edits, terms_file
from service.law.book import PolicyBook, replaced
from service.law.edits import Edit
from service.law.entries import Entry
from service.law.versions import Editor
from service.policy.rules import AgePattern, Language, Phrase, Term
from service.web.law_words import countries_of

Form = MultiDict[str, str]
CYRILLIC = range(0x400, 0x530)
# What a form says of itself, not of the edit.
OF_THE_FORM = frozenset({"why", "base", "examples"})


class UnknownEdit(Invalid):
    """The form asks for no edit that is known; open the page anew and try again."""


class NothingToAdd(Invalid):
    """Write at least one entry, each on a line of its own."""

    field = "texts"


class WhyMissing(Invalid):
    """Say why: the reason stays in the history."""

    field = "why"


class NotANumber(Invalid):
    """{given} is no whole number."""


def fields() -> Form:
    """What the form says, with a chosen file in place of pasted text."""
    form: Form = MultiDict(request.form)
    file = request.files.get("file")
    if file is not None and file.filename:
        form["text"] = file.stream.read().decode("utf-8", "replace")
    return form


def of_the_edit(form: Form) -> list[tuple[str, str]]:
    """The fields that make the edit again when it is saved."""
    return [(name, value) for name, value in form.items() if name not in OF_THE_FORM]


def edit_of(form: Form, book: PolicyBook) -> Edit:
    """The edit that a form asks for."""
    kind = form.get("edit", "")
    if kind == "rollback":
        return book.rollback_to(number(form.get("version", "")))
    if kind not in READERS:
        raise UnknownEdit
    return READERS[kind](form)


def editor_of(form: Form, admin: User | None) -> Editor:
    """Who edits, and why."""
    why = form.get("why", "").strip()
    if not why:
        raise WhyMissing
    return as_editor(admin, why)


def as_editor(admin: User | None, why: str) -> Editor:
    """The signed-in admin as the history will name him."""
    if admin is None:
        raise NotSignedIn
    return Editor(who=admin.name, why=why, user_id=admin.user_id)


def examples_of(form: Form) -> list[str]:
    """The admin's own examples, a line each."""
    return [line.strip() for line in form.get("examples", "").splitlines() if line.strip()]


def number(given: str) -> int:
    """A whole number."""
    try:
        return int(given)
    except ValueError:
        raise NotANumber(given=given) from None


def _add(form: Form) -> Edit:
    lines = [line.strip() for line in form.get("texts", "").splitlines() if line.strip()]
    if not lines:
        raise NothingToAdd
    return edits.Add(tuple(_entry(form, line) for line in lines), _place(form))


def _remove(form: Form) -> Edit:
    return edits.Remove((_entry(form, form.get("text", "")),), _place(form))


def _change(form: Form) -> Edit:
    old = _entry(form, form.get("text", ""))
    renamed: Form = MultiDict({**form, "language": form.get("new_language", "")})
    return edits.Change(old, _entry(renamed, form.get("new_text", "").strip()), _place(form))


def _new_set(form: Form) -> Edit:
    like = form.get("like", "")
    return edits.AddRuleSet(
        countries=tuple(_codes(form)),
        age=number(form.get("age", "")),
        disclaimer=form.get("disclaimer", ""),
        like=countries_of(like) if like else (),
    )


def _change_set(form: Form) -> Edit:
    return edits.ChangeRuleSet(
        countries=_place(form),
        new_countries=tuple(_codes(form)),
        age=number(form.get("age", "")),
        disclaimer=form.get("disclaimer", ""),
    )


def _remove_set(form: Form) -> Edit:
    return edits.RemoveRuleSet(_place(form))


def _import(form: Form) -> Edit:
    text = form.get("text", "")
    if not text.strip():
        raise NothingToAdd
    if terms_file.is_whole(text):
        return replaced(terms_file.read_whole(text))
    return edits.Add(terms_file.read(text).entries, _place(form))


READERS: dict[str, Callable[[Form], Edit]] = {
    "add": _add,
    "remove": _remove,
    "change": _change,
    "new-set": _new_set,
    "change-set": _change_set,
    "remove-set": _remove_set,
    "import": _import,
}


def _entry(form: Form, text: str) -> Entry:
    language = _language(form.get("language", ""), text)
    kind = form.get("kind", "blocked")
    if kind == "allowed":
        return Phrase(text, language)
    if kind == "age":
        return AgePattern(text, language, "before" if form.get("owner") == "before" else "near")
    return Term(text, language, compounds=bool(form.get("compounds")))


def _language(given: str, text: str) -> Language:
    if given in get_args(Language):
        return cast("Language", given)
    return "ru" if any(ord(char) in CYRILLIC for char in text) else "en"


def _place(form: Form) -> tuple[str, ...]:
    return countries_of(form.get("place", ""))


def _codes(form: Form) -> Iterator[str]:
    return (code.upper() for code in form.get("countries", "").replace(",", " ").split())
