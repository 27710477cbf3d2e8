"""The command line: parse, call a use case, translate the error. Nothing else."""

import importlib
from typing import NoReturn

import click

from service.cli.outcome import exit_code, explain
from service.leave import leave

# Each command's module is imported only when it is asked for: torch alone takes seconds.
COMMANDS = {
    "backup": "service.cli.copies:backup",
    "beat": "service.cli.parts:beat",
    "compare": "service.cli.compare:compare",
    "db": "service.cli.db:db",
    "doctor": "service.cli.doctor:doctor",
    "encoders": "service.cli.encoders:encoders",
    "import": "service.cli.imports:import_",
    "judges": "service.cli.judges:judges",
    "picture-check": "service.cli.picture_check:picture_check",
    "policy": "service.cli.rules:policy",
    "evaluate": "service.cli.evaluate:evaluate",
    "restore": "service.cli.copies:restore",
    "score": "service.cli.score:score",
    "scorers": "service.cli.scorers:scorers",
    "search": "service.cli.search:search",
    "train": "service.cli.train:train",
    "targets": "service.cli.targets:targets",
    "tokens": "service.cli.people:tokens",
    "up": "service.cli.up:up",
    "users": "service.cli.people:users",
    "verify": "service.cli.verify:verify",
    "web": "service.cli.parts:web",
    "worker": "service.cli.parts:worker",
}


class Lazy(click.Group):
    """A group that knows its commands by name and loads one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="glimpse", prog_name="glimpse")
def glimpse() -> None:
    """Find photographs by describing them, in English or Russian."""


def main() -> NoReturn:
    """Run the command line; every error is one line, and tells by the exit code what it was."""
    try:
        code = glimpse.main(standalone_mode=False, prog_name="glimpse")
    except Exception as error:  # noqa: BLE001 - the edge: nobody is to read a traceback
        explain(error)
        leave(exit_code(error))
    leave(code if isinstance(code, int) else 0)
