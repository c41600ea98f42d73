"""A table told row by row: 見出し：値 where it has headings, the cells side by side where it has none."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

_SAYS_NOTHING = frozenset({"内容", "詳細", "説明", "概要"})
"""Headings of a second column that only repeat that it explains the first."""
BETWEEN = " / "


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell as it stands in the source; two cells with the same text are still two."""

    text: str
    is_heading: bool
    columns: int = 1
    rows: int = 1


MAX_WIDTH = 100
"""Columns that are looked at; wider tables come from spans that are out of their mind."""
_Grid = list[list[Cell]]


def table_lines(table: tuple[str, Sequence[Sequence[Cell]], int]) -> list[str]:
    """Caption and rows as lines, from the caption, the cells, and the number of heading rows that the source declares."""
    caption, rows, declared = table
    grid = _spread(rows)
    headings = _heading_rows(grid, declared)
    labels = _labels(grid[:headings])
    lines = [_row_line(row, labels) for row in grid[headings:]]
    return [line for line in (caption, *lines) if line]


def _spread(rows: Sequence[Sequence[Cell]]) -> _Grid:
    """Every cell in each place it covers."""
    grid: _Grid = []
    hanging: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        line: list[Cell] = []
        waiting = list(row)
        while (waiting or len(line) in hanging) and len(line) < MAX_WIDTH:
            if len(line) in hanging:
                cell, left = hanging.pop(len(line))
                hanging.update({len(line): (cell, left - 1)} if left > 1 else {})
                line.append(cell)
                continue
            cell = waiting.pop(0)
            for _ in range(min(cell.columns, MAX_WIDTH - len(line))):
                if cell.rows > 1:
                    hanging[len(line)] = (cell, cell.rows - 1)
                line.append(cell)
        grid.append(line)
    return grid


def _heading_rows(grid: _Grid, declared: int) -> int:
    """How many rows at the top are headings; none when nothing would be left below them."""
    found = declared or len(list(takewhile(lambda row: bool(row) and all(cell.is_heading for cell in row), grid)))
    return found if found < len(grid) else 0


def _labels(rows: _Grid) -> list[list[str]]:
    """The headings of each column, from the top down."""
    width = max(map(len, rows), default=0)
    return [[row[column].text for row in rows if column < len(row)] for column in range(width)]


def _joined(labels: Sequence[Sequence[str]]) -> str:
    """上段・下段, for a cell that covers several columns too."""
    return "・".join(text for text in dict.fromkeys(text for column in labels for text in column) if text)


def _row_line(row: list[Cell], labels: list[list[str]]) -> str:
    cells = [(cell, list(places)) for cell, places in _runs(row)]
    if len(cells) == 1:
        return cells[0][0].text
    if not _joined(labels):
        return _pairs([cell for cell, _ in cells])
    if len(labels) == 2 and _joined(labels[1:]) in _SAYS_NOTHING and len(cells) == 2:
        return _labelled(cells[0][0].text, cells[1][0].text)
    told = ((_joined([labels[place] for place in places if place < len(labels)]), cell.text) for cell, places in cells)
    return BETWEEN.join(_labelled(label, text) for label, text in told if text)


def _runs(row: list[Cell]) -> list[tuple[Cell, list[int]]]:
    """Each cell once, with the columns it covers."""
    return [(row[places[0]], places) for places in (list(group) for _, group in groupby(range(len(row)), lambda at: id(row[at])))]


def _pairs(cells: list[Cell]) -> str:
    """Headings inside the row label the cells that follow them."""
    told: list[str] = []
    for is_heading, group in groupby(cells, lambda cell: cell.is_heading):
        each = [cell.text for cell in group if cell.text]
        if is_heading:
            told.append("・".join(each) + "：")
        elif told and told[-1].endswith("："):
            told[-1] = _labelled(told[-1], BETWEEN.join(each))
        elif each:
            told.append(BETWEEN.join(each))
    return BETWEEN.join(part.removesuffix("：") for part in told if part != "：")


def _labelled(label: str, text: str) -> str:
    short = label.rstrip("：: ")
    if not short or not text:
        return short or text
    return f"{short}：{text}"
