"""What needs a person, in words, each with the one click that leads to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import format_date, ngettext

from service.operations.attention import Kind, Matter
from service.web.reasons import reworded
from service.web.view_words import file_size
from service.web.words import say as _


@dataclass(frozen=True, slots=True)
class ToldMatter:
    """A matter as the page shows it."""

    title: str
    more: str
    act: str
    icon: str
    link: str
    is_urgent: bool


def told(matter: Matter) -> ToldMatter:
    """A matter with its words and where it is dealt with."""
    title, icon, act, link = told_by_kind(matter)
    more = more_words(matter)
    return ToldMatter(title, more, act, icon, link, matter.is_urgent)


def more_words(matter: Matter) -> str:
    """What is known besides, in the reader's language where the words are ours."""
    if matter.kind is Kind.CONSENT_ENDS:
        return _("until %(day)s", day=format_date(date.fromisoformat(matter.says), "long"))
    if matter.kind is Kind.NO_WORKER:
        return _("Start glimpse worker; until then uploads wait.")
    if matter.kind is Kind.NO_BEAT:
        return _("Start glimpse beat; until then nothing is looked after by the clock.")
    if matter.kind is Kind.RETRAIN:
        return _("A new training uses them.")
    if matter.kind is Kind.OUTDATED:
        return _("Train again without them.")
    return reworded(matter.says) or ""


def told_by_kind(matter: Matter) -> tuple[str, str, str, str]:
    """Title, icon, act and address of a matter."""
    n, name = matter.count, matter.name
    told: dict[Kind, Callable[[], tuple[str, str, str, str]]] = {
        Kind.UNWELL: lambda: (
            _("%(part)s does not work", part=part_words(name)),
            "pulse",
            _("Look closer"),
            url_for("system.overview"),
        ),
        Kind.NO_WORKER: lambda: (
            _("No worker is alive"),
            "stack",
            _("Look at the jobs"),
            url_for("jobs.overview"),
        ),
        Kind.NO_BEAT: lambda: (
            _("Nothing is sent by the clock"),
            "clock",
            _("Look at the jobs"),
            url_for("jobs.overview"),
        ),
        Kind.LITTLE_ROOM: lambda: (
            _("Only %(size)s are free on the disk", size=file_size(n)),
            "pulse",
            _("Look closer"),
            url_for("system.overview"),
        ),
        Kind.PICTURES_FAILED: lambda: (
            ngettext("%(num)s picture was given up", "%(num)s pictures were given up", n),
            "warning",
            _("Try again or remove"),
            url_for("jobs.overview", _anchor="failed"),
        ),
        Kind.IMPORT_FAILED: lambda: (
            _("The import of %(name)s failed", name=name),
            "folder",
            _("Look at it"),
            url_for("imports.page", import_id=int(matter.key)),
        ),
        Kind.TRAINING_FAILED: lambda: (
            _("The last training failed"),
            "target",
            _("Look at it"),
            url_for("quality.overview"),
        ),
        Kind.ORDER_FAILED: lambda: (
            _("%(name)s could not be fetched or measured", name=name),
            "plug",
            _("Look at it"),
            url_for("encoders.overview"),
        ),
        Kind.ENCODER_FAILED: lambda: (
            _("The encoder %(name)s cannot work", name=name),
            "plug",
            _("Look at it"),
            url_for("encoders.overview"),
        ),
        Kind.REVIEW: lambda: (
            ngettext(
                "%(num)s picture waits for your decision",
                "%(num)s pictures wait for your decision",
                n,
            ),
            "hidden",
            _("Decide"),
            url_for("restricted.overview", kind="review"),
        ),
        Kind.CONSENT_ENDS: lambda: (
            _("The consent for %(name)s ends soon", name=name),
            "shield",
            _("Renew it"),
            url_for("restricted.page", image_id=matter.key),
        ),
        Kind.OUTDATED: lambda: (
            ngettext(
                "The scorer learnt from %(num)s pair that the law now excludes",
                "The scorer learnt from %(num)s pairs that the law now excludes",
                n,
            ),
            "shield",
            _("Look at it"),
            url_for("terms.overview"),
        ),
        Kind.RETRAIN: lambda: (
            ngettext(
                "%(num)s judgement is newer than the scorer",
                "%(num)s judgements are newer than the scorer",
                n,
            ),
            "target",
            _("Train again"),
            url_for("quality.overview"),
        ),
    }
    return told[matter.kind]()


def part_words(name: str) -> str:
    """A part of the service for people."""
    return {
        "database": _("The database"),
        "migrations": _("The schema of the database"),
        "redis": _("Redis"),
        "encoder": _("The encoder"),
        "extension": _("The extension pgvector"),
        "workers": _("Background work"),
        "store": _("The store of pictures"),
        "disk": _("The disk"),
        "policy": _("The rules"),
        "picture check": _("The picture check"),
    }.get(name, name)
