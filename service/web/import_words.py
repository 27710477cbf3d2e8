"""Words for the states of imports and of their files."""

from service.web.words import say as _


def import_state_words(state: str) -> str:
    """An import's state for people."""
    return {
        "waiting": _("Waiting for a worker"),
        "running": _("Under way"),
        "done": _("Done"),
        "failed": _("Failed"),
        "cancelled": _("Stopped"),
    }[state]


def file_state_words(state: str) -> str:
    """The state of an import's file for people."""
    return {"waiting": _("Waiting"), "loading": _("Being read"), "done": _("Loaded")}[state]
