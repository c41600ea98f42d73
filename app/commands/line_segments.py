"""`madoguchi line segments …`: what residents are asked in LINE so that news can be chosen for them, and how many chose what."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import SiteOption, chosen_site, refuse_file, service, tell
from app.errors import NoQuestionnaire
from app.line import line_languages
from channels.line.segments import questionnaire as questionnaires
from channels.line.segments.apply import apply as put_in_place
from channels.line.segments.questionnaire import Questionnaire
from channels.line.segments.turnout import turnout
from knowledge.database import writing
from knowledge.sentences import DEFAULT_LANGUAGE, say

NAME = "segments"
SAMPLE = "sample.yaml"

FileArgument = Annotated[Path, typer.Argument(help=say("app", "options.segments_file"))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=say("app", "options.segments_dry_run"))]
DeleteOption = Annotated[bool, typer.Option("--delete-answers", help=say("app", "options.delete_answers"))]


def commands() -> typer.Typer:
    """The commands under `madoguchi line segments`."""
    cli = typer.Typer(help=say("app", "help.line_segments"), no_args_is_help=True)
    for command in (sample, apply, show):
        cli.command(command.__name__, help=say("app", f"help.line_segments_{command.__name__}"))(command)
    return cli


def sample() -> None:
    """Print a questionnaire to begin with."""
    typer.echo(files("channels.line.segments").joinpath(SAMPLE).read_text(encoding="utf-8"), nl=False)


def apply(file: FileArgument, site: SiteOption = "", dry_run: DryRunOption = False, delete_answers: DeleteOption = False) -> None:
    """Ask these questions from now on; exit status 2 when something is wrong with the file."""
    running = service()
    chosen = chosen_site(running, site)
    asked = _read(file)
    with writing(running.sessions) as session:
        deleted = put_in_place(session, chosen, asked, running.clock(), delete_answers)
        if dry_run:
            session.rollback()
    tell("segments_tried" if dry_run else "segments_applied", questions=len(asked.questions), deleted=deleted)


def show(site: SiteOption = "") -> None:
    """Print every question with how many chose what."""
    running = service()
    chosen = chosen_site(running, site)
    with running.sessions() as session:
        found, counted = questionnaires.find(session, chosen), turnout(session, chosen)
    if found is None:
        raise NoQuestionnaire
    tell("segments", people=counted.registered)
    if found.quiet:
        tell("segments_quiet", hours=found.quiet.written)
    for asked in found.offering(line_languages()).questions:
        tell("segments_question", name=asked.key, question=asked.named(DEFAULT_LANGUAGE))
        for option in asked.options:
            people = counted.of(asked.key, option.key)
            tell("segments_option", name=option.key, option=option.label(DEFAULT_LANGUAGE), people=people)


def _read(file: Path) -> Questionnaire:
    # Here, as `madoguchi serve` does not need YAML.
    from channels.line.segments.read import read_questionnaire

    asked, problems = read_questionnaire(file)
    if asked is None:
        refuse_file(problems)
    return asked
