"""The frame of the pages behind the sign-in: every one of them once, in groups, by role.

An entry whose page is not part of this app is left out, so a page appears here by existing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l

from service.domain import Role
from service.web.context import signed_in


@dataclass(frozen=True, slots=True)
class Entry:
    """A page's place in the navigation; pages under it, named by their blueprints, light it up."""

    endpoint: str
    words: Any
    icon: str
    role: Role = Role.ADMIN
    under: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether this is the page being shown, or the one it belongs under."""
        return request.endpoint == self.endpoint or request.blueprint in self.under


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together."""

    words: Any
    entries: tuple[Entry, ...]

    @property
    def here(self) -> Entry | None:
        """The page being shown, if it is one of these."""
        return next((entry for entry in self.entries if entry.is_here), None)


HOME = Entry("admin.overview", _l("Overview"), "home")
GROUPS = (
    Group(
        _l("Pictures"),
        (
            Entry("admin.pictures", _l("All pictures"), "grid"),
            Entry("admin.upload", _l("Upload"), "upload", under=("upload",)),
            Entry("collections.overview", _l("Collections"), "folder", under=("collections",)),
            Entry("duplicates.overview", _l("Duplicates"), "alike", under=("duplicates",)),
            Entry("restricted.overview", _l("Restricted"), "hidden", under=("restricted",)),
            Entry("trash.overview", _l("Bin"), "trash", under=("trash",)),
        ),
    ),
    Group(
        _l("Judging"),
        (
            Entry("annotate.page", _l("Judge pairs"), "check", Role.ANNOTATOR, ("annotate",)),
            Entry("judges.overview", _l("Judges"), "people", under=("judges",)),
            Entry("imports.overview", _l("Data sets"), "download", under=("imports",)),
        ),
    ),
    Group(
        _l("Quality"),
        (
            Entry(
                "quality.overview",
                _l("Scorers"),
                "target",
                under=("quality", "publishing", "comparisons"),
            ),
            Entry("encoders.overview", _l("Encoders"), "plug", under=("encoders",)),
            Entry("analytics.overview", _l("Analytics"), "chart", Role.ANALYST, ("analytics",)),
            Entry("console.page", _l("Ask in SQL"), "terminal", Role.ANALYST, ("console",)),
        ),
    ),
    Group(
        _l("The law"),
        (
            Entry("terms.overview", _l("Terms and rules"), "shield", under=("terms", "versions")),
            Entry("audit.overview", _l("Audit trail"), "clock", under=("audit",)),
            Entry("reports.page", _l("Monthly report"), "sheet", under=("reports",)),
        ),
    ),
    Group(
        _l("System"),
        (
            Entry("jobs.overview", _l("Jobs"), "stack", under=("jobs",)),
            Entry("users.overview", _l("Users and tokens"), "key", under=("users",)),
            Entry("system.overview", _l("Health"), "pulse", under=("system",)),
        ),
    ),
)


def groups_for(role: Role) -> Iterator[Group]:
    """What somebody with that role may open here, without groups that would be empty."""
    for group in GROUPS:
        open_to = tuple(
            entry
            for entry in group.entries
            if role in {entry.role, Role.ADMIN} and entry.endpoint in current_app.view_functions
        )
        if open_to:
            yield Group(group.words, open_to)


def _shell() -> dict[str, Any]:
    user = signed_in()
    return {
        "groups": list(groups_for(user.role)) if user else [],
        "home": HOME if user and user.role is Role.ADMIN else None,
    }


def init_shell(app: Flask) -> None:
    """Let the frame's template ask for what it shows."""
    app.jinja_env.globals["shell"] = _shell
