"""What commands share: the options they have in common, the only site, progress, and JSON for scripts."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.errors import NoSite, SiteNotNamed
from app.settings import load_settings
from app.wiring import Service
from indexer.corpus import Progress as Report
from knowledge.sentences import DEFAULT_LANGUAGE, say
from knowledge.sites import sites

SiteOption = Annotated[str, typer.Option("--site", help=say("app", "options.site"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("app", "options.json"))]

SCREEN = Console(stderr=True)
"""Progress goes to standard error, so that standard output stays clean for scripts."""

SHOWN_PROBLEMS = 20


def service() -> Service:
    """The service with the settings of the environment. Raises SettingWrong."""
    return Service(load_settings())


def chosen_site(running: Service, site: str) -> str:
    """The named site, or the only one there is. Raises NoSite, SiteNotNamed or UnknownSite."""
    if site:
        return running.find_site(site).id
    with running.sessions() as session:
        known = [each.id for each in sites(session)]
    if not known:
        raise NoSite
    if len(known) > 1:
        raise SiteNotNamed(known)
    return known[0]


@contextmanager
def progress(task: str) -> Iterator[Report]:
    """A progress bar for one long piece of work; nothing when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=SCREEN, transient=True, disable=not SCREEN.is_terminal) as bar:
        row = bar.add_task(say("app", f"progress.{task}"), total=None)
        yield lambda done, total: bar.update(row, completed=done, total=total)


def tell(key: str, **values: object) -> None:
    """Print one sentence of the command's wording."""
    typer.echo(say("app", f"told.{key}", DEFAULT_LANGUAGE, **values))


def tell_problems(problems: Sequence[str]) -> None:
    """Print the first of many sentences about bad rows on standard error."""
    for sentence in problems[:SHOWN_PROBLEMS]:
        typer.echo(f"  {sentence}", err=True)
    if len(problems) > SHOWN_PROBLEMS:
        typer.echo(say("app", "told.more_problems", count=len(problems) - SHOWN_PROBLEMS), err=True)


def refuse_file(problems: Sequence[str]) -> NoReturn:
    """End with everything that is wrong with a file that somebody wrote by hand."""
    for sentence in problems:
        typer.echo(sentence, err=True)
    raise typer.Exit(2)


def tell_json(value: object) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
