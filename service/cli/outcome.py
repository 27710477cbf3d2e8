"""The one table of the command line from errors to words and exit codes."""

import logging
import traceback

import click

from service.errors import GlimpseError, LegallyUnavailable

FAILED, WRONG_USAGE, REFUSED, INTERRUPTED = 1, 2, 3, 130

# The first family that fits decides.
EXIT_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (LegallyUnavailable, REFUSED),
    (GlimpseError, FAILED),
    (click.UsageError, WRONG_USAGE),
    (click.ClickException, FAILED),
    (click.Abort, INTERRUPTED),
)


def exit_code(error: BaseException) -> int:
    """What the shell is told."""
    return next((code for family, code in EXIT_CODES if isinstance(error, family)), FAILED)


def explain(error: BaseException) -> None:
    """Say on stderr what went wrong, on one line."""
    if isinstance(error, click.ClickException):
        error.show()
    elif isinstance(error, click.Abort):
        click.echo("Stopped.", err=True)
    elif isinstance(error, GlimpseError):
        click.echo(error.message, err=True)
    else:
        words = " ".join(str(error).split()) or "no further words"
        click.echo(f"Unexpected {type(error).__name__}: {words}", err=True)
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            traceback.print_exception(error)
