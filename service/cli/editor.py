"""Who edits the law from a terminal."""

import getpass

from service.law.versions import Editor


def editor(why: str) -> Editor:
    """Who sits at this terminal."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "somebody without a name"
    return Editor(who=f"{name} (command line)", why=why)
