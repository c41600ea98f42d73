"""The figures of a report: each a drawing with the same numbers as a table, or a sentence why there is nothing to draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evals import cells, plots, told
from evals.cells import Cell, Table, table
from evals.curves import BINS, risk_coverage
from evals.metrics import Measure
from evals.night import Decision, Night
from evals.plots import Level, Point, Scale
from evals.score import Metrics
from evals.svg import Caption
from indexer.calibrate import Calibration
from indexer.risk import upper_limit
from knowledge.sentences import say

NIGHTS = 31
"""Nights that fit into one figure."""
WORST = 8
"""Rows of a figure; its table has all."""
STEPS = 10
"""Rows of the table beside a curve."""
BOTH_SIDES = 0.025
"""What a 95 % interval leaves out on each side."""

Points = Sequence[tuple[float, bool]]
"""Confidence in the first entry, and whether it was right."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with everything that stands around it."""

    name: str
    title: str
    reading: str = ""
    """How to read it."""
    svg: str = ""
    """Drawn by `evals.plots`, the words in it escaped; empty when there is nothing to draw."""
    missing: str = ""
    """… and then this says why."""
    table: Table | None = None


def quality(nights: Sequence[Night], figure: str) -> Figure:
    """One figure of the metrics, night by night."""
    known = [night.metrics.figures.get(figure) if night.metrics else None for night in nights[-NIGHTS:]]
    called = told.name("figure_names", figure)
    title = say("evals", "plots.of_figure", figure=called)
    return _over_nights(Caption(f"quality-{figure}", title, called), nights[-NIGHTS:], known, _SHARES)


def speed(nights: Sequence[Night], part: str) -> Figure:
    """The time for one answer, night by night: `p50` or `p99`."""
    found = [night.metrics.milliseconds.get(part) if night.metrics else None for night in nights[-NIGHTS:]]
    known = [None if value is None else Measure(value, value, value, 0) for value in found]
    title = say("evals", f"plots.{part}")
    return _over_nights(Caption(f"speed-{part}", title, title), nights[-NIGHTS:], known, _TIMES)


def sets(metrics: Metrics | None) -> Figure:
    """The share of right answers in every set, the worst first."""
    found = {told.name("sets", name): each.right for name, each in metrics.sets.items()} if metrics else {}
    figure, ranked = _shares("sets", found)
    rows = [(cells.text(label), *cells.measured(each)) for label, each in ranked]
    return replace(figure, table=table(figure.title, ("set", "right", "interval", "questions"), rows) if rows else None)


def tags(metrics: Metrics | None) -> Figure:
    """The share of wrong answers in every field; first what is surely bad, not what is bad among three questions."""
    found = {told.name("tags", name): each.wrong for name, each in metrics.tags.items()} if metrics else {}
    figure, ranked = _shares("tags", found, lambda each: (-each.low, -each.mean))
    rows = [(cells.text(label), *cells.measured(each)) for label, each in ranked]
    return replace(figure, table=table(figure.title, ("tag", "wrong", "interval", "questions"), rows) if rows else None)


def varieties(metrics: Metrics | None) -> Figure:
    """How often something right was offered for every other way to write, beside the same questions written plainly."""
    drops = {told.name("varieties", name): each.offered for name, each in metrics.varieties.items()} if metrics else {}
    figure, ranked = _shares("varieties", {label: each.varied for label, each in drops.items()})
    rows = [
        (
            cells.text(label),
            cells.percent(each.mean),
            cells.percent(drops[label].plain.mean),
            cells.points(-drops[label].drop.mean),
            cells.number(each.queries),
        )
        for label, each in ranked
    ]
    head = ("variety", "varied", "plainly", "difference", "questions")
    return replace(figure, table=table(figure.title, head, rows) if rows else None)


def endings(outcomes: Mapping[str, int], name: str = "endings") -> Figure:
    """How many questions ended in which way: those of the evaluation, or with another name those of `residents`."""
    title, total = say("evals", f"plots.{name}"), sum(outcomes.values())
    if not total:
        return Figure(name, title, missing=say("evals", f"plots.{name}_missing"))
    ranked = sorted(((told.name("endings", key), count) for key, count in outcomes.items() if count), key=lambda pair: -pair[1])
    described = say("evals", "plots.endings_described", count=total, label=ranked[0][0], most=ranked[0][1])
    points = [Point(label, count, count, count, told.count(count)) for label, count in ranked]
    rows = [(cells.text(label), cells.number(count), cells.percent(count / total)) for label, count in ranked]
    svg = plots.counts(Caption(name, title, described), points)
    reading = say("evals", f"plots.{name}_reading")
    return Figure(name, title, reading, svg, table=table(title, ("ending", "questions", "share"), rows))


def risk(points: Points, calibration: Calibration | None) -> Figure:
    """The share of wrong answers as more questions are answered, with the bound and the threshold in use."""
    title = say("evals", "plots.risk")
    if not points:
        return Figure("risk", title, missing=say("evals", "plots.risk_missing"))
    curve = risk_coverage([sure for sure, _ in points], [right for _, right in points])
    described = say("evals", "plots.risk_described", all=told.percent(curve[-1][1]))
    svg = plots.risk_coverage(
        Caption("risk", title, described),
        curve,
        say("evals", "plots.risk_x"),
        say("evals", "plots.risk_y"),
        *_levels(points, calibration),
    )
    ranked = sorted((sure for sure, _ in points), reverse=True)
    chosen = sorted({max(round(len(curve) * step / STEPS), 1) for step in range(1, STEPS + 1)})
    rows = [
        (
            cells.percent(curve[place - 1][0]),
            cells.text(told.whole_percent(ranked[place - 1])),
            cells.percent(curve[place - 1][1]),
        )
        for place in chosen
    ]
    reading = say("evals", "plots.risk_reading")
    return Figure("risk", title, reading, svg, table=table(title, ("coverage", "threshold", "risk"), rows))


def reliability(points: Points) -> Figure:
    """How often the bot was right, by how sure it was."""
    title = say("evals", "plots.reliability")
    if not points:
        return Figure("reliability", title, missing=say("evals", "plots.risk_missing"))
    bins = reliability_bins(points)
    described = say("evals", "plots.reliability_described", count=len(points))
    words = {each: say("evals", f"plots.reliability_{each}") for each in ("x", "y")}
    drawn = [Point(str(sure), each.mean, each.low, each.high) for sure, each in bins]
    svg = plots.reliability(Caption("reliability", title, described), drawn, **words)
    rows = [(cells.percent(sure), *cells.measured(each)) for sure, each in bins]
    reading = say("evals", "plots.reliability_reading")
    return Figure("reliability", title, reading, svg, table=table(title, ("sure", "right", "interval", "questions"), rows))


def reliability_bins(points: Points) -> list[tuple[float, Measure]]:
    """Mean confidence and share of right answers in ten bins of equal width, with the interval of Clopper and Pearson.

    A bootstrap over a few answers that are all right would say that there is no doubt.
    """
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for sure, right in points:
        bins[min(int(sure * BINS), BINS - 1)].append((sure, right))
    return [(sum(sure for sure, _ in each) / len(each), _exact([right for _, right in each])) for each in bins if each]


def _exact(right: Sequence[bool]) -> Measure:
    hits, asked = sum(right), len(right)
    low, high = 1 - upper_limit(asked - hits, asked, BOTH_SIDES), upper_limit(hits, asked, BOTH_SIDES)
    return Measure(hits / asked, low, high, asked)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How values over nights are written and drawn."""

    write: Callable[[float], str]
    scale: Callable[[Sequence[float]], Scale]
    reading: str
    head: tuple[str, ...]
    row: Callable[[Measure], tuple[Cell, ...]]


_SHARES = _Kind(
    told.percent, plots.percent_scale, "over_nights_reading", ("night", "value", "interval", "questions"), cells.measured
)
_TIMES = _Kind(
    told.milliseconds,
    lambda values: plots.amount_scale(values, ""),
    "speed_reading",
    ("night", "value"),
    lambda measure: (Cell(told.milliseconds(measure.mean), measure.mean),),
)


def _over_nights(caption: Caption, nights: Sequence[Night], known: Sequence[Measure | None], kind: _Kind) -> Figure:
    """The caption's description is what is drawn, in a word."""
    name, title = caption.name, caption.title
    days = told.short_days([night.started_at for night in nights])
    measured = [(night, day, each) for night, day, each in zip(nights, days, known, strict=True) if each]
    rows = [(cells.text(_night_name(night, day)), *kind.row(each)) for night, day, each in reversed(measured)]
    beside = table(title, kind.head, rows) if rows else None
    if len(measured) < 2:
        return Figure(name, title, missing=say("evals", "plots.one_night" if measured else "plots.no_night"), table=beside)
    value = kind.write(measured[-1][2].mean)
    values: dict[str, Any] = {"first": measured[0][1], "last": measured[-1][1], "name": caption.description, "value": value}
    described = replace(caption, description=say("evals", "plots.over_nights", nights=len(measured), **values))
    points = [_night_point(*each) for each in zip(nights, days, known, strict=True)]
    scale = kind.scale([end for _, _, each in measured for end in (each.low, each.high)])
    svg = plots.over_nights(described, points, scale)
    return Figure(name, title, say("evals", f"plots.{kind.reading}"), svg, table=beside)


def _night_name(night: Night, day: str) -> str:
    """A refused night says so: nothing in a figure is said by a mark alone."""
    return say("evals", "plots.refused_night", day=day) if night.decision is Decision.REFUSED else day


def _night_point(night: Night, day: str, each: Measure | None) -> Point | None:
    return Point(day, each.mean, each.low, each.high, marked=night.decision is Decision.REFUSED) if each else None


def _shares(
    name: str, found: Mapping[str, Measure], badness: Callable[[Measure], tuple[float, ...]] = lambda each: (each.mean,)
) -> tuple[Figure, list[tuple[str, Measure]]]:
    """The worst in a drawing, and all in that order for the table."""
    title = say("evals", f"plots.{name}")
    if not found:
        return Figure(name, title, missing=say("evals", f"plots.{name}_missing")), []
    ranked = sorted(found.items(), key=lambda pair: badness(pair[1]))
    label, worst = ranked[0]
    described = say("evals", f"plots.{name}_described", count=len(ranked), label=label, value=told.percent(worst.mean))
    points = [Point(label, each.mean, each.low, each.high, told.percent(each.mean)) for label, each in ranked[:WORST]]
    svg = plots.shares(Caption(name, title, described), points)
    return Figure(name, title, say("evals", f"plots.{name}_reading"), svg), ranked


def _levels(points: Points, calibration: Calibration | None) -> tuple[Level | None, Level | None]:
    """The bound, and how far answering goes with the threshold in use; None for what there is not."""
    if calibration is None:
        return None, None
    bound = Level(calibration.bound, say("evals", "plots.risk_bound", bound=told.whole_percent(calibration.bound)))
    share = sum(sure >= calibration.answer.threshold for sure, _ in points) / len(points)
    return bound, Level(share, say("evals", "plots.risk_chosen", share=told.whole_percent(share))) if share else None
