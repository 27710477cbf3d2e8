"""The families of errors; each concrete error lives beside the code that raises it.

A concrete error's docstring is the sentence a person reads, with the facts of
the case filled in from keyword arguments. The edges (web, command line) know
only the families below and translate them in one table each.
"""

import inspect
from typing import ClassVar


class GlimpseError(Exception):
    """Something went wrong that Glimpse has no better words for."""

    def __init__(self, **facts: object) -> None:
        """Fill the class's docstring with the facts of this case."""
        self.facts = facts
        super().__init__(inspect.cleandoc(type(self).__doc__ or "").format(**facts))

    @property
    def message(self) -> str:
        """The sentence on one line, as the edges show it."""
        return " ".join(str(self).split())


class Invalid(GlimpseError):
    """What was sent cannot be used."""

    # The parameter it is about, where there is one; no part of the message.
    field: ClassVar[str] = ""


class TooLarge(Invalid):
    """What was sent is larger than the limit."""


class NotFound(GlimpseError):
    """There is no such thing here."""


class Conflict(GlimpseError):
    """It cannot be done in the present state."""


class NotSignedIn(GlimpseError):
    """Sign in first."""


class Forbidden(GlimpseError):
    """Your role does not allow this."""


class Unavailable(GlimpseError):
    """A part that is needed does not answer."""


class LegallyUnavailable(GlimpseError):
    """This image is unavailable in your country in compliance with local laws"""
