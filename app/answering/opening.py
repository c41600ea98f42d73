"""Whom to call and whether somebody is there: a division, or the city hall, with its hours in words."""

from datetime import datetime

from app.answering.draft import Draft
from channels.message import Contact
from knowledge.calendar import TOKYO, WEEKDAYS, Hours
from knowledge.sentences import say


def contact_of(draft: Draft, division_id: str | None) -> Contact:
    """The division's counter; the city hall's main number when no division, or an unknown one, is named."""
    division = draft.site.division(division_id) if division_id else None
    hours = division.hours if division else Hours()
    opening = None if hours.open_at(draft.now) else hours.next_opening(draft.now)
    return Contact(
        division=division.name_in(draft.language) if division else draft.site.name,
        phone=(division.phone if division else "") or draft.site.phone,
        hours=hours_in_words(hours, draft.language),
        open_now=hours.open_at(draft.now),
        next_open=moment_in_words(opening, draft.language) if opening else "",
    )


def hours_in_words(hours: Hours, language: str) -> str:
    """The week, days with the same shifts together: 「月・火・水・金 8:30〜17:15、木 8:30〜19:00」."""
    days_by_shifts: dict[str, list[str]] = {}
    for day in WEEKDAYS:
        shifts = ", ".join(f"{start:%-H:%M}〜{end:%-H:%M}" for start, end in hours.weekly.get(day, ()))
        if shifts:
            days_by_shifts.setdefault(shifts, []).append(say("app", f"hours.{day}", language))
    separator = say("app", "hours.day_separator", language)
    spans = [f"{separator.join(days)} {shifts}" for shifts, days in days_by_shifts.items()]
    return say("app", "hours.span_separator", language).join([*spans, *([hours.note] if hours.note else [])])


def moment_in_words(moment: datetime, language: str) -> str:
    """The next opening: 「11月24日（火）8:30」."""
    local = moment.astimezone(TOKYO)
    weekday = say("app", f"hours.{WEEKDAYS[local.weekday()]}", language)
    return say("app", "hours.moment", language, month=local.month, day=local.day, weekday=weekday, time=f"{local:%-H:%M}")
