"""When somebody is there to be asked."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import SEARCH_DAYS, TOKYO, WEEKDAYS, Hours, Span, hours_from_json, hours_to_json, is_day_off

OFFICE = Hours()
MORNING = (time(9), time(12))
AFTERNOON = (time(13), time(17))
SPLIT = Hours(weekly={"wed": (MORNING, AFTERNOON)})


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("day", "off"),
    [
        ("2026-05-03", True),  # 憲法記念日, a Sunday
        ("2026-05-06", True),  # its substitute, a Wednesday
        ("2026-05-07", False),
        ("2026-09-22", True),  # between two holidays
        ("2026-12-28", False),
        ("2026-12-29", True),
        ("2027-01-03", True),
        ("2027-01-04", False),
        ("2026-06-06", False),  # a Saturday is the week's matter
    ],
)
def test_days_off_are_holidays_substitutes_and_the_year_end(day: str, off: bool) -> None:
    assert is_day_off(date.fromisoformat(day)) is off


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-10T08:29:59.999999", False),
        ("2026-06-10T08:30:00", True),
        ("2026-06-10T17:14:59.999999", True),
        ("2026-06-10T17:15:00", False),
        ("2026-06-13T10:00", False),  # Saturday
        ("2026-05-06T10:00", False),
        ("2026-12-30T10:00", False),
    ],
)
def test_an_office_opens_at_the_minute_and_closes_before_it(moment: str, is_open: bool) -> None:
    assert OFFICE.open_at(tokyo(moment)) is is_open


def test_split_shifts_close_for_lunch() -> None:
    clocks = ("11:59", "12:00", "12:59", "13:00")
    assert [SPLIT.open_at(tokyo(f"2026-06-10T{clock}")) for clock in clocks] == [True, False, False, True]
    assert SPLIT.next_opening(tokyo("2026-06-10T12:30")) == tokyo("2026-06-10T13:00")
    assert SPLIT.next_opening(tokyo("2026-06-10T17:00")) == tokyo("2026-06-17T09:00")


def test_a_moment_in_utc_is_judged_by_the_clock_in_japan() -> None:
    assert OFFICE.open_at(datetime(2026, 6, 9, 23, 30, tzinfo=UTC))
    assert not OFFICE.open_at(datetime(2026, 6, 10, 10, 0, tzinfo=UTC))
    assert OFFICE.next_opening(datetime(2026, 6, 12, 8, 15, tzinfo=UTC)) == tokyo("2026-06-15T08:30")


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = tokyo("2026-06-10T10:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.open_at(naive)
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.next_opening(naive)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-06-10T07:00", "2026-06-10T08:30"),
        ("2026-06-10T08:30", "2026-06-11T08:30"),  # after, not at
        ("2026-06-12T18:00", "2026-06-15T08:30"),  # over a weekend
        ("2026-05-01T18:00", "2026-05-07T08:30"),  # over Golden Week
        ("2026-12-28T18:00", "2027-01-04T08:30"),  # over the year end
        ("2026-09-18T18:00", "2026-09-24T08:30"),  # over five days in September
    ],
)
def test_the_next_opening_leaps_over_days_off(moment: str, opening: str) -> None:
    found = OFFICE.next_opening(tokyo(moment))
    assert found == tokyo(opening)
    assert found.tzinfo is TOKYO


def test_an_exception_opens_on_a_holiday_and_closes_on_a_working_day() -> None:
    hours = Hours(exceptions={date(2026, 5, 6): (MORNING,), date(2026, 6, 10): ()})
    assert hours.open_at(tokyo("2026-05-06T10:00"))
    assert not hours.open_at(tokyo("2026-05-06T13:00"))
    assert not hours.open_at(tokyo("2026-06-10T10:00"))
    assert hours.next_opening(tokyo("2026-05-02T10:00")) == tokyo("2026-05-06T09:00")


def test_a_place_open_on_holidays_keeps_its_week() -> None:
    library = Hours(weekly=dict.fromkeys(WEEKDAYS[1:], (MORNING,)), open_on_holidays=True)
    assert library.open_at(tokyo("2026-05-06T10:00"))
    assert library.spans(date(2026, 5, 4)) == ()  # Monday


def test_nothing_within_a_month_is_no_opening() -> None:
    far = Hours(weekly={}, exceptions={date(2026, 6, 1) + timedelta(days=SEARCH_DAYS + 1): (MORNING,)})
    assert far.next_opening(tokyo("2026-06-01T10:00")) is None
    assert far.next_opening(tokyo("2026-06-02T00:00")) == tokyo("2026-07-03T09:00")


def test_the_next_opening_is_the_earliest_whatever_the_order_of_the_shifts() -> None:
    assert Hours(weekly={"wed": (AFTERNOON, MORNING)}).next_opening(tokyo("2026-06-10T08:00")) == tokyo("2026-06-10T09:00")


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three shifts in order, not overlapping."""
    minutes = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=6)))
    clocks = [time(*divmod(minute, 60)) for minute in minutes]
    return tuple(zip(clocks[::2], clocks[1::2], strict=False))


any_hours = st.builds(
    Hours,
    weekly=st.dictionaries(st.sampled_from(WEEKDAYS), days()),
    exceptions=st.dictionaries(st.dates(date(2020, 1, 1), date(2040, 1, 1)), days(), max_size=5),
    open_on_holidays=st.booleans(),
    note=st.text(),
)


@given(any_hours)
def test_hours_survive_the_way_through_json(hours: Hours) -> None:
    assert hours_from_json(json.loads(json.dumps(hours_to_json(hours)))) == hours


@given(any_hours, st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001 - bounds are naive
def test_the_next_opening_is_open_and_later(hours: Hours, naive: datetime, offset: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=offset)))
    opening = hours.next_opening(moment)
    if opening is not None:
        assert opening > moment
        assert hours.open_at(opening)
        assert opening.time() in {start for start, _ in hours.spans(opening.date())}


def test_missing_keys_mean_the_usual_office() -> None:
    assert hours_from_json({}) == Hours()
    assert hours_from_json({"weekly": None}) == Hours()
    assert hours_from_json({"weekly": {}}).spans(date(2026, 6, 10)) == ()


def test_shifts_are_put_in_order() -> None:
    hours = hours_from_json({"weekly": {"wed": [["13:00", "17:00"], ["09:00", "12:00"]]}})
    assert hours.weekly["wed"] == (MORNING, AFTERNOON)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"weekly": []},
        {"exceptions": None},
        {"weekly": {"monday": []}},
        {"weekly": {"mon": None}},
        {"weekly": {"mon": "0830"}},
        {"weekly": {"mon": [["08:30"]]}},
        {"weekly": {"mon": [["08:30", "12:00", "13:00"]]}},
        {"weekly": {"mon": [["17:15", "08:30"]]}},
        {"weekly": {"mon": [["08:30", "08:30"]]}},
        {"weekly": {"mon": [["08:30", "25:00"]]}},
        {"weekly": {"mon": [[8, 17]]}},
        {"weekly": {"mon": [["08:30:15", "17:15"]]}},
        {"weekly": {"mon": [["08:30+09:00", "17:15+09:00"]]}},
        {"weekly": {"mon": [["08:30", "12:00"], ["11:00", "17:00"]]}},
        {"exceptions": {"2026-02-30": []}},
        {"exceptions": {"tomorrow": []}},
        {"open_on_holidays": "false"},
        {"note": None},
    ],
)
def test_it_refuses_what_are_no_hours(value: object) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)):
        hours_from_json(value)  # type: ignore[arg-type]
