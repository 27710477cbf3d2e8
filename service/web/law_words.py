"""What the pages of the law say besides plain values: places, entries, verdicts, moments."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Flask, url_for
from flask_babel import get_locale
from markupsafe import Markup, escape

from service.country_codes import COUNTRIES
from service.db.audit import AuditEntry
from service.law.entries import Entry
from service.law.undoing import UNDOERS
from service.policy.gate import Verdict
from service.policy.rules import EVERYWHERE, AgePattern, Phrase, Term
from service.web.moments import POINT_IN_TIME, moment, month_words
from service.web.words import say as _

ANYWHERE = "everywhere"
OF_PICTURES = frozenset(
    {"picture reviewed", "picture viewed", "decision undone", *UNDOERS, "picture restored"}
)


def place_of(countries: Iterable[str]) -> str:
    """Where a rule set holds, as part of an address."""
    names = sorted(country.upper() for country in countries)
    return ANYWHERE if names == [EVERYWHERE] else "-".join(names)


def countries_of(place: str) -> tuple[str, ...]:
    """The countries that an address names."""
    return (EVERYWHERE,) if place == ANYWHERE else tuple(place.upper().split("-"))


def country_name(code: str) -> str:
    """A country in the reader's language."""
    if code == EVERYWHERE:
        return _("Everywhere")
    return str(get_locale().territories.get(code.upper(), code))


def country_names(codes: Sequence[str]) -> str:
    """Several countries in the reader's language."""
    return ", ".join(country_name(code) for code in codes) or _("Unknown country")


def all_countries() -> list[tuple[str, str]]:
    """Every country with its name, in the order of the names."""
    return sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda pair: pair[1])


def kind_of_entry(entry: Entry) -> str:
    """What a form calls this kind of entry."""
    return {Term: "blocked", Phrase: "allowed", AgePattern: "age"}[type(entry)]


def entry_words(entry: Entry) -> str:
    """The kind of an entry for people."""
    words = {
        Term: _("Blocked term"),
        Phrase: _("Allowed phrase"),
        AgePattern: _("Age pattern"),
    }
    return words[type(entry)]


def flag_words(entry: Entry) -> str:
    """What is special about an entry."""
    if isinstance(entry, Term) and entry.compounds:
        return _("also in compounds")
    if isinstance(entry, AgePattern) and entry.owner == "before":
        return _("owner only before it")
    return ""


def language_words(code: str) -> str:
    """A language of the gate."""
    return {"en": _("English"), "ru": _("Russian"), "any": _("Any language")}.get(code, code)


def marked(text: str, verdict: Verdict) -> Markup:
    """A text with the words that decided set off."""
    start, end = verdict.start, verdict.end
    if start is None or end is None:
        return escape(text)
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])


def restriction_words(kind: str) -> str:
    """Why a picture is restricted, for people."""
    words = {
        "caption": _("Its own caption"),
        "question": _("A question it is known to answer"),
        "judgement": _("A text that people judged to match it"),
        "admin": _("An admin's decision"),
        "review": _("Waits for a decision"),
    }
    return words.get(kind, kind)


def proof_words(kind: str) -> str:
    """Where a text about a picture comes from, whether or not it restricts anything."""
    return _("A text that people judged") if kind == "judgement" else restriction_words(kind)


def action_words(action: str) -> str:
    """What somebody did, for people."""
    words = {
        "rules edited": _("Rules edited"),
        "scorer published": _("Scorer published"),
        "scorer taken back": _("Scorer taken back"),
        "picture check off": _("Picture check switched off"),
        "picture check on": _("Picture check switched on"),
        "picture reviewed": _("Picture's case opened"),
        "picture viewed": _("Restricted picture viewed"),
        "picture restricted": _("Picture restricted"),
        "restriction lifted": _("Restriction lifted"),
        "consent recorded": _("Consent recorded"),
        "consent withdrawn": _("Consent withdrawn"),
        "decision undone": _("Decision undone"),
        "picture deleted": _("Picture deleted"),
        "picture restored": _("Picture brought back"),
        "pictures tried again": _("Pictures tried again"),
        "picture purged": _("Picture removed for good"),
        "duplicates kept": _("Both near duplicates kept"),
        "duplicates asked again": _("Near duplicates to be decided again"),
        "collection made": _("Collection made"),
        "collection renamed": _("Collection renamed"),
        "collection filled": _("Pictures put into a collection"),
        "pictures taken out": _("Pictures taken out of a collection"),
        "collection removed": _("Collection removed"),
        "collection restored": _("Collection brought back"),
        "collection purged": _("Collection forgotten for good"),
        "sample removed": _("Sample collection removed"),
        "sample restored": _("Sample collection brought back"),
        "account made": _("Account made"),
        "token made": _("API token made"),
        "token revoked": _("API token revoked"),
        "token restored": _("API token brought back"),
        "password changed": _("Password changed"),
        "password reset": _("One-time password given"),
        "role changed": _("Role changed"),
        "account disabled": _("Account taken out of use"),
        "account enabled": _("Account taken back into use"),
        "sessions ended": _("Signed out everywhere"),
        "encoder added": _("Encoder added"),
        "encoder paused": _("Encoder's build paused"),
        "encoder resumed": _("Encoder's build resumed"),
        "encoder switched": _("Encoder switched"),
        "encoder rolled back": _("Former encoder brought back"),
        "encoder removed": _("Encoder removed"),
        "encoder renewed": _("Encoder replaced by its successor"),
        "judge excluded": _("Judge excluded"),
        "judge included": _("Judge counts again"),
    }
    return words.get(action, action)


def change_words(change: str) -> str:
    """What an edit did, as the history keeps it in English, in the reader's language."""
    known = {
        r"added a rule set for (.+)": _("added a rule set for %(what)s"),
        r"changed the rule set for (.+)": _("changed the rule set for %(what)s"),
        r"removed the rule set for (.+)": _("removed the rule set for %(what)s"),
        r"rolled back to version (.+)": _("went back to version %(what)s"),
        r"replaced by (.+) rule set\(s\)": _("replaced all by %(what)s rule sets"),
        r"added (.+)": _("added %(what)s"),
        r"removed (.+)": _("removed %(what)s"),
        r"changed (.+)": _("changed %(what)s"),
        r"shipped()": _("what this release ships"),
    }
    for pattern, words in known.items():
        if found := re.fullmatch(pattern, change, re.DOTALL):
            return words.replace("%(what)s", found[1])
    return change


def detail_name(name: str) -> str:
    """What a fact of the trail is about."""
    known = {
        "why": _("why"),
        "change": _("change"),
        "reason": _("reason"),
        "countries": _("countries"),
        "kind": _("kind"),
        "until": _("until"),
        "document": _("document"),
        "consent": _("consent"),
        "before": _("before"),
        "undone": _("undone"),
        "name": _("name"),
        "role": _("role"),
        "entry": _("entry"),
        "pictures": _("pictures"),
        "token": _("token"),
        "kept": _("kept instead"),
        "other": _("other picture"),
    }
    return known.get(name, name)


def detail_words(value: object) -> str:
    """A fact of the trail: lists by their members, decisions by their reasons."""
    if isinstance(value, list):
        return ", ".join(detail_words(one) for one in value)
    if isinstance(value, dict):
        return " · ".join(detail_words(one) for one in value.values())
    if isinstance(value, str) and POINT_IN_TIME.fullmatch(value):
        return moment(datetime.fromisoformat(value))
    return str(value)


def subject_link(entry: AuditEntry) -> str:
    """Where the thing is that somebody did something to; empty where no page shows it."""
    if entry.action == "rules edited":
        return url_for("versions.page", version=entry.subject.removeprefix("version "))
    if entry.action in OF_PICTURES:
        return url_for("restricted.page", image_id=entry.subject)
    return ""


def init_law_words(app: Flask) -> None:
    """Hand the words to every template."""
    app.jinja_env.filters.update(
        country_name=country_name,
        country_names=country_names,
        place=place_of,
        entry_words=entry_words,
        entry_kind=kind_of_entry,
        flag_words=flag_words,
        language_words=language_words,
        restriction_words=restriction_words,
        proof_words=proof_words,
        moment=moment,
        action_words=action_words,
        detail_words=detail_words,
        detail_name=detail_name,
        change_words=change_words,
        month_words=month_words,
    )
    app.jinja_env.globals.update(
        marked=marked, all_countries=all_countries, subject_link=subject_link
    )
