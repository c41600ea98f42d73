"""`madoguchi bench`: the figures of this machine in one table."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from app.commands.terminal import SCREEN, JsonOption, tell_json
from evals.bench import SIZES, measure
from evals.peers import Figures
from evals.table import WIDTH
from knowledge.sentences import DEFAULT_LANGUAGE, say

SizesOption = Annotated[list[int] | None, typer.Option("--size", min=10, help=say("evals", "help.size"))]

LINES: Mapping[str, tuple[str, ...]] = {
    "stored": ("stored",),
    "built": ("built", "built_cpu"),
    "changed": ("changed", "changed_cpu"),
    "started": ("started",),
    "snapshot": ("snapshot",),
    "memory": ("anonymous", "mapped"),
    "search": ("search_p50", "search_p99"),
    "search_cpu": ("search_cpu50", "search_cpu99"),
    "answered": ("answered_p50", "answered_p99"),
    "answered_cpu": ("answered_cpu50", "answered_cpu99"),
    "recorded": ("recorded_p50", "recorded_p99"),
    "words": ("ours_words", "bm25s"),
    "vectors": ("ours_vectors", "flat"),
    "encode": ("ours_encode", "transformer_encode"),
    "embedded": ("ours_embedded", "transformer_embedded"),
}
"""The lines of the table, and what is measured for each."""


def commands() -> typer.Typer:
    """What `madoguchi` finds by entry point: one command."""
    cli = typer.Typer()
    cli.command("bench", help=say("evals", "help.bench"))(run)
    return cli


def run(size: SizesOption = None, as_json: JsonOption = False) -> None:
    """Measure all sizes, and tell what came out."""
    figures = measure(size or SIZES, lambda phase, entries: SCREEN.print(say("evals", f"bench.{phase}", entries=entries)))
    if as_json:
        tell_json(figures)
    else:
        Console(width=WIDTH).print(_table(figures))


def _table(figures: Mapping[int, Figures]) -> Table:
    table = Table(title=say("evals", "bench.title"), box=SIMPLE, title_justify="left")
    table.add_column("")
    for size in figures:
        table.add_column(say("evals", "bench.size", entries=size), justify="right", no_wrap=True)
    for name, wanted in LINES.items():
        table.add_row(say("evals", f"bench.lines.{name}"), *(_cell(name, wanted, each) for each in figures.values()))
    return table


def _cell(name: str, wanted: Sequence[str], figures: Figures) -> str:
    """What was measured; nothing where a peer is not installed."""
    if any(each not in figures for each in wanted):
        return say("evals", "bench.not_installed")
    ratio = figures[wanted[0]] / figures[wanted[-1]]
    return say("evals", f"bench.cells.{name}", DEFAULT_LANGUAGE, **figures, ratio=ratio)
