"""Tables as reports show them: a caption, headings, and cells that keep the number behind what is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals import told
from evals.metrics import Measure
from knowledge.sentences import say


@dataclass(frozen=True, slots=True)
class Cell:
    """What is written, and the number it stands for, so that a page can be checked against what was measured."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows whose first cell is their heading."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """With the headings of the `columns` of the wording."""
    return Table(caption, tuple(say("evals", f"columns.{each}") for each in head), tuple(tuple(row) for row in rows))


def text(words: str) -> Cell:
    """A cell without a number."""
    return Cell(words)


def percent(share: float) -> Cell:
    """84.0%"""
    return Cell(told.percent(share), share)


def number(count: int) -> Cell:
    """1,234件"""
    return Cell(told.count(count), count)


def points(difference: float) -> Cell:
    """+1.9, in points of a hundred"""
    return Cell(told.points(difference), difference)


def measured(measure: Measure) -> tuple[Cell, Cell, Cell]:
    """The mean, its interval, and how many questions both rest on."""
    return percent(measure.mean), text(told.interval(measure)), number(measure.queries)
