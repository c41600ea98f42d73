"""The `madoguchi` command: one catch for known errors, and every command from its own file."""

import sys
from importlib.metadata import entry_points
from typing import NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from app.commands import ask, build, calibrate, coverage, demo, export, import_, line, search, serve, site, speech
from app.errors import DatabaseRefused, FileRefused
from app.log import set_up_logging
from knowledge.errors import KnownError
from knowledge.sentences import say

COMMANDS = (demo, serve, site, import_, export, build, calibrate, ask, search, coverage, speech)
"""Each module has `NAME` and `run`; the sentence shown by --help is `help.<NAME>` in the wording."""


def application() -> typer.Typer:
    """All commands, those of packages above the service included."""
    cli = typer.Typer(help=say("app", "help.madoguchi"), no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    for command in COMMANDS:
        cli.command(command.NAME, help=say("app", f"help.{command.NAME}"))(command.run)
    cli.add_typer(line.commands(), name=line.NAME)
    for plugin in entry_points(group="madoguchi.commands"):
        _add(cli, plugin.name, plugin.load()())
    return cli


def _add(cli: typer.Typer, name: str, added: typer.Typer) -> None:
    """A plugin of one command is a command itself; one of several is a word before them."""
    if len(added.registered_commands) == 1 and not added.registered_groups:
        only = added.registered_commands[0]
        cli.command(name, help=only.help)(only.callback or (lambda: None))
    else:
        cli.add_typer(added, name=name)


def main() -> None:
    """Run one command. What goes wrong is one sentence on standard error and exit status 1."""
    set_up_logging("WARNING")
    try:
        application()()
    except KnownError as error:
        _give_up(error)
    except OSError as error:
        _give_up(FileRefused(str(error.filename or ""), error.strerror or str(error)))
    except DBAPIError as error:
        _give_up(DatabaseRefused(str(error.orig)))


def _give_up(error: KnownError) -> NoReturn:
    typer.echo(str(error), err=True)
    sys.exit(1)
