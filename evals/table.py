"""Tells a run in tables, in the words of the wording files."""

from collections.abc import Iterable

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from evals.metrics import Measure
from evals.score import FIGURES, Metrics, SetMetrics, VarietyMetrics
from evals.verdict import Verdict
from knowledge.sentences import DEFAULT_LANGUAGE, say, wording

WIDTH = 110
"""Columns: wide enough for every table, however narrow the terminal says it is."""


def tell_metrics(metrics: Metrics) -> None:
    """Print all figures; what could not be measured is not there."""
    console = Console(width=WIDTH)
    console.print(_table("figures", [_figure(name, metrics) for name in FIGURES if name in metrics.figures]))
    console.print(_table("sets", [_set(name, each) for name, each in metrics.sets.items()]))
    if metrics.varieties:
        console.print(_table("varieties", [_variety(name, each) for name, each in metrics.varieties.items()]))
    if metrics.misses:
        rows = [[say("evals", f"misses.{miss}"), str(count)] for miss, count in metrics.misses.items()]
        console.print(_table("misses", rows))
    console.print(say("evals", "told.milliseconds", DEFAULT_LANGUAGE, **metrics.milliseconds))


def label(group: str, name: str) -> str:
    """The label of a set or a variety; one of the city's own is called as it calls it."""
    return wording("evals").get(f"{group}.{name}", name)


def _table(group: str, rows: Iterable[list[str]]) -> Table:
    table = Table(title=say("evals", f"headings.{group}.title"), box=SIMPLE, title_justify="left")
    for number, heading in enumerate(say("evals", f"headings.{group}.columns").split("|")):
        table.add_column(heading.strip(), justify="left" if number == 0 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _figure(name: str, metrics: Metrics) -> list[str]:
    each = metrics.figures[name]
    return [label("figures", name), f"{each.mean:.1%}", _interval(each), str(each.queries)]


def _set(name: str, each: SetMetrics) -> list[str]:
    counts = [str(each.verdicts.get(verdict, 0)) for verdict in Verdict]
    return [label("sets", name), str(each.right.queries), f"{each.right.mean:.1%}", _interval(each.right), *counts]


def _variety(name: str, each: VarietyMetrics) -> list[str]:
    offered = each.offered
    return [
        label("varieties", name),
        str(offered.drop.queries),
        f"{offered.plain.mean:.1%}",
        f"{offered.varied.mean:.1%}",
        _points(offered.drop),
        f"{offered.drop.low * 100:+.1f}〜{offered.drop.high * 100:+.1f}",
        _points(each.right.drop),
    ]


def _points(measure: Measure) -> str:
    return f"{measure.mean * 100:+.1f}"


def _interval(measure: Measure) -> str:
    return f"{measure.low:.1%}〜{measure.high:.1%}"
