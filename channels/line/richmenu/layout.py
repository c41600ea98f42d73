"""Where the tabs and areas of a menu are: a strip of tabs above, and below it rows that share the width evenly."""

from dataclasses import dataclass
from itertools import pairwise

from channels.line.richmenu.menu import Menu, Tab

STRIP = 0.195
"""The tabs' share of the height: two lines of text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: int
    y: int
    width: int
    height: int

    def inset(self, by: int) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


def tab_boxes(menu: Menu) -> list[Box]:
    """The tabs from left to right; none when there is nothing to switch to."""
    if len(menu.tabs) < 2:
        return []
    return _row(menu.width, 0, _strip(menu), len(menu.tabs))


def area_boxes(menu: Menu, tab: Tab) -> list[Box]:
    """The areas of a tab, row by row; the last row may have fewer and wider ones."""
    top = _strip(menu)
    rows = [tab.areas[start : start + tab.columns] for start in range(0, len(tab.areas), tab.columns)]
    edges = _edges(menu.height - top, len(rows))
    return [
        box
        for number, row in enumerate(rows)
        for box in _row(menu.width, top + edges[number], edges[number + 1] - edges[number], len(row))
    ]


def _strip(menu: Menu) -> int:
    return round(menu.height * STRIP) if len(menu.tabs) > 1 else 0


def _row(width: int, y: int, height: int, count: int) -> list[Box]:
    edges = _edges(width, count)
    return [Box(left, y, right - left, height) for left, right in pairwise(edges)]


def _edges(length: int, count: int) -> list[int]:
    """Where `count` equal parts begin and end, without a pixel between them."""
    return [length * number // count for number in range(count + 1)]
