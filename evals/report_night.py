"""What the report of one night shows, part by part."""

from collections.abc import Mapping, Sequence
from typing import Any

from evals import cells, figures, missed, told
from evals.cells import Cell, Table, table
from evals.night import Field, FigureChange, Night, NightState
from evals.rendering import render, words
from evals.score import FIGURES, Metrics
from evals.summary import GOODNESS, flips, in_use, summarise, wrong
from indexer.calibrate import Calibration
from indexer.risk import Promise

PLACES = ("summary", "curator", "engineer", "terms")
"""Where the list of contents leads: one part for every kind of reader, and the words."""

TERMS = (*FIGURES, "interval", "verdict", "protected", "index", "confidence")


def page(night: Night, history: Sequence[Night], questions: Mapping[str, str]) -> str:
    """The report as HTML; pure. `history` is the nights before, oldest first, `questions` those of the entries by id."""
    nights = (*(each for each in history if each.started_at < night.started_at), night)
    metrics = night.metrics
    (worse, worse_variants), (better, better_variants) = flips(night, worse=True), flips(night, worse=False)
    variants = {"worse": worse_variants, "better": better_variants} if worse_variants or better_variants else None
    return render(
        "night.html",
        night=night,
        questions=questions,
        site_name=night.site_name,
        page_title=words("report_page", "night_on", day=told.day(night.started_at)),
        places=[place for place in PLACES if place != "curator" or night.state is NightState.FINISHED],
        place_names=lambda place: words("report_page", f"places.{place}"),
        summary=summarise(night, nights[:-1]),
        tiles=tiles(metrics) if metrics else (),
        quality=[figures.quality(nights, each) for each in ("right", "answered")],
        changes=_changes(night.changes),
        worse=missed.flipped(worse, questions),
        better=missed.flipped(better, questions),
        variants=variants,
        misses=missed.groups(night.misses, questions),
        reasons_missed=missed.reasons(metrics.misses) if metrics else None,
        tags=figures.tags(metrics),
        sets=figures.sets(metrics),
        varieties=figures.varieties(metrics),
        coverage=coverage(night),
        residents=figures.endings(night.residents, "residents"),
        figures=_figures(metrics) if metrics else None,
        verdicts=_verdicts(metrics) if metrics else None,
        calibration=_calibration(night),
        risk=figures.risk(night.points, night.calibration),
        reliability=figures.reliability(night.points),
        speed=[figures.speed(nights, each) for each in ("p50", "p99")],
        endings=figures.endings(metrics.outcomes if metrics else {}),
        technical=[each for each in (_durations(night), _forgotten(night), _config(night)) if each],
        term_names=TERMS,
    )


def tiles(metrics: Metrics) -> list[tuple[str, str, str, float]]:
    """The numbers that everybody asks for first: name, value, what it rests on, and the number itself."""
    shown = [
        (told.name("figure_names", name), told.percent(each.mean), told.interval(each), each.mean)
        for name in ("right", "answered", "offered")
        if (each := metrics.figures.get(name))
    ]
    count, questions = wrong(metrics)
    of = words("report_page", "of_questions", questions=questions)
    return [*shown, (words("report_page", "wrong"), told.count(count), of, count)]


def _changes(changes: Sequence[FigureChange]) -> Table | None:
    rows = [
        (
            cells.text(_change_name(each.name)),
            cells.percent(each.before),
            cells.percent(each.after),
            cells.points(each.difference.mean),
            cells.text(words("report_page", f"{_judged(each)}")),
        )
        for each in sorted(changes, key=lambda each: ("fell", "rose", "held").index(_judged(each)))
    ]
    return table(words("report_page", "changes"), ("figure", "before", "after", "difference", "judged"), rows) if rows else None


def _judged(change: FigureChange) -> str:
    if change.fell:
        return "fell"
    return "rose" if change.difference.low > 0 or change.difference.high < 0 else "held"


def _change_name(name: str) -> str:
    """Of a figure, or of a set or a variety as `set:<name>` and `variety:<name>`."""
    kind, _, own = name.rpartition(":")
    return told.name({"": "figure_names", "set": "sets", "variety": "varieties"}[kind], own)


def coverage(night: Night) -> list[Field]:
    """The fields of standard topics that lack entries, those that lack the most first."""
    return sorted((each for each in night.coverage if each.missing), key=lambda each: each.covered - each.topics)


def _figures(metrics: Metrics) -> Table:
    """Every figure; one that no case is about says so instead of a number."""
    nothing = (cells.text(words("amounts", "nothing")), cells.text(""), cells.number(0))
    rows = [
        (
            cells.text(told.name("figure_names", name)),
            *(cells.measured(found) if (found := metrics.figures.get(name)) else nothing),
        )
        for name in FIGURES
    ]
    return table(words("report_page", "figures"), ("figure", "value", "interval", "questions"), rows)


def _verdicts(metrics: Metrics) -> Table:
    """How the questions of every set ended."""
    head = ("set", *(each.value for each in reversed(GOODNESS)))
    rows = [
        (
            cells.text(told.name("sets", name)),
            *(Cell(str(each.verdicts[verdict]), each.verdicts[verdict]) for verdict in reversed(GOODNESS)),
        )
        for name, each in metrics.sets.items()
    ]
    return table(words("report_page", "verdicts"), head, rows)


def _calibration(night: Night) -> Table | None:
    """What is promised since tonight, beside what was promised before."""
    before, after = night.calibration_before, night.calibration
    if not before and not after:
        return None
    caption = words("report_page", "calibration")
    if night.calibration and in_use(night) is not after:
        caption = words("report_page", "calibration_refused")
    rows = [
        (
            cells.text(words("report_page", f"calibrations.{name}")),
            *(cells.text(_setting(each, name)) for each in (before, after)),
        )
        for name in ("source", "answer", "cards", "suggest")
    ]
    return table(caption, ("promise", "before", "after"), rows)


def _setting(calibration: Calibration | None, name: str) -> str:
    if calibration is None:
        return words("report_page", "calibrations.none")
    value = getattr(calibration, name)
    if isinstance(value, Promise):
        return _promise(value)
    return told.name("sources", value) if name == "source" else told.whole_percent(value)


def _promise(promise: Promise) -> str:
    key = "promise" if promise.given else "no_promise"
    return words(
        "report_page",
        f"calibrations.{key}",
        threshold=told.percent(promise.threshold),
        questions=promise.questions,
        given=promise.given,
        wrong=promise.wrong,
        highest=told.percent(promise.highest),
    )


def _durations(night: Night) -> Table | None:
    rows = [(cells.text(told.name("steps_done", step)), Cell(told.seconds(each), each)) for step, each in night.durations.items()]
    total = sum(night.durations.values())
    rows.append((cells.text(words("report_page", "total")), Cell(told.seconds(total), total)))
    return table(words("report_page", "durations"), ("step", "time"), rows) if night.durations else None


def _forgotten(night: Night) -> Table | None:
    rows = [(cells.text(told.name("forgotten", what)), cells.number(count)) for what, count in night.forgotten.items()]
    return table(words("report_page", "forgotten"), ("item", "questions"), rows) if rows else None


def _config(night: Night) -> Table:
    values: dict[str, Any] = {
        "snapshot_before": night.before,
        "snapshot_after": night.after,
        "snapshot_candidate": night.candidate,
    }
    if night.config:
        values |= {"version": night.config.version, "cases": night.config.cases, "digest": night.config.digest}
        values |= night.config.details
    rows = [(cells.text(told.name("config", name)), cells.text(told.short(str(value)))) for name, value in values.items()]
    return table(words("report_page", "config"), ("item", "content"), rows)
