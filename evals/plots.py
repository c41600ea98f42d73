"""Figures as SVG: pure functions from points and words; colours differ in lightness and never say something alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.svg import SMALL, TEXT, UNITS_PER_INCH, WIDTH, Caption, draw, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the Digital Agency's design tokens, as in the chat.
BLUE, PALE, INK, GRAY, LINES = "#0017c1", "#d9e6ff", "#1a1a1a", "#4d4d4d", "#cccccc"

ROW = 46
"""Height of one row of `shares` and `counts`: its words stand above it, so that long ones have room on a phone."""
CURVE = 300
"""Points of a curve: more than can be told apart at this width."""
DATES = 33
"""As many letters as fit under a figure."""
LONGEST = 17
"""Letters of the words of a row; the table beside the figure has all."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval, and what it is the value of."""

    label: str
    value: float
    low: float
    high: float
    told: str = ""
    """The value in words."""
    marked: bool = False
    """Drawn as a cross: not like the others."""


@dataclass(frozen=True, slots=True)
class Level:
    """A line across a figure, and its name."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where an axis goes, where it is labelled, and how."""

    low: float
    high: float
    step: float
    unit: str
    times: float = 1.0

    @property
    def ticks(self) -> list[float]:
        return [self.low + self.step * number for number in range(round((self.high - self.low) / self.step) + 1)]

    def told(self, value: float) -> str:
        return f"{value * self.times:g}{self.unit}"


def percent_scale(values: Sequence[float]) -> Scale:
    """As much of 0 to 100 % as the values need, never less than 20 points of it: small changes shall look small."""
    low = max(math.floor(min(values) * 10) / 10, 0.0)
    high = min(math.ceil(max(values) * 10) / 10, 1.0)
    low = max(min(low, high - 0.2), 0.0)
    high = max(high, low + 0.2)
    return Scale(low, high, 0.1 if high - low <= 0.5 else 0.2, "%", 100)


def amount_scale(values: Sequence[float], unit: str) -> Scale:
    """From zero to a round number above the highest value."""
    highest = max(*values, 1e-9)
    size = 10 ** math.floor(math.log10(highest))
    step = next(each * size for each in (0.2, 0.5, 1, 2, 5) if highest <= each * size * 5)
    return Scale(0, math.ceil(highest / step) * step, step, unit)


def over_nights(caption: Caption, points: Sequence[Point | None], scale: Scale, height: float = 190) -> str:
    """A value night by night with its interval; a night without it is a gap."""

    def paint(figure: "Figure") -> None:
        axes = _axes(figure, (46, 14, 348, height - 30), (-0.5, max(len(points), 1) - 0.5), scale)
        for run in _unbroken(points):
            nights = [night for night, _ in run]
            axes.fill_between(nights, [p.low for _, p in run], [p.high for _, p in run], color=PALE, edgecolor=LINES)
            axes.plot(nights, [p.value for _, p in run], color=BLUE, linewidth=2)
            for night, point in run:
                _dot(axes, (night, point.value), point.marked)
            if len(run) == 1:
                _whisker(axes, nights[0], run[0][1])
        _name_nights(axes, points)

    return draw(caption, height, paint)


def shares(caption: Caption, rows: Sequence[Point]) -> str:
    """One share a row with its interval, on a line from 0 to 100 %."""

    def paint(figure: "Figure") -> None:
        axes = _rows(figure, len(rows), 1.0)
        for row, point in enumerate(rows):
            axes.plot([0, 1], [row, row], color=LINES, linewidth=1)
            axes.plot([point.low, point.high], [row, row], color=BLUE, linewidth=2.5, solid_capstyle="butt", clip_on=False)
            _dot(axes, (point.value, row), point.marked)
            _name_row(axes, row, 1.0, point.label, point.told)

    return draw(caption, _rows_height(len(rows)), paint)


def counts(caption: Caption, rows: Sequence[Point]) -> str:
    """One bar a row."""

    def paint(figure: "Figure") -> None:
        longest = max(*(each.value for each in rows), 1)
        axes = _rows(figure, len(rows), longest)
        for row, point in enumerate(rows):
            axes.barh(row, point.value, height=0.3, color=BLUE)
            _name_row(axes, row, longest, point.label, point.told)

    return draw(caption, _rows_height(len(rows)), paint)


def risk_coverage(
    caption: Caption,
    curve: Sequence[tuple[float, float]],
    x: str,
    y: str,
    bound: Level | None = None,
    chosen: Level | None = None,
) -> str:
    """The share of wrong answers as more questions are answered, the bound, and how far answering goes at present."""
    top = percent_scale([0, bound.value * 1.5 if bound else 0, *(risk for _, risk in curve)])

    def paint(figure: "Figure") -> None:
        axes = _axes(figure, (46, 34, 336, 230), (0, 1), top)
        if bound:
            axes.axhline(bound.value, color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
            _write(axes, (0.99, bound.value), bound.label, "right", "bottom")
        thin = [*curve[: -1 : math.ceil(len(curve) / CURVE)], curve[-1]]
        axes.step([c for c, _ in thin], [r for _, r in thin], where="post", color=BLUE, linewidth=2)
        if chosen:
            side = "left" if chosen.value < 0.5 else "right"
            axes.axvline(chosen.value, color=INK, linewidth=1.2, linestyle=(0, (1.5, 2)))
            _write(axes, (chosen.value + (0.015 if side == "left" else -0.015), top.high * 0.985), chosen.label, side, "top")
        _name_axes(axes, x, y)

    return draw(caption, 272, paint)


def reliability(caption: Caption, bins: Sequence[Point], x: str, y: str, ideal: str = "") -> str:
    """How often the bot was right against how sure it was, bin by bin; the label of a point is its confidence."""

    def paint(figure: "Figure") -> None:
        axes = _axes(figure, (46, 34, 336, 290), (0, 1), Scale(0, 1, 0.2, "%", 100))
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        _write(axes, (0.04, 0.96), ideal, "left", "top")
        for point in bins:
            _whisker(axes, float(point.label), point)
            _dot(axes, (float(point.label), point.value), point.marked)
        _name_axes(axes, x, y)

    return draw(caption, 332, paint)


def _axes(figure: "Figure", box: tuple[float, float, float, float], across: tuple[float, float], scale: Scale) -> "Axes":
    """Axes in a box (left, top, right, bottom) in units, with the values upwards, and percents to the right by default."""
    height = figure.get_figheight() * UNITS_PER_INCH
    left, top, right, bottom = box
    axes = figure.add_axes((left / WIDTH, 1 - bottom / height, (right - left) / WIDTH, (bottom - top) / height))
    axes.set_xlim(*across)
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(scale.ticks, [scale.told(each) for each in scale.ticks], size=SMALL)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0%", "20%", "40%", "60%", "80%", "100%"], size=SMALL)
    axes.grid(axis="y", color=LINES, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6, labelcolor=GRAY)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRAY)
    return axes


def _rows_height(rows: int) -> float:
    return ROW * rows + 13


def _rows(figure: "Figure", rows: int, longest: float) -> "Axes":
    height = figure.get_figheight() * UNITS_PER_INCH
    axes = figure.add_axes((8 / WIDTH, 16 / height, (WIDTH - 16) / WIDTH, 1 - 16 / height))
    axes.set_xlim(0, longest)
    axes.set_ylim(rows - 0.65, -0.8)
    axes.set_axis_off()
    return axes


def _dot(axes: "Axes", place: tuple[float, float], is_marked: bool) -> None:
    marker, size, colour = ("X", 10, INK) if is_marked else ("o", 6.5, BLUE)
    x, y = place
    axes.plot([x], [y], marker=marker, markersize=size, color=colour, markeredgecolor="white", clip_on=False, zorder=4)


def _whisker(axes: "Axes", x: float, point: Point) -> None:
    axes.plot([x, x], [point.low, point.high], color=BLUE, linewidth=1.5, clip_on=False)


def _unbroken(points: Sequence[Point | None]) -> list[list[tuple[int, Point]]]:
    """The nights that follow one another without a gap."""
    runs: list[list[tuple[int, Point]]] = [[]]
    for night, point in enumerate(points):
        if point:
            runs[-1].append((night, point))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _name_nights(axes: "Axes", points: Sequence[Point | None]) -> None:
    """A few dates below, the last one among them."""
    labels = [point.label if point else "" for point in points]
    most = DATES // max(1, *map(len, labels), 1)
    apart = max(math.ceil(len(points) / most), 1)
    named = range((len(points) - 1) % apart, len(points), apart)
    axes.set_xticks(list(named), [labels[night] for night in named], size=SMALL)


def _name_row(axes: "Axes", row: int, longest: float, label: str, told: str) -> None:
    axes.text(0, row - 0.28, printable(label, LONGEST), size=TEXT, va="bottom", color=INK)
    axes.text(longest, row - 0.28, told, size=TEXT, va="bottom", ha="right", color=INK, weight="bold")


def _name_axes(axes: "Axes", x: str, y: str) -> None:
    axes.set_xlabel(x, size=SMALL, color=GRAY, labelpad=8)
    axes.annotate(y, (0, 1), (-38, 12), xycoords="axes fraction", textcoords="offset points", size=SMALL, color=GRAY, va="bottom")


def _write(axes: "Axes", place: tuple[float, float], words: str, across: str, up: str) -> None:
    axes.annotate(words, place, (0, 4 if up == "bottom" else 0), textcoords="offset points", ha=across, va=up, size=SMALL)
