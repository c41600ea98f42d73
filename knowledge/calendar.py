"""Opening hours of a division: weekly spans, national holidays, year end and single exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

import jpholiday

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH_DAYS = 31
"""How far ahead the next opening is looked for; no city hall closes longer."""

Span = tuple[time, time]
"""Opening and closing time of one shift; closing is exclusive."""

_OFFICE_DAY: tuple[Span, ...] = ((time(8, 30), time(17, 15)),)
_OFFICE_WEEK: Mapping[str, tuple[Span, ...]] = MappingProxyType(dict.fromkeys(WEEKDAYS[:5], _OFFICE_DAY))


@dataclass(frozen=True, slots=True)
class Hours:
    """When a division can be reached. The default is the usual Japanese office: weekdays 8:30 to 17:15."""

    weekly: Mapping[str, tuple[Span, ...]] = field(default_factory=lambda: _OFFICE_WEEK)
    """Shifts by weekday (`mon` … `sun`); a day that is missing is closed."""
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    """Days that differ from the week: special openings, or closed with an empty tuple. They win over holidays."""
    open_on_holidays: bool = False
    note: str = ""
    """What the week cannot say, in the city's words (第2日曜は証明書の発行のみ…)."""

    def spans(self, day: date) -> tuple[Span, ...]:
        """The shifts of one calendar day in Japan."""
        if day in self.exceptions:
            return self.exceptions[day]
        if not self.open_on_holidays and is_day_off(day):
            return ()
        return self.weekly.get(WEEKDAYS[day.weekday()], ())

    def open_at(self, moment: datetime) -> bool:
        """Whether somebody is there. Raises ValueError when `moment` carries no time zone."""
        local = _in_tokyo(moment)
        return any(start <= local.time() < end for start, end in self.spans(local.date()))

    def next_opening(self, moment: datetime) -> datetime | None:
        """The start of the next shift after `moment`, in Tokyo time; None when nothing opens within a month.

        Raises ValueError when `moment` carries no time zone.
        """
        local = _in_tokyo(moment)
        for offset in range(SEARCH_DAYS + 1):
            day = local.date() + timedelta(days=offset)
            for start, _ in sorted(self.spans(day)):
                opening = datetime.combine(day, start, TOKYO)
                if opening > local:
                    return opening
        return None


def is_day_off(day: date) -> bool:
    """National holidays with their substitutes, and 29 December to 3 January (地方自治法第4条の2 and the usual ordinances)."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3) or jpholiday.is_holiday(day)


def hours_from_json(value: Mapping[str, object]) -> Hours:
    """Read `{"weekly": {"mon": [["08:30", "17:15"]]}, "exceptions": {"2026-12-28": []}, "note": ""}`.

    Raises ValueError, TypeError or AttributeError when the value has another shape; the caller knows the row to name.
    """
    weekly = value.get("weekly")
    exceptions = value.get("exceptions", {})
    open_on_holidays = value.get("open_on_holidays", False)
    note = value.get("note", "")
    if not isinstance(exceptions, Mapping) or not (weekly is None or isinstance(weekly, Mapping)):
        raise TypeError("weekly and exceptions must be objects")
    if not isinstance(open_on_holidays, bool) or not isinstance(note, str):
        raise TypeError("open_on_holidays must be true or false, and note a text")
    return Hours(
        weekly=_OFFICE_WEEK if weekly is None else {_weekday(day): _spans(spans) for day, spans in weekly.items()},
        exceptions={date.fromisoformat(day): _spans(spans) for day, spans in exceptions.items()},
        open_on_holidays=open_on_holidays,
        note=note,
    )


def hours_to_json(hours: Hours) -> dict[str, object]:
    """The inverse of `hours_from_json`."""
    return {
        "weekly": {day: _span_rows(spans) for day, spans in hours.weekly.items()},
        "exceptions": {day.isoformat(): _span_rows(spans) for day, spans in hours.exceptions.items()},
        "open_on_holidays": hours.open_on_holidays,
        "note": hours.note,
    }


def _in_tokyo(moment: datetime) -> datetime:
    # astimezone() would take a naive moment for the machine's own time, which is UTC in most containers.
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(TOKYO)


def _weekday(day: str) -> str:
    if day not in WEEKDAYS:
        raise ValueError(f"{day!r} is not one of {', '.join(WEEKDAYS)}")
    return day


def _spans(rows: list[list[str]]) -> tuple[Span, ...]:
    spans = tuple(sorted((_clock(start), _clock(end)) for start, end in rows))
    if any(start >= end for start, end in spans):
        raise ValueError("a shift must end after it starts")
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise ValueError("shifts of one day must not overlap")
    return spans


def _clock(value: str) -> time:
    clock = time.fromisoformat(value)
    if clock.tzinfo is not None or clock.second or clock.microsecond:
        raise ValueError(f"{value!r} is not a time of the day such as 08:30")
    return clock


def _span_rows(spans: tuple[Span, ...]) -> list[list[str]]:
    return [[start.strftime("%H:%M"), end.strftime("%H:%M")] for start, end in spans]
