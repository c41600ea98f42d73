"""`madoguchi report`: the report of a month (月次報告書) from the nights that the night run has kept."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import SiteOption, chosen_site, service
from app.wiring import Service
from evals import report, told
from evals.candidate import open_live
from evals.errors import MonthUnreadable, NoNights
from evals.night import Night
from evals.nightly import nights_of
from evals.report_month import month_of
from knowledge.calendar import TOKYO
from knowledge.sentences import say


def _help(key: str) -> str:
    return say("evals", f"help.{key}")


MonthOption = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help=_help("month"))]
MonthOutOption = Annotated[Path | None, typer.Option("--out", help=_help("month_out"))]


def commands() -> typer.Typer:
    """What `madoguchi` finds by entry point: one command."""
    cli = typer.Typer()
    cli.command("report", help=_help("monthly"))(run)
    return cli


def run(month: MonthOption = "", site: SiteOption = "", out: MonthOutOption = None) -> None:
    """Write one month's report and say where it is."""
    running = service()
    first = _first_day(month, running)
    chosen = chosen_site(running, site)
    found = month_of(_nights(running, chosen), first)
    if not found.nights:
        raise NoNights(chosen, told.month(first))
    path = out or nights_of(running, chosen).root / f"{first:%Y-%m}.html"
    report.write_month(path, found, _questions(running, chosen))
    typer.echo(say("evals", "month.told", nights=len(found.nights), path=path))


def _first_day(month: str, running: Service) -> date:
    """Of the month named, or of the one that ended last. Raises MonthUnreadable."""
    if not month:
        return (running.clock().astimezone(TOKYO).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise MonthUnreadable(month) from error


def _nights(running: Service, site: str) -> list[Night]:
    """All nights that ended; one that cannot be read is told on standard error."""
    nights = nights_of(running, site)
    good, bad = nights.history(limit=len(nights.all()) or 1)
    for damaged in bad:
        typer.echo(str(damaged), err=True)
    return good


def _questions(running: Service, site: str) -> dict[str, str]:
    searcher = open_live(running, site)
    return {entry.id: entry.question for entry in searcher.entries} if searcher else {}
