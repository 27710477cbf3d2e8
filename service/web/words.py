"""Sentences in the reader's language; flask-babel with types."""

import flask_babel


def say(sentence: str, /, **facts: object) -> str:
    """The sentence in the language of this answer, with %(facts)s filled in."""
    return str(flask_babel.gettext(sentence, **facts))
