"""`madoguchi eval …`: one command a thing measured."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track as rich_track

from app.commands.terminal import SCREEN, JsonOption, tell_json
from evals import answers, retrieval
from evals.cases import Cases, Query, read_cases, read_outside
from evals.confidence import measure_confidence
from evals.service import SITE, evaluation_service
from knowledge.sentences import say


def _help(key: str) -> str:
    return say("evals", f"help.{key}")


EntriesOption = Annotated[Path, typer.Option("--entries", help=_help("entries"))]
QueriesOption = Annotated[Path, typer.Option("--queries", help=_help("queries"))]
OutsideOption = Annotated[Path | None, typer.Option("--outside", help=_help("outside"))]
OutOption = Annotated[Path, typer.Option("--out", help=_help("out"))]


def commands() -> typer.Typer:
    """The commands that `madoguchi` finds by entry point."""
    cli = typer.Typer(help=_help("eval"), no_args_is_help=True)
    cli.command("retrieval", help=_help("retrieval"))(run_retrieval)
    cli.command("answers", help=_help("answers"))(run_answers)
    cli.command("confidence", help=_help("confidence"))(run_confidence)
    return cli


def run_retrieval(entries: EntriesOption, queries: QueriesOption, out: OutOption, as_json: JsonOption = False) -> None:
    """Rank the entries for every query, then score the rankings where the right ones are known."""
    cases = _read(entries, queries)
    with evaluation_service(cases) as running:
        retrieval.generate(cases, running.live.searcher(SITE), out, _track)
    measures = retrieval.evaluate(cases, out)
    if as_json:
        tell_json({name: measure.mean for name, measure in measures.items()})
        return
    _told(cases, out)
    for name, each in measures.items():
        typer.echo(say("evals", "report.measure", name=name, mean=each.mean, low=each.low, high=each.high, queries=each.queries))


def run_answers(entries: EntriesOption, queries: QueriesOption, out: OutOption) -> None:
    """Put every query through the whole bot."""
    cases = _read(entries, queries)
    with evaluation_service(cases) as running:
        answers.generate(cases, running, out, _track)
    _told(cases, out)


def run_confidence(entries: EntriesOption, queries: QueriesOption, out: OutOption, outside: OutsideOption = None) -> None:
    """Measure how well the bot knows when it is right."""
    cases = _read(entries, queries)
    for name, figure in measure_confidence(cases, read_outside(outside) if outside else (), out).items():
        typer.echo(say("evals", "report.figure", name=name, figure=figure))


def _read(entries: Path, queries: Path) -> Cases:
    cases = read_cases(entries, queries)
    if cases.problems:
        typer.echo(say("evals", "report.problems", count=len(cases.problems), first=cases.problems[0].sentence), err=True)
    return cases


def _track(queries: Sequence[Query]) -> Iterable[Query]:
    watched = SCREEN.is_terminal
    return rich_track(queries, description=say("app", "progress.eval"), console=SCREEN, transient=True, disable=not watched)


def _told(cases: Cases, out: Path) -> None:
    typer.echo(say("evals", "report.asked", queries=len(cases.queries), entries=len(cases.entries), out=out))
