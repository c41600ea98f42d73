"""What the report of a month (月次報告書) shows, made of the nights of that month alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from evals import cells, figures, missed, summary, told
from evals.cells import Table
from evals.metrics import Measure
from evals.night import Decision, Night, NightState, PageChange
from evals.rendering import render, words
from evals.report_night import coverage
from evals.verdict import Verdict
from knowledge.calendar import TOKYO

PLACES = ("summary", "trend", "residents", "refusals", "wrong", "pages", "next", "terms")
TERMS = ("right", "answered", "offered", "interval", "verdict", "protected", "index")
PROMOTED = (Decision.PROMOTED, Decision.PROMOTED_ANYWAY)


@dataclass(frozen=True, slots=True)
class Month:
    """The nights of one calendar month in Japan, oldest first; there is at least one."""

    first: date
    nights: tuple[Night, ...]

    @property
    def finished(self) -> list[Night]:
        return [night for night in self.nights if night.state is NightState.FINISHED]

    @property
    def last(self) -> Night:
        """The last finished night, else the last one."""
        return (self.finished or self.nights)[-1]

    @property
    def served(self) -> list[tuple[Night, Measure]]:
        """The nights whose share of right answers is that of what residents were then answered by."""
        nights = [night for night in self.finished if night.decision is not Decision.REFUSED and night.metrics]
        return [(night, found) for night in nights if night.metrics and (found := night.metrics.figures.get("right"))]

    @property
    def residents(self) -> Counter[str]:
        """Questions that residents asked, by outcome."""
        return sum((Counter(night.residents) for night in self.nights), Counter())

    @property
    def pages(self) -> list[PageChange]:
        """The last change of every page."""
        return list({page.url: page for night in self.nights for page in night.pages}.values())

    def count(self, *decisions: Decision) -> int:
        return sum(night.decision in decisions for night in self.finished)


def month_of(nights: Sequence[Night], first: date) -> Month:
    """Those that began in the month of that day, in Japan."""
    inside = [
        each for each in nights if (day := each.started_at.astimezone(TOKYO)).year == first.year and day.month == first.month
    ]
    return Month(first.replace(day=1), tuple(sorted(inside, key=lambda night: night.started_at)))


def page(month: Month, questions: Mapping[str, str]) -> str:
    """The report as HTML; pure."""
    last, title = month.last, told.month(month.first)
    served = month.served[-1][0] if month.served else last
    return render(
        "month.html",
        month=month,
        last=last,
        served=served,
        questions=questions,
        site_name=last.site_name,
        page_title=words("month", "on", month=title),
        period=_period(month),
        places=PLACES,
        place_names=lambda place: words("month", f"places.{place}"),
        paragraph="".join(_sentences(month)),
        tiles=_tiles(month),
        quality=[replace(figures.quality(month.nights, each), table=None) for each in ("right", "answered")],
        record=_record(month),
        residents=figures.endings(month.residents, "residents"),
        refusals=[each for each in month.nights if _is_told(each)],
        wrong=missed.worst(served.misses, questions, Verdict.WRONG),
        coverage=coverage(last),
        term_names=TERMS,
    )


def _period(month: Month) -> str:
    first, last = (told.short_day(month.nights[end].started_at) for end in (0, -1))
    return words("month", "period", month=told.month(month.first), first=first, last=last)


def _is_told(night: Night) -> bool:
    """Whether something went otherwise than it should."""
    return night.state is NightState.ABANDONED or night.decision in (Decision.REFUSED, Decision.PROMOTED_ANYWAY)


def _sentences(month: Month) -> list[str]:
    promoted, refused = month.count(*PROMOTED), month.count(Decision.REFUSED)
    abandoned = len(month.nights) - len(month.finished)
    asked, last = month.residents.total(), month.last
    nights = {"month": told.month(month.first), "nights": len(month.nights), "promoted": promoted, "refused": refused}
    left = {"pages": len(summary.changed(last.pages)), "proposals": len(last.proposals)}
    return [
        words("month", "nights", **nights),
        *([words("month", "abandoned", abandoned=abandoned)] if abandoned else []),
        _quality(month),
        *summary.promised(summary.in_use(last)),
        words("month", "residents", questions=asked) if asked else words("month", "no_residents"),
        *([words("month", "left", **left)] if any(left.values()) else []),
    ]


def _quality(month: Month) -> str:
    """The share of right answers at both ends of the month; only intervals that lie apart are called a change."""
    served = month.served
    if not served:
        return words("month", "never")
    (first, before), (last, after) = served[0], served[-1]
    ends = {"first": told.short_day(first.started_at), "last": told.short_day(last.started_at)}
    shares = {"before": told.percent(before.mean), "after": told.percent(after.mean)}
    if len(served) == 1:
        return words("month", "once", **ends, **shares)
    key = "rose" if after.low > before.high else "fell" if after.high < before.low else "held"
    return words("month", key, **ends, **shares)


def _tiles(month: Month) -> list[tuple[str, str, str, float]]:
    asked, promoted = month.residents.total(), month.count(*PROMOTED)
    measured = [
        (told.name("figure_names", name), told.percent(found.mean), told.interval(found), found.mean)
        for name in ("right", "answered", "offered")
        if month.served and (found := _figure(month.served[-1][0], name))
    ]
    decisions = (
        words("month", "decisions_value", promoted=promoted),
        words("month", "decisions_note", refused=month.count(Decision.REFUSED)),
    )
    return [
        (words("month", "residents_tile"), told.count(asked), words("month", "residents_note"), asked),
        *measured,
        (words("month", "decisions_tile"), *decisions, promoted),
    ]


def _figure(night: Night, name: str) -> Measure | None:
    return night.metrics.figures.get(name) if night.metrics else None


def _record(month: Month) -> Table:
    """One row for every night."""
    rows = [
        (
            cells.text(day),
            cells.text(told.name("decisions_short", summary.ending(night))),
            *(_share(_figure(night, name)) for name in ("right", "answered")),
            cells.number(sum(night.residents.values())),
        )
        for day, night in zip(told.short_days([night.started_at for night in month.nights]), month.nights, strict=True)
    ]
    return cells.table(words("month", "record"), ("night", "decision", "right_share", "answered_share", "residents"), rows)


def _share(measure: Measure | None) -> cells.Cell:
    return cells.percent(measure.mean) if measure else cells.text(words("amounts", "none"))
