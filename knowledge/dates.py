"""Dates as people write them in Japanese sheets: 2026-04-01, 2026/4/1, 2026年4月1日, 令和8年4月1日, R8.4.1."""

import re
import unicodedata
from datetime import date, datetime

EARLIEST = date(1950, 1, 1)
LATEST = date(2199, 12, 31)
"""A date outside these two is a slip of the pen (226-04-01, 20226/4/1) and not an entry's date."""

_YEAR_BEFORE_ERA = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_DATE = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[RHS])\s*(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))"
    r"\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?\s*(?:\([月火水木金土日]\))?"
    r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)


def read_date(value: object) -> date | None:
    """The date that a cell or a JSON value means; None when it is not a date, or one that cannot be meant."""
    if isinstance(value, datetime):
        return _plausible(value.date())
    if isinstance(value, date):
        return _plausible(value)
    return _from_text(value) if isinstance(value, str) else None


def _from_text(text: str) -> date | None:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    try:
        return _plausible(date(_year(found), int(found["month"]), int(found["day"])))
    except ValueError:  # 2026-02-30
        return None


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    return _YEAR_BEFORE_ERA[found["era"]] + (1 if found["era_year"] == "元" else int(found["era_year"]))


def _plausible(day: date) -> date | None:
    return day if EARLIEST <= day <= LATEST else None
