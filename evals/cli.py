"""`madoguchi eval …`: one command a thing measured."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import track as rich_track

from app.commands.terminal import SCREEN, JsonOption, service, tell_json
from app.wiring import Service
from evals import answers, retrieval, score, sets
from evals.case import Case
from evals.case_files import read_case_files
from evals.cases import Cases, read_cases, read_outside
from evals.confidence import measure_confidence
from evals.robustness import variants
from evals.service import SITE, city_service, evaluation_service, published_city, sample_city
from evals.table import tell_metrics
from knowledge.sentences import say


def _help(key: str) -> str:
    return say("evals", f"help.{key}")


EntriesOption = Annotated[Path, typer.Option("--entries", help=_help("entries"))]
QueriesOption = Annotated[Path, typer.Option("--queries", help=_help("queries"))]
OutsideOption = Annotated[Path | None, typer.Option("--outside", help=_help("outside"))]
OutOption = Annotated[Path, typer.Option("--out", help=_help("out"))]
CasesOption = Annotated[list[Path] | None, typer.Option("--cases", help=_help("cases"))]
EvalSiteOption = Annotated[str, typer.Option("--site", help=_help("site"))]
RunsOption = Annotated[Path, typer.Option("--out", help=_help("runs"))]
RunOption = Annotated[str, typer.Option("--run", help=_help("run"))]
PlainOption = Annotated[bool, typer.Option("--plain", help=_help("plain"))]

RESULTS = Path("results")
PROBLEMS_TOLD = 20
"""Lines told one by one; a wrong file would fill the screen."""

Item = TypeVar("Item")


def commands() -> typer.Typer:
    """The commands that `madoguchi` finds by entry point."""
    cli = typer.Typer(help=_help("eval"), no_args_is_help=True)
    cli.command("retrieval", help=_help("retrieval"))(run_retrieval)
    cli.command("answers", help=_help("answers"))(run_answers)
    cli.command("confidence", help=_help("confidence"))(run_confidence)
    cli.command("sets", help=_help("sets"))(run_sets)
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
    measures = measure_confidence(cases, read_outside(outside) if outside else (), out)
    _told(cases, out)
    for name, each in measures.items():
        typer.echo(say("evals", "report.measure", name=name, mean=each.mean, low=each.low, high=each.high, queries=each.queries))


def run_sets(
    cases: CasesOption = None,
    site: EvalSiteOption = "",
    out: RunsOption = RESULTS,
    run: RunOption = "",
    plain: PlainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put all sets of cases through the whole bot, score how they end, and tell it in tables."""
    city, entries = published_city(service(), site) if site else sample_city()
    with city_service(city, entries) as running:
        found = _read_cases(cases or sets.shipped(city.id), running, city.id, plain)
        folder = sets.begin_or_go_on(out, run, found, running, city.id, {"variants": not plain})
        metrics = sets.complete(folder, found, running, city.id, _track)
    if as_json:
        tell_json(score.to_json(metrics))
        return
    tell_metrics(metrics)
    typer.echo(say("evals", "told.run", path=folder.path))


def _read_cases(paths: Sequence[Path], running: Service, site: str, plain: bool) -> list[Case]:
    """The cases with their variants; what cannot be used is told on standard error."""
    found, problems = read_case_files(paths, running.live.searcher(site).by_id)
    for problem in problems[:PROBLEMS_TOLD]:
        typer.echo(say("evals", "told.case_problem", sentence=problem.sentence), err=True)
    if len(problems) > PROBLEMS_TOLD:
        typer.echo(say("evals", "told.more_case_problems", count=len(problems) - PROBLEMS_TOLD), err=True)
    return [*found, *([] if plain else variants(found, running.engine.tokenizer.readings))]


def _read(entries: Path, queries: Path) -> Cases:
    cases = read_cases(entries, queries)
    if cases.problems:
        typer.echo(say("evals", "report.problems", count=len(cases.problems), first=cases.problems[0].sentence), err=True)
    return cases


def _track(items: Sequence[Item]) -> Iterable[Item]:
    watched = SCREEN.is_terminal
    return rich_track(items, description=say("app", "progress.eval"), console=SCREEN, transient=True, disable=not watched)


def _told(cases: Cases, out: Path) -> None:
    typer.echo(say("evals", "report.asked", queries=len(cases.queries), entries=len(cases.entries), out=out))
